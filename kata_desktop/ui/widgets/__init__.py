"""The widget kit that every screen is made of."""
