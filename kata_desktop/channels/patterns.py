"""Trigger patterns: case-insensitive globs, looked for anywhere in a text."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache

MOST_LOOKED_AT = 16_000
"""Characters of a text that are looked at: some patterns take the square of its length."""


def matches_any(text: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns is found in the text; without patterns every text will do."""
    wanted = [pattern.strip() for pattern in patterns if pattern.strip()]
    folded = text[:MOST_LOOKED_AT].casefold()
    return not wanted or any(_compiled(pattern).match(folded) is not None for pattern in wanted)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(f"*{pattern.casefold()}*"))
