"""What will happen: the coming runs of a task as it stands, with everything that is special about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from itertools import pairwise

from kata_desktop.domain.preview import PlannedRun, Preview
from kata_desktop.domain.task import OutsideHours, TaskSpec
from kata_desktop.domain.trigger import Cron, Event, Interval, Once
from kata_desktop.scheduler.hours import outside_hours, window_start, zone_of
from kata_desktop.scheduler.inputs.durations import duration_words
from kata_desktop.scheduler.inputs.zones import place
from kata_desktop.scheduler.occurrences.cron import parse_cron
from kata_desktop.scheduler.occurrences.slots import MOMENT, count_between, next_after
from kata_desktop.scheduler.occurrences.walltime import Reading, changes_between, instant_of, reading_of, zone_info
from kata_desktop.scheduler.words.cron_sentences import day_rule
from kata_desktop.scheduler.words.sentences import date_text, sentence

MONTH = timedelta(days=30)
_MOST_STRUCK = 2
"""Struck runs shown in a row; the rest of a closed window is leapt over."""
_NO_NAMES: Mapping[str, str] = {}


def preview(
    spec: TaskSpec,
    *,
    now: datetime,
    system_zone: str,
    count: int = 5,
    cost_per_run_microdollars: int | None = None,
    task_names: Mapping[str, str] = _NO_NAMES,
    event_words: Mapping[str, str] = _NO_NAMES,
    channel_names: Mapping[str, str] = _NO_NAMES,
) -> Preview:
    """Return the sentence, the next `count` runs and what is worth knowing about them."""
    words = sentence(
        spec.trigger,
        system_zone=system_zone,
        now=now,
        hours=spec.active_hours,
        task_names=task_names,
        event_words=event_words,
        channel_names=channel_names,
    )
    if isinstance(spec.trigger, Event):
        return Preview(sentence=f"{words}.", hints=_hints(spec, ()))
    zone = zone_of(spec, system_zone)
    zone_words = f", {place(zone)} time"
    runs = _runs(spec, now, system_zone, count)
    monthly = None if isinstance(spec.trigger, Once) else _runs_per_month(spec, now, system_zone)
    return Preview(
        sentence=f"{words.removesuffix(zone_words)}{zone_words}.",
        runs=runs,
        clock_note=_clock_note(spec, now, runs, zone),
        runs_per_month=monthly,
        cost_note=_cost_note(monthly, cost_per_run_microdollars),
        hints=_hints(spec, runs),
    )


def _runs(spec: TaskSpec, now: datetime, system_zone: str, count: int) -> tuple[PlannedRun, ...]:
    """Return the next runs; hidden ones are struck through and do not count."""
    runs: list[PlannedRun] = []
    struck = 0
    most = count + 2 * _MOST_STRUCK
    wanted = min(count, spec.max_runs) if spec.max_runs else count
    after = now
    while sum(not run.struck for run in runs) < wanted and len(runs) < most:
        slot = next_after(spec.trigger, after, system_zone=system_zone)
        if slot is None:
            break
        run = _planned(spec, slot, system_zone)
        runs.append(run)
        if spec.until and slot > spec.until:
            break
        after = slot
        struck = struck + 1 if run.struck else 0
        if struck == _MOST_STRUCK and spec.active_hours:
            after = max(slot, window_start(spec.active_hours, slot, zone_of(spec, system_zone)) - MOMENT)
    return tuple(runs)


def _planned(spec: TaskSpec, slot: datetime, system_zone: str) -> PlannedRun:
    zone = zone_of(spec, system_zone)
    local = slot.astimezone(zone_info(zone, system_zone))
    if spec.until and slot > spec.until:
        return PlannedRun(utc=slot, local=local, note="after the end", struck=True)
    if spec.active_hours and outside_hours(spec, slot, system_zone):
        start = window_start(spec.active_hours, slot, zone).astimezone(local.tzinfo)
        later = f", runs at {start:%H:%M}" if spec.active_hours.outside is OutsideHours.DEFER else ""
        return PlannedRun(utc=slot, local=local, note=f"outside active hours{later}", struck=True)
    return PlannedRun(utc=slot, local=local, note=_change_note(spec, local))


def _change_note(spec: TaskSpec, local: datetime) -> str:
    """Say why a run is at an odd time on the day of a clock change."""
    info = zone_info(str(local.tzinfo), str(local.tzinfo))
    naive = local.replace(tzinfo=None)
    if reading_of(info, naive) is Reading.OVERLAP:
        return "second time, clocks go back" if local.fold else "clocks go back"
    if isinstance(spec.trigger, Cron) and not _names_time(spec.trigger, local.time()):
        return "clocks go forward"
    if isinstance(spec.trigger, Once) and naive != spec.trigger.local.replace(fold=0):
        return "clocks go forward"
    return ""


def _names_time(trigger: Cron, at: time) -> bool:
    parsed = map(parse_cron, trigger.expressions)
    return any(at.hour in each.hours and at.minute in each.minutes for each in parsed)


def _clock_note(spec: TaskSpec, now: datetime, runs: tuple[PlannedRun, ...], zone: str) -> str:
    """Say what the next clock change before the last shown run does to the runs."""
    if not runs or isinstance(spec.trigger, Once):
        return ""
    info = zone_info(zone, zone)
    changes = changes_between(info, now, runs[-1].utc)
    if not changes:
        return ""
    at, jump = changes[0]
    direction = "forward" if jump > timedelta(0) else "back"
    change = f"Clocks go {direction} on {date_text((at - MOMENT).astimezone(info))}."
    if isinstance(spec.trigger, Interval):
        return f"{change} Runs keep their distance, so their local time moves by {duration_words(abs(jump))}."
    expressions = [parse_cron(text) for text in spec.trigger.expressions] if isinstance(spec.trigger, Cron) else []
    times = sorted({(hour, minute) for each in expressions for hour in each.hours for minute in each.minutes})
    if not all(each.fixed_time for each in expressions):
        return f"{change} Runs follow real time."
    where = f"{times[0][0]:02}:{times[0][1]:02}" if len(times) == 1 else "the same"
    return f"{change} Runs stay at {where} local time."


def _runs_per_month(spec: TaskSpec, now: datetime, system_zone: str) -> float:
    until = min(now + MONTH, spec.until) if spec.until else now + MONTH
    hours = spec.active_hours
    if hours is None or hours.outside is OutsideHours.DEFER:
        total = count_between(spec.trigger, now, until, system_zone=system_zone)
    else:
        total = _count_inside(spec, now, until, system_zone)
    return float(min(total, spec.max_runs) if spec.max_runs else total)


def _count_inside(spec: TaskSpec, now: datetime, until: datetime, system_zone: str) -> int:
    """Count the occurrences inside the active hours: a window per day."""
    hours = spec.active_hours
    assert hours is not None
    info = zone_info(zone_of(spec, system_zone), system_zone)
    first = now.astimezone(info).date() - timedelta(days=1)
    wraps = timedelta(days=int(hours.end <= hours.start))
    total = 0
    for index in range((until - now).days + 3):
        day = first + timedelta(days=index)
        start = instant_of(info, datetime.combine(day, hours.start))
        end = instant_of(info, datetime.combine(day + wraps, hours.end))
        low, high = max(now, start - MOMENT), min(until, end - MOMENT)
        total += count_between(spec.trigger, low, high, system_zone=system_zone)
    return total


def _cost_note(monthly: float | None, cost: int | None) -> str:
    if monthly is None or cost is None:
        return ""
    runs = f"{monthly:,.0f} run{'s' * (monthly != 1)}"
    return f"About {runs} and ${monthly * cost / 1_000_000:,.2f} a month"


def _hints(spec: TaskSpec, runs: tuple[PlannedRun, ...]) -> tuple[str, ...]:
    hints = []
    if isinstance(spec.trigger, Interval) and spec.trigger.every % timedelta(days=1) == timedelta(0) and runs:
        days = spec.trigger.every.days
        at = f"{runs[0].local:%H:%M}"
        better = f"daily at {at}" if days == 1 else f"a weekday at {at}" if days == 7 else f"a date at {at}"
        hints.append(f"Every {24 * days} hours drifts with clock changes; {better} does not.")
    if isinstance(spec.trigger, Cron):
        hints += filter(None, (day_rule(parse_cron(text)) for text in spec.trigger.expressions))
    if runs and all(run.struck for run in runs) and spec.active_hours:
        hints.append("None of the next runs is inside the active hours.")
    if spec.jitter:
        hints.append(f"Each run starts up to {duration_words(spec.jitter)} later, to spread the load.")
    if _is_dense(spec, runs):
        hints.append("Runs come closer together than the time limit: a run may still be going when the next is due.")
    return tuple(hints)


def _is_dense(spec: TaskSpec, runs: tuple[PlannedRun, ...]) -> bool:
    return any(later.utc - earlier.utc < spec.timeout for earlier, later in pairwise(runs))
