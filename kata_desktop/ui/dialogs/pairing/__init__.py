"""Linking a phone."""
