"""What an event says, as a run that it starts is given it: ``{"event": "LINES"}`` in the run's arguments."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

from kata_desktop.domain.trigger import Event, EventType

LONGEST = 20_000
"""Characters of events that one run is given; what is beyond is counted, not kept."""
_MORE = "… and more"


def told_lines(trigger: Event, value: str) -> str:
    """The lines of an event that a trigger asked for."""
    if not trigger.filter or trigger.type in {EventType.TASK_FINISHED, EventType.CHANNEL_MESSAGE}:
        return value
    lines = value.split("\n")
    return "\n".join(line for line in lines if trigger.filter == "any" or fnmatchcase(line, trigger.filter))


def arguments_of(lines: str) -> str:
    """The arguments of a run that an event starts; empty when the event says nothing."""
    return json.dumps({"event": _shortened(lines)}, ensure_ascii=False) if lines else ""


def with_more(arguments: str, lines: str) -> str:
    """The arguments of a run that still waits for quiet, after one more event; what was told before is not repeated."""
    before = json.loads(arguments or "{}").get("event", "")
    known = set(before.split("\n"))
    new = [line for line in lines.split("\n") if line and line not in known]
    return arguments_of("\n".join([before, *new] if before else new)) or arguments


def _shortened(lines: str) -> str:
    if len(lines) <= LONGEST:
        return lines
    kept = lines[: LONGEST - len(_MORE) - 1]
    return f"{kept[: kept.rfind(chr(10))] if chr(10) in kept else kept}\n{_MORE}"
