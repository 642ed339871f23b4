"""Counts and amounts of money, read strictly: plain ASCII digits and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kata_desktop.domain.errors import FieldError, InvalidInput

_MONEY = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,6}))?")


@dataclass(frozen=True, kw_only=True, slots=True)
class CountField:
    """A field that holds a whole number, and its limits."""

    field: str
    label: str
    low: int
    high: int
    example: str


RETRIES = CountField(field="retries", label="Retries", low=0, high=10, example="2")
MAX_RUNS = CountField(field="max_runs", label="Ends after", low=1, high=1_000_000, example="10")
MAX_TOKENS = CountField(
    field="max_tokens_per_day", label="Tokens a day", low=1, high=1_000_000_000_000, example="200000"
)


def parse_count(text: str, field: CountField) -> int:
    """Read a whole number.

    Raises:
        InvalidInput: not plain digits, or outside the field's limits.
    """
    given = text.strip(" \t\r\n")
    if not re.fullmatch(r"[0-9]{1,15}", given) or not field.low <= int(given) <= field.high:
        shown = f"“{given}”" if given.isascii() and given.isprintable() and 0 < len(given) <= 20 else "What was given"
        reason = f"{shown} cannot be used. Use a whole number, {field.low}–{field.high:,}"
        raise InvalidInput(FieldError(field=field.field, label=field.label, reason=reason, example=field.example))
    return int(given)


def parse_dollars(text: str) -> int:
    """Read an amount of US dollars such as ``0.50`` and return it in millionths of a dollar.

    Raises:
        InvalidInput: not such an amount, or nothing.
    """
    match = _MONEY.fullmatch(text.strip(" \t\r\n").removeprefix("$"))
    amount = int(match[1]) * 1_000_000 + int((match[2] or "").ljust(6, "0")) if match else 0
    if amount <= 0:
        reason = "Not an amount of dollars. Use digits with a point, more than 0 and below 1,000,000"
        raise InvalidInput(FieldError(field="max_cost_per_day", label="Cost a day", reason=reason, example="0.50"))
    return amount


def dollars_text(microdollars: int) -> str:
    """Write millionths of a dollar the way `parse_dollars` reads them, with at least two decimals."""
    whole, rest = divmod(microdollars, 1_000_000)
    decimals = f"{rest:06}".rstrip("0").ljust(2, "0")
    return f"{whole}.{decimals}"
