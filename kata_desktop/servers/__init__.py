"""Supervised processes: one server each, its policy, and pipelines of them."""
