"""What people change about the program, applied at once."""
