"""The first steps: a workspace, a model, a task, and staying in the background."""
