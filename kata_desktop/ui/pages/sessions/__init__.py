"""The conversations of a workspace: to read, and to go on with."""
