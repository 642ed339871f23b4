"""What people type about a task, checked; the same answers for dialog, command line and import."""
