"""What to do with the occurrences that have come due: pure decisions, no clock, no store."""
