"""A command run by hand."""
