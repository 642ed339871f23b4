"""A plugin that tells its credential to everybody who listens."""
