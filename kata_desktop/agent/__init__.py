"""Runs a prompt under a capability snapshot."""
