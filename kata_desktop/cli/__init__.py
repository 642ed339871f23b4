"""The command line: verbs as thin clients of the running program."""
