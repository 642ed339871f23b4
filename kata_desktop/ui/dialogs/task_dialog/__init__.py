"""The dialog in which a task is made or changed."""
