"""Plain English for when: "every weekday at 9", "tomorrow at 17:30"."""

from __future__ import annotations

import re
from datetime import datetime

from kata_desktop.domain.errors import FieldError
from kata_desktop.domain.trigger import Trigger
from kata_desktop.scheduler.phrases.dates import read_moment
from kata_desktop.scheduler.phrases.reader import Reader
from kata_desktop.scheduler.phrases.repeats import read_repeat

LONGEST = 200
_EXAMPLE = "every weekday at 9"
_STARTERS = frozenset(
    {"every", "each", "daily", "weekly", "monthly", "yearly", "annually", "hourly", "on", "at", "in", "the"}
    | {"weekdays", "weekends", "workdays", "tomorrow", "today", "tonight", "next", "this"}
)
_ASKED = re.compile(r"(?:please\s+)?remind me\s+(?=every|each|daily|weekly|on|at|in|tomorrow|today|tonight|next)", re.I)
_LINK = re.compile(r"(?:and|to|please)\s+", re.I)
_ANY_MOMENT = datetime.fromisoformat("2026-01-01T00:00+00:00")


def parse_when(text: str, *, now: datetime, zone: str, system_zone: str) -> Trigger | FieldError:
    """Read a phrase as a trigger in a zone, or say that it was not understood.

    A day without a time means 09:00; "morning" is 08:00, "evening" 18:00, "tonight" 20:00.
    """
    if len(text) > LONGEST:
        return _refused(f"{len(text):,} characters long. Use at most {LONGEST}")
    reader = Reader(text)
    if not reader.tokens:
        return _refused("Empty. Say when")
    found = _read(reader, now, zone, system_zone)
    if found is None or not reader.at_end:
        return _refused(_misunderstood(reader, understood=found is not None))
    return found


def split_phrase(text: str) -> tuple[str, str]:
    """Split what a person said into when and prompt: "every weekday at 9 summarise …".

    The time may stand at the beginning, after "remind me", or at the end; without one the first part is empty.
    """
    text = _ASKED.sub("", text.strip(), count=1)
    reader = Reader(text[:LONGEST])
    if _read(reader, _ANY_MOMENT, "UTC", "UTC") is not None and reader.position:
        end = reader.tokens[reader.position - 1].end
        if text[end : end + 1] in {"", " ", ",", ":", ".", "\n"}:
            return text[:end].strip(), _prompt(text[end:])
    return _split_end(text)


def _split_end(text: str) -> tuple[str, str]:
    reader = Reader(text)
    for index in range(max(0, len(reader.tokens) - 20), len(reader.tokens)):
        token = reader.tokens[index]
        if token.word not in _STARTERS and not token.word.endswith("s"):
            continue
        reader.position = index
        if _read(reader, _ANY_MOMENT, "UTC", "UTC") is not None and reader.at_end:
            return text[token.start :].strip(" .!,;\n"), _prompt(text[: token.start])
    return "", text.strip()


def _prompt(rest: str) -> str:
    prompt = _LINK.sub("", rest.strip(" \t\n,:;–-"), count=1)
    return prompt[:1].upper() + prompt[1:]


def _read(reader: Reader, now: datetime, zone: str, system_zone: str) -> Trigger | None:
    start = reader.position
    repeat = read_repeat(reader, now=now, zone=zone)
    if repeat is not None:
        return repeat
    reader.position = start
    return reader.attempt(lambda: read_moment(reader, now=now, zone=zone, system_zone=system_zone))


def _misunderstood(reader: Reader, *, understood: bool) -> str:
    rest = " ".join(token.word for token in reader.tokens[reader.position :])
    shown = rest if len(rest) <= 60 and rest.isprintable() else ""
    if understood and shown:
        return f"“{shown}” was not understood. Say a day and a time, an interval or a date"
    return "Not understood as a time that is still to come. Say a day and a time, an interval or a date"


def _refused(reason: str) -> FieldError:
    return FieldError(field="when", label="When", reason=reason, example=_EXAMPLE)
