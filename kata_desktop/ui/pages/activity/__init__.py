"""What ran, what did not, and why."""
