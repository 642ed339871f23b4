"""What a look at something found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line of the doctor's report."""

    check: str
    """What was looked at, in one word."""
    ok: bool
    sentence: str
    fix: str = ""
    """What to do about a problem, or what would be better still; empty when there is nothing to do."""


def ok(check: str, sentence: str, hint: str = "") -> Finding:
    """All is well."""
    return Finding(check=check, ok=True, sentence=sentence, fix=hint)


def problem(check: str, sentence: str, fix: str) -> Finding:
    """Something is wrong."""
    return Finding(check=check, ok=False, sentence=sentence, fix=fix)
