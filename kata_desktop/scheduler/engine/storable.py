"""Text from outside, made fit for the store."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text with half surrogate pairs, which some models emit and no encoding takes, as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
