"""What can be set about a workspace, by key: the model, the limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.model import REMINDER_MODEL
from kata_desktop.domain.workspace import Quotas, Workspace

_COUNTS: dict[str, tuple[str, int]] = {
    "quota-tasks": ("tasks", 100_000),
    "quota-runs-per-hour": ("runs_per_hour", 100_000),
    "quota-tokens-per-day": ("tokens_per_day", 10**12),
}
THINKING = ("low", "medium", "high")
KEYS = ("name", "folder", "model", "thinking", "concurrency", *_COUNTS, "quota-cost-per-day")
"""Every key that `Workspaces.set` takes; quotas take a number or ``none``."""


def apply_key(workspace: Workspace, key: str, value: str, models: tuple[str, ...]) -> Workspace:
    """The workspace with one thing changed; raises `InvalidInput`."""
    text = value.strip()
    if key == "model":
        return replace(workspace, model=_model(text, models))
    if key == "thinking":
        return replace(workspace, thinking=_thinking(text))
    if key == "concurrency":
        return replace(workspace, concurrency=_whole(key, text, 1, 16))
    if key in _COUNTS:
        field, most = _COUNTS[key]
        number = None if text == "none" else _whole(key, text, 0, most)
        return replace(workspace, quotas=_with(workspace.quotas, field, number))
    if key == "quota-cost-per-day":
        cost = None if text == "none" else _dollars(key, text)
        return replace(workspace, quotas=replace(workspace.quotas, cost_per_day_microdollars=cost))
    raise _refused(key, f"there is no such setting; there are {', '.join(KEYS)}", "")


def _with(quotas: Quotas, field: str, number: int | None) -> Quotas:
    change: Callable[[int | None], Quotas] = {
        "tasks": lambda n: replace(quotas, tasks=n),
        "runs_per_hour": lambda n: replace(quotas, runs_per_hour=n),
        "tokens_per_day": lambda n: replace(quotas, tokens_per_day=n),
    }[field]
    return change(number)


def _model(name: str, models: tuple[str, ...]) -> str:
    """The name as the model has it, in any letter case; empty for the application's default."""
    names = {each.casefold(): each for each in (*models, REMINDER_MODEL)}
    if name and name.casefold() not in names:
        there = ", ".join(names.values())
        raise _refused("model", f"there is no model “{name}”; there are {there}", next(iter(names.values())))
    return names[name.casefold()] if name else ""


def _thinking(text: str) -> str:
    """The level; empty leaves it to the model."""
    if text and text not in THINKING:
        raise _refused("thinking", "only low, medium and high are allowed, or nothing to leave it to the model", "low")
    return text


def _whole(key: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 13 and least <= int(text) <= most):
        raise _refused(key, f"it must be a whole number from {least} to {most:,}", str(max(least, 10)))
    return int(text)


def _dollars(key: str, text: str) -> int:
    try:
        amount = Decimal(text) if text.isascii() and len(text) <= 12 else Decimal(-1)
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and 0 <= amount <= 1_000_000) or "e" in text.lower():
        raise _refused(key, "it must be an amount in US dollars", "2.50")
    return int(amount * 1_000_000)


def _refused(key: str, reason: str, example: str) -> InvalidInput:
    return InvalidInput(FieldError(field=key, label=key, reason=reason, example=example))
