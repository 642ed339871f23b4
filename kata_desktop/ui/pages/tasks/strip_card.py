"""The card with the next 24 hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal

from kata_desktop.ui.moments import clock_time
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.day_strip import DayStrip
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import ElidedLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import column, row
from kata_desktop.ui.widgets.strip_plan import StripRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.preview import StripEntry
    from kata_desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate
_LABEL = 22


class StripCard(Card):
    """A title, how many runs are planned, and the strip.

    Signals:
        activated: the id of the task whose run was chosen.
    """

    activated = Signal(str)

    def __init__(self, theme: Theme, now: datetime) -> None:
        self._title = Label(translate("StripCard", "Next 24 hours"), TextRole.TITLE)
        self._summary = ElidedLabel("", TextRole.SMALL)
        self._strip = DayStrip(theme, now)
        head = row(self._title, (self._summary, 1), spacing=8)
        super().__init__(column(head, self._strip, margins=(14, 10, 14, 4), spacing=0))
        self._strip.activated.connect(self.activated)

    def set_entries(
        self,
        entries: Sequence[StripEntry],
        now: datetime,
        zone: tzinfo,
        zone_name: str,
        quiet: tuple[time, time] | None,
    ) -> None:
        """Show a plan; `quiet` is the daily window of quiet hours, None without."""
        local = now.astimezone(zone)
        runs = [_strip_run(entry, now, zone) for entry in entries]
        self._strip.set_plan(local, runs, quiet_spans(local, quiet))
        self._summary.set_text(_summary(entries, zone_name))


def _strip_run(entry: StripEntry, now: datetime, zone: tzinfo) -> StripRun:
    return StripRun(
        at_hours=max((entry.at - now).total_seconds() / 3600, 0.0),
        label=_short(entry.task_name),
        tone=Tone.BAD if entry.will_fail else Tone.INFO,
        key=entry.task_id,
        tip=_words(entry, zone),
    )


def _words(entry: StripEntry, zone: tzinfo) -> str:
    if entry.count == 1:
        fails = translate("StripCard", "{task} at {time}, will fail until you fix it")
        template = fails if entry.will_fail else translate("StripCard", "{task} at {time}")
    else:
        fails = translate("StripCard", "{task}, {count} times from {time} to {last}, will fail until you fix it")
        often = translate("StripCard", "{task}, {count} times from {time} to {last}")
        template = fails if entry.will_fail else often
    time, last = clock_time(entry.at, zone), clock_time(entry.last_at, zone)
    return template.format(task=entry.task_name, time=time, count=entry.count, last=last)


def _short(name: str) -> str:
    """Return a name short enough to stand above its dot, cut between words where that is possible."""
    if len(name) <= _LABEL:
        return name
    head = name[:_LABEL]
    return f"{(head.rpartition(' ')[0] or head).rstrip()}…"


def _summary(entries: Sequence[StripEntry], zone_name: str) -> str:
    count = sum(entry.count for entry in entries)
    if not count:
        return translate("StripCard", "nothing planned")
    one, many = translate("StripCard", "1 run"), translate("StripCard", "%n runs", None, count)
    place = zone_name.rpartition("/")[2].replace("_", " ")
    parts = [one if count == 1 else many, translate("StripCard", "{place} time").format(place=place)]
    if any(entry.will_fail for entry in entries):
        parts.append(translate("StripCard", "rings mark runs that will fail until you fix them"))
    return " · ".join(parts)


def quiet_spans(local: datetime, quiet: tuple[time, time] | None) -> list[tuple[float, float]]:
    """Return a daily window as spans in hours from a local instant, over the next 24 hours."""
    if quiet is None or quiet[0] == quiet[1]:
        return []
    start, end = quiet
    spans = []
    for day in (-1, 0, 1):
        opens = datetime.combine(local.date() + timedelta(days=day), start, local.tzinfo)
        closes = datetime.combine(opens.date() + timedelta(days=1 if end <= start else 0), end, local.tzinfo)
        spans.append(((opens - local).total_seconds() / 3600, (closes - local).total_seconds() / 3600))
    return [(begin, finish) for begin, finish in spans if finish > 0 and begin < 24]
