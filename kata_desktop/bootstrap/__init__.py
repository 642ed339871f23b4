"""The one place where objects are built and given to each other, started and stopped."""
