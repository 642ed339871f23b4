"""People who wrote."""
