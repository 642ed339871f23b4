"""Durable delivery from the outbox to the desktop and to channels."""
