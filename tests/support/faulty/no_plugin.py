"""Brings something that is no plugin."""

from __future__ import annotations


class FaultyPlugin:
    """No plugin."""
