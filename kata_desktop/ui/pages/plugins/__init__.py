"""The page of plugins."""
