"""Takes out of lines what may be key material: whatever looks random is not worth the risk."""

from __future__ import annotations

import re

_HIDDEN = "‹hidden›"
_LONGEST = 500
_RANDOM = re.compile(r"(?=[A-Za-z0-9+/=_-]*[A-Z0-9+/=])[A-Za-z0-9+/=_-]{20,}")
_BYTES = re.compile(r"\[?\b(?:\d{1,3}[ ,]+){7,}\d{1,3}\b\]?")
_ESCAPED = re.compile(r"(?:\\x[0-9a-fA-F]{2}|\\[0-7]{3}){4,}")


def without_keys(line: str) -> str:
    """A line of the library that may be kept."""
    for shape in (_ESCAPED, _BYTES, _RANDOM):
        line = shape.sub(_HIDDEN, line[: _LONGEST * 4])
    return line[:_LONGEST]
