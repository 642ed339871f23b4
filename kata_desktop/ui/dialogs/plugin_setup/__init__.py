"""Settings and credentials of a plugin."""
