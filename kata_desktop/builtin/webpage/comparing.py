"""What of a page's lines is new. Pure."""

from __future__ import annotations

import difflib

MOST_LINES = 60
"""Lines of a difference that are told."""
LONGEST_LINE = 300


def difference(before: list[str], after: list[str]) -> list[str]:
    """What is new (``+``) and gone (``-``), in the page's order, cut to what a person reads; empty when nothing is."""
    changed: list[str] = []
    for _, gone, goes_on, new, ends in difflib.SequenceMatcher(None, before, after).get_opcodes():
        if before[gone:goes_on] != after[new:ends]:
            changed += [f"- {line[:LONGEST_LINE]}" for line in before[gone:goes_on]]
            changed += [f"+ {line[:LONGEST_LINE]}" for line in after[new:ends]]
    if len(changed) > MOST_LINES:
        changed = [*changed[:MOST_LINES], f"… and {len(changed) - MOST_LINES} more lines"]
    return changed
