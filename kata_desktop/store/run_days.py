"""The history by calendar day: how many rows a list has below each day, and what a plot draws."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kata_desktop.domain.listing import RunCounts, RunDay, RunFilter, RunQuery
from kata_desktop.store.connection import Connection
from kata_desktop.store.listing import RUN_FILTERS, run_where
from kata_desktop.store.times import from_us, to_us

_COUNTS = ", ".join(f"sum({RUN_FILTERS[kind]})" for kind in RunFilter)
_SUMS = "sum(r.working_us), coalesce(sum(r.cost), 0), sum(r.input_tokens + r.output_tokens)"
_NO_SUMS = "0, 0, 0"


def run_days(db: Connection, query: RunQuery, zone: str, *, totals: bool) -> list[RunDay]:
    """The days in `zone` on which the query has rows, newest first; its filter, limit and offset do not matter.

    Without `totals` it never leaves the index.
    """
    where = run_where(query)
    ends = db.one(f"SELECT min(r.slot), max(r.slot) FROM runs r WHERE {where.sql}", where.params)
    if ends is None or ends[0] is None:
        return []
    days = _days(from_us(ends[0]), from_us(ends[1]), ZoneInfo(zone))
    # Joined in this order every day is one range of an index.
    rows = db.all(
        f"SELECT json_extract(d.value, '$[0]'), {_COUNTS}, {_SUMS if totals else _NO_SUMS} "
        "FROM json_each(?) d CROSS JOIN runs r "
        f"WHERE r.slot >= json_extract(d.value, '$[1]') AND r.slot < json_extract(d.value, '$[2]') AND {where.sql} "
        "GROUP BY d.key ORDER BY d.key DESC",
        (json.dumps(days), *where.params),
    )
    return [
        RunDay(
            day=date.fromisoformat(row[0]),
            counts=RunCounts(**{kind.value: count for kind, count in zip(RunFilter, row[1:7], strict=True)}),
            working_seconds=row[7] / 1e6,
            cost_microdollars=row[8],
            tokens=row[9],
        )
        for row in rows
    ]


def _days(first: datetime, last: datetime, zone: ZoneInfo) -> list[tuple[str, int, int]]:
    """Every day with its first and its past-the-end microsecond; days are 23 to 25 hours long."""
    day, end = first.astimezone(zone).date(), last.astimezone(zone).date()
    days = []
    while day <= end:
        days.append((day.isoformat(), _midnight(day, zone), _midnight(day + timedelta(days=1), zone)))
        day += timedelta(days=1)
    return days


def _midnight(day: date, zone: ZoneInfo) -> int:
    return to_us(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC))
