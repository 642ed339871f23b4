"""What each setting may be: one rule per field of `Settings`, each refusing with a sentence and an example."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import time

from kata_desktop.domain.errors import Bug, FieldError, InvalidInput
from kata_desktop.domain.settings import Settings
from kata_desktop.domain.task import CatchUp, Overlap

Value = str | int | bool | time

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_INTEGER = re.compile(r"-?[0-9]{1,9}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_LANGUAGE = re.compile(r"system|[a-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3}")
_PAGE = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Unfit(Exception):
    """A value that a rule does not take; the message is the reason for a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """How one setting is read and checked."""

    label: str
    """What a person calls it."""
    example: str
    read: Callable[[object], Value]
    """The value in its own type, from that type or from text; raises `Unfit`."""


def _switch(label: str) -> Rule:
    def read(raw: object) -> Value:
        if isinstance(raw, bool):
            return raw
        word = raw.strip().lower() if isinstance(raw, str) else ""
        if word in _TRUE | _FALSE:
            return word in _TRUE
        raise Unfit("it is either on or off")

    return Rule(label=label, example="on", read=read)


def _number(label: str, least: int, most: int, unit: str = "") -> Rule:
    reason = f"it is a whole number from {least} to {most}{f' {unit}' if unit else ''}"

    def read(raw: object) -> Value:
        if isinstance(raw, str) and _INTEGER.fullmatch(raw.strip()):
            raw = int(raw)
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            raise Unfit(reason)
        return raw

    return Rule(label=label, example=str(min(max(least, 7), most)), read=read)


def _choice(label: str, *words: str) -> Rule:
    reason = f"it is one of {', '.join(words)}"

    def read(raw: object) -> Value:
        word = raw.strip().lower() if isinstance(raw, str) else ""
        if word not in words:
            raise Unfit(reason)
        return str(word)

    return Rule(label=label, example=words[0], read=read)


def _time_of_day(label: str, example: str) -> Rule:
    def read(raw: object) -> Value:
        if isinstance(raw, time) and raw.tzinfo is None:
            return raw.replace(second=0, microsecond=0, fold=0)
        if isinstance(raw, str) and _TIME.fullmatch(raw.strip()):
            return time.fromisoformat(raw.strip())
        raise Unfit("it is a time of day from 00:00 to 23:59")

    return Rule(label=label, example=example, read=read)


def _text(label: str, example: str, reason: str, fits: Callable[[str], object]) -> Rule:
    def read(raw: object) -> Value:
        if not isinstance(raw, str) or not fits(raw):
            raise Unfit(reason)
        return raw

    return Rule(label=label, example=example, read=read)


def _short(most: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= most and text.isprintable()


RULES: dict[str, Rule] = {
    "theme": _choice("Theme", "system", "light", "dark", "contrast"),
    "text_scale": _number("Text size", 100, 200, "per cent"),
    "language": _text("Language", "de", "it is system or a language code", _LANGUAGE.fullmatch),
    "start_at_login": _switch("Start at login"),
    "close_to_tray": _choice("Closing the window", "ask-once", "hide", "quit"),
    "reduced_motion": _switch("Reduced motion"),
    "concurrency": _number("Runs at once", 1, 16),
    "default_timeout_minutes": _number("Time limit of new tasks", 1, 1440, "minutes"),
    "default_retries": _number("Retries of new tasks", 0, 10),
    "default_catch_up": _choice("Catch-up of new tasks", *(member.value for member in CatchUp)),
    "default_overlap": _choice("Overlap of new tasks", *(member.value for member in Overlap)),
    "keep_awake": _switch("Keep the computer awake"),
    "pause_on_battery": _switch("Pause on battery"),
    "notify_result": _switch("Notify about results"),
    "notify_failure": _switch("Notify about failures"),
    "notify_recovery": _switch("Notify when a task works again"),
    "notify_missed": _switch("Notify about missed runs"),
    "notify_attention": _switch("Notify when something waits for you"),
    "notify_trouble": _switch("Notify about problems of Kata"),
    "notify_previews": _switch("Previews in notifications"),
    "quiet_hours": _switch("Quiet hours"),
    "quiet_from": _time_of_day("Quiet from", "22:00"),
    "quiet_to": _time_of_day("Quiet until", "07:00"),
    "history_days": _number("Days of history", 0, 3650, "days; 0 keeps everything"),
    "log_days": _number("Days of logs", 1, 365, "days"),
    "backups_kept": _number("Backups kept", 1, 60),
    "window_geometry": _text("Window position", "", "it is at most 4,000 printable characters", _short(4000)),
    "last_page": _text("Last page", "tasks", "it is the name of a page", _PAGE.fullmatch),
    "last_workspace": _text("Last workspace", "", "it is a workspace's id", _short(100)),
    "close_explained": _switch("Closing was explained"),
    "onboarding_done": _switch("Welcome was shown"),
    "onboarding_step": _number("Step of the welcome", 0, 3),
}

if set(RULES) != {field.name for field in fields(Settings)}:
    raise Bug("the rules of the settings do not match their fields")


def checked(key: str, raw: object) -> Value:
    """The value of a setting in its own type, from that type or from text; raises `InvalidInput` with the reason."""
    rule = RULES.get(key)
    if rule is None:
        raise InvalidInput(FieldError(field=key, label="Setting", reason=f"“{key:.60}” is not known", example="theme"))
    try:
        return rule.read(raw)
    except Unfit as refusal:
        error = FieldError(field=key, label=rule.label, reason=str(refusal), example=rule.example)
        raise InvalidInput(error) from refusal
