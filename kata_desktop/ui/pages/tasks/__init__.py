"""The list of tasks, the next 24 hours, and how a first task is made."""
