"""Plugins that do what no plugin should; each is copied into a shelf of a test's own and loaded from there."""
