"""Triggers and plans told as sentences, for people."""
