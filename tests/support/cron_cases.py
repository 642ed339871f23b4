"""Random cron expressions and times that crowd around clock changes, and a few around New Year."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from kata_desktop.domain.trigger import Cron
from kata_desktop.scheduler.occurrences.slots import count_between, latest_at_or_before, upcoming
from tests.support.oracle import ZONES, Moment, jumps, starts, walk

FIRST_YEAR, LAST_YEAR = 1985, 2037
BEFORE, AFTER = timedelta(days=2), timedelta(hours=36)
"""How much real time is walked around a clock change; the first day only tells what has been reached."""
PER_JUMP = 20
"""Cases at the same clock change, so that it is walked once."""
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True)
class Case:
    """Some expressions in a zone, judged from an instant to the end of its walk."""

    expressions: tuple[str, ...]
    zone: str
    jump: datetime
    after: datetime


def cases(seed: int, count: int) -> Iterator[Case]:
    """Yield random cases; the same seed gives the same ones."""
    dice = random.Random(seed)
    zone, jump = ZONES[0], datetime.min.replace(tzinfo=UTC)
    for number in range(count):
        if number % PER_JUMP == 0:
            zone = dice.choice(ZONES)
            jump = dice.choice(_jumps(zone)) if dice.random() < 0.9 else _new_year(dice)
        near = dice.choice(_walk(zone, jump)[1440:]).wall
        hint = near if dice.random() < 0.5 else _at_jump(zone, jump, dice)
        expressions = tuple(expression(dice, hint) for _ in range(dice.choice((1, 1, 1, 1, 2, 3))))
        after = jump - timedelta(minutes=dice.randint(0, dice.choice((180, 1439))), seconds=dice.choice((0, 0, 17)))
        yield Case(expressions, zone, jump, after)


def difference(case: Case) -> str:
    """Return what the reckoning says differently from the oracle; empty when they agree."""
    moments = _walk(case.zone, case.jump)
    expected = [instant for instant in starts(case.expressions, moments) if instant > case.after]
    end = moments[-1].utc
    trigger = Cron(expressions=case.expressions, zone=case.zone)
    wanted = expected[:4]
    got = [slot for slot in upcoming(trigger, case.after, len(wanted) + 1, system_zone="UTC") if slot <= end][:4]
    if got != wanted:
        return f"{case}: upcoming {got} instead of {wanted}"
    count = count_between(trigger, case.after, end, system_zone="UTC")
    if count != len(expected):
        return f"{case}: counted {count} instead of {len(expected)}"
    latest = latest_at_or_before(trigger, end, not_before=case.after + timedelta(seconds=1), system_zone="UTC")
    if latest != (expected[-1] if expected else None):
        return f"{case}: latest {latest} instead of {expected[-1:]}"
    return ""


def expression(dice: random.Random, near: datetime) -> str:
    """Make an expression, mostly one that matches close to a wall-clock time."""
    minute = _field(dice, 0, 59, near.minute, star=0.25)
    hour = _field(dice, 0, 23, near.hour, star=0.3)
    day = "L" if dice.random() < 0.05 else _field(dice, 1, 31, near.day, star=0.6)
    month = _field(dice, 1, 12, near.month, star=0.7, names=MONTHS)
    return f"{minute} {hour} {day} {month} {_weekday(dice, near)}"


def _weekday(dice: random.Random, near: datetime) -> str:
    today = near.isoweekday() % 7
    match dice.randrange(20):
        case 0:
            return f"{dice.choice((WEEKDAYS[today], str(today)))}#{(near.day + 6) // 7}"
        case 1:
            return f"L{today or dice.choice((0, 7))}"
        case 2:
            return f"{WEEKDAYS[today]}#{dice.randint(1, 5)},{dice.choice(WEEKDAYS)}#1"
        case _:
            return _field(dice, 0, 7, today, star=0.6, names=WEEKDAYS)


def _field(dice: random.Random, low: int, high: int, near: int, *, star: float, names: tuple[str, ...] = ()) -> str:
    if dice.random() < star:
        return dice.choice(("*", "*", "*", f"*/{dice.randint(1, high)}", f"*,{near}"))
    items = [_item(dice, low, high, near, names) for _ in range(dice.choice((1, 1, 1, 2, 3)))]
    return ",".join(items)


def _item(dice: random.Random, low: int, high: int, near: int, names: tuple[str, ...]) -> str:
    value = near if dice.random() < 0.7 else dice.randint(low, high)
    if names and dice.random() < 0.3:
        return names[(value - low) % len(names)]
    match dice.randrange(4):
        case 0:
            return f"{dice.randint(low, value)}-{dice.randint(value, high)}"
        case 1:
            return f"{dice.randint(low, value)}-{dice.randint(value, high)}/{dice.randint(1, max(1, high // 2))}"
        case _:
            return str(value)


def _at_jump(zone: str, jump: datetime, dice: random.Random) -> datetime:
    """Return a wall-clock time close to the jump, on either side or inside the gap."""
    walls = [moment.wall for moment in _walk(zone, jump) if abs(moment.utc - jump) <= timedelta(minutes=1)]
    return dice.choice(walls) + timedelta(minutes=dice.randint(-130, 130))


def _new_year(dice: random.Random) -> datetime:
    return datetime(dice.randint(FIRST_YEAR, LAST_YEAR), 1, 1, tzinfo=UTC)


@lru_cache(maxsize=64)
def _jumps(zone: str) -> list[datetime]:
    return jumps(zone, FIRST_YEAR, LAST_YEAR) or [datetime(2000, 1, 1, tzinfo=UTC)]


@lru_cache(maxsize=16)
def _walk(zone: str, jump: datetime) -> list[Moment]:
    return walk(zone, jump - BEFORE, (BEFORE + AFTER) // timedelta(minutes=1))
