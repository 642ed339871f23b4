"""The coming occurrences of an expression: alone in here, because what reads schedules is much."""

from __future__ import annotations

from datetime import datetime

from kata_desktop.control.call import Call, Method
from kata_desktop.control.params import Params
from kata_desktop.control.shapes import Shape, planned_shape
from kata_desktop.domain.task import TaskSpec
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.runtime.clock import Clock
from kata_desktop.scheduler.inputs.known import Known
from kata_desktop.scheduler.inputs.moments import parse_at
from kata_desktop.scheduler.inputs.trigger_inputs import Surroundings, parse_trigger
from kata_desktop.scheduler.inputs.zones import parse_zone
from kata_desktop.scheduler.words.previews import preview

MOST_NEXT = 1000


def coming_occurrences(given: Params, clock: Clock) -> Shape:
    """The coming occurrences of a cron expression; needs no store. Raises `InvalidInput`, `WrongParams`."""
    with given:
        expression, zone_text, start_text = given.text("cron"), given.text_or_none("zone"), given.text_or_none("from")
        count = given.number("count", 5, least=1, most=MOST_NEXT)
    now, system_zone = clock.now(), clock.zone_name()
    around = Surroundings(now=now, system_zone=system_zone, known=Known(), current=None)
    trigger = parse_trigger(TaskInput(cron=(expression,), zone=zone_text), around)
    start = now if start_text is None else _start(start_text, zone_text, system_zone, now)
    spec = TaskSpec(name="next", prompt="", trigger=trigger, workspace_id="")
    coming = preview(spec, now=start, system_zone=system_zone, count=count)
    return {"sentence": coming.sentence, "runs": [planned_shape(run) for run in coming.runs]}


def _start(text: str, zone_text: str | None, system_zone: str, now: datetime) -> datetime:
    zone = parse_zone(zone_text) if zone_text is not None else system_zone
    return parse_at(text, zone=zone, system_zone=system_zone, now=now, field="from", label="From").instant


async def _next(call: Call) -> Shape:
    return coming_occurrences(call.params, call.services.clock)


METHODS = {"next": Method(run=_next)}
