"""Lists of the engine as Qt models."""
