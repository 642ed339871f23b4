"""Notices what changes in folders, and wakes nobody while nothing does."""
