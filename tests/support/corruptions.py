"""What a hand, another version or a bug may have left in the place of a task's spec."""

from __future__ import annotations

import json
from collections.abc import Callable

from kata_desktop.store.connection import Connection


def _with(**changes: object) -> Callable[[str], str]:
    return lambda text: json.dumps(json.loads(text) | changes)


def _without(key: str) -> Callable[[str], str]:
    return lambda text: json.dumps({name: value for name, value in json.loads(text).items() if name != key})


CORRUPTIONS: dict[str, tuple[Callable[[str], str], str]] = {
    "no JSON": (lambda text: text[:-1], "Expecting ',' delimiter"),
    "no text at all": (lambda _: "", "Expecting value"),
    "another shape": (lambda _: "[]", "TaskSpec is no object"),
    "a missing key": (_without("prompt"), "“prompt” is missing"),
    "an unknown key": (_with(colour="red"), "“colour” is not known"),
    "an unknown choice": (_with(mode="yolo"), "'yolo' is not a valid Mode"),
    "an unknown trigger": (_with(trigger={"kind": "moon"}), "“moon” is not known"),
    "a trigger without its key": (_with(trigger={"kind": "interval", "every": 60_000_000}), "“anchor” is missing"),
    "an interval of no length": (_with(trigger={"kind": "interval", "every": 0, "anchor": 0}), "has no length"),
    "a wrong type": (_with(timeout="15 minutes"), "int expected"),
}
"""By a name: what becomes of the stored text, and what a person is told of it."""


PAST_THE_CHECKS = "PRAGMA ignore_check_constraints = ON"
"""The schema refuses what is no JSON; a damaged page or a determined hand does not ask it."""


def corrupt(db: Connection, task_id: str, how: str, *, only: int = 0) -> None:
    """Break the stored spec of a task, of all its revisions or of `only` one, as another program would."""
    breaking = CORRUPTIONS[how][0]
    db.execute(PAST_THE_CHECKS)
    stored = db.all("SELECT revision, spec FROM task_revisions WHERE task_id = ?", (task_id,))
    for revision, text in stored:
        if only not in (0, revision):
            continue
        db.execute(
            "UPDATE task_revisions SET spec = ? WHERE task_id = ? AND revision = ?", (breaking(text), task_id, revision)
        )
    db.execute("PRAGMA ignore_check_constraints = OFF")
