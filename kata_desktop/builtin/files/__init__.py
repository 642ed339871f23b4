"""Workspace watcher: tells what happens to files in folders that the owner names."""
