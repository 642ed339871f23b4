"""When tasks come due, above all around clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.domain.trigger import Cron, Event, EventType, Interval, Once, Trigger
from kata_desktop.scheduler.occurrences.slots import count_between, latest_at_or_before, local_key, next_after, upcoming
from tests.engine.scheduler.oracle_run import compare
from tests.support.cron_cases import expression
from tests.support.oracle import ZONES

HERE = "Europe/Berlin"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def cron(*expressions: str, zone: str = HERE) -> Cron:
    return Cron(expressions=expressions, zone=zone)


def shown(trigger: Trigger, after: str, n: int) -> list[str]:
    return [f"{slot:%m-%d %H:%M}" for slot in upcoming(trigger, utc(after), n, system_zone=HERE)]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [11, 12])
def test_no_difference_from_the_oracle(seed: int) -> None:
    judged, differences = compare(seed, 500)
    assert judged == 500
    assert differences == []


@pytest.mark.torture
@pytest.mark.timeout(3600)
def test_no_difference_from_the_oracle_in_a_hundred_thousand_cases() -> None:
    assert compare(1, 100_000) == (100_000, [])


def test_a_fixed_time_runs_once_where_the_hour_repeats() -> None:
    assert shown(cron("30 2 * * *"), "2026-10-24T12:00", 2) == ["10-25 00:30", "10-26 01:30"]


def test_a_fixed_time_inside_a_gap_runs_at_the_first_instant_after_it() -> None:
    assert shown(cron("15,45 2 * * *"), "2026-03-28T12:00", 2) == ["03-29 01:00", "03-30 00:15"]


def test_a_wildcard_takes_both_copies_of_a_repeated_hour() -> None:
    assert shown(cron("*/30 2 * * *"), "2026-10-24T12:00", 5) == [
        "10-25 00:00", "10-25 00:30", "10-25 01:00", "10-25 01:30", "10-26 01:00",
    ]  # fmt: skip


def test_a_wildcard_has_nothing_inside_a_gap() -> None:
    assert shown(cron("*/30 2 * * *"), "2026-03-28T12:00", 1) == ["03-30 00:00"]


def test_several_expressions_are_one_union_without_twins() -> None:
    both = cron("0 9 * * *", "0 9,17 * * 1-5", "*/30 9 * * 1")
    assert shown(both, "2026-11-22T12:00", 4) == ["11-23 08:00", "11-23 08:30", "11-23 16:00", "11-24 08:00"]
    assert count_between(both, utc("2026-11-22T12:00"), utc("2026-11-24T08:00"), system_zone=HERE) == 4


def test_either_day_field_matches_when_neither_begins_with_a_star() -> None:
    assert shown(cron("0 0 13 * 5", zone="UTC"), "2026-11-01T00:00", 3) == ["11-06 00:00", "11-13 00:00", "11-20 00:00"]
    assert shown(cron("0 0 */12 * 5", zone="UTC"), "2026-11-01T00:00", 1) == ["11-13 00:00"]


def test_rare_days_are_found_years_ahead() -> None:
    after = utc("2026-11-01T00:00")
    assert next_after(cron("0 0 29 2 *", zone="UTC"), after, system_zone=HERE) == utc("2028-02-29T00:00")
    assert next_after(cron("0 0 29 2 */6", zone="UTC"), utc("2072-03-01T00:00"), system_zone=HERE) == utc(
        "2076-02-29T00:00"
    )
    # 2100 is no leap year: the longest wait there is
    assert next_after(cron("0 0 29 2 */4", zone="UTC"), utc("2096-03-01T00:00"), system_zone=HERE) is not None


def test_a_day_that_was_left_out_runs_when_the_next_begins() -> None:
    apia = cron("0 9 30 12 *", zone="Pacific/Apia")
    assert next_after(apia, utc("2011-12-01T00:00"), system_zone=HERE) == utc("2011-12-30T10:00")


def test_the_system_zone_is_the_one_handed_in() -> None:
    trigger = Cron(expressions=("0 9 * * *",))
    after = utc("2026-07-01T00:00")
    assert next_after(trigger, after, system_zone="Asia/Kathmandu") == utc("2026-07-01T03:15")
    assert next_after(trigger, after, system_zone="America/New_York") == utc("2026-07-01T13:00")


def test_an_unknown_zone_is_refused_with_a_sentence() -> None:
    with pytest.raises(InvalidInput, match="Mars/Olympus"):
        next_after(cron("0 9 * * *", zone="Mars/Olympus"), utc("2026-07-01T00:00"), system_zone=HERE)


@pytest.mark.parametrize(
    "local, fold, instant",
    [
        ("2026-06-01T09:00", 0, "2026-06-01T07:00"),
        ("2026-10-25T02:30", 0, "2026-10-25T00:30"),
        ("2026-10-25T02:30", 1, "2026-10-25T01:30"),
        ("2026-03-29T02:30", 0, "2026-03-29T01:00"),
        ("2026-03-29T02:30", 1, "2026-03-29T01:00"),
    ],
)
def test_once(local: str, fold: int, instant: str) -> None:
    trigger = Once(local=datetime.fromisoformat(local).replace(fold=fold), zone=HERE)
    at = utc(instant)
    assert upcoming(trigger, at - timedelta(seconds=1), 2, system_zone="UTC") == [at]
    assert next_after(trigger, at, system_zone="UTC") is None
    assert count_between(trigger, at - timedelta(days=1), at, system_zone="UTC") == 1
    assert latest_at_or_before(trigger, at, not_before=at, system_zone="UTC") == at


def test_a_reading_that_was_skipped_at_new_year() -> None:
    trigger = Once(
        local=datetime.fromisoformat("1994-12-31T23:00"), zone="Pacific/Kiritimati"
    )  # the zone had no such day
    (slot,) = upcoming(trigger, utc("1994-12-01T00:00"), 2, system_zone="UTC")
    assert slot == utc("1994-12-31T10:00")


def test_an_interval_counts_from_its_anchor_without_drift() -> None:
    anchor = utc("2026-01-01T00:00")
    trigger = Interval(every=timedelta(minutes=90), anchor=anchor)
    assert next_after(trigger, anchor - timedelta(days=9), system_zone=HERE) == anchor + timedelta(minutes=90)
    assert next_after(trigger, anchor + timedelta(days=500), system_zone=HERE) == anchor + timedelta(
        days=500, minutes=90
    )
    assert latest_at_or_before(trigger, anchor, not_before=anchor, system_zone=HERE) is None
    assert count_between(trigger, anchor, anchor + timedelta(days=30), system_zone=HERE) == 480


def test_events_have_no_times() -> None:
    trigger = Event(type=EventType.APP_STARTED)
    now = utc("2026-01-01T00:00")
    assert upcoming(trigger, now, 3, system_zone=HERE) == []
    assert latest_at_or_before(trigger, now, not_before=now - timedelta(days=9), system_zone=HERE) is None
    assert count_between(trigger, now - timedelta(days=9), now, system_zone=HERE) == 0


def test_looking_back_over_new_year_finds_the_newest_of_all_expressions() -> None:
    both = cron("58 0 * * *", "* 0 1 * *", zone="Asia/Kathmandu")
    at = utc("1986-01-01T12:00")
    assert latest_at_or_before(both, at, not_before=utc("1985-12-30T00:00"), system_zone=HERE) == utc(
        "1985-12-31T19:14"
    )


def test_years_of_minutes_are_counted_exactly() -> None:
    after, until = utc("2026-01-01T00:00"), utc("2036-01-01T00:00")
    assert count_between(cron("* * * * *"), after, until, system_zone=HERE) == (until - after) // timedelta(minutes=1)


@pytest.mark.parametrize(
    "trigger, key",
    [
        (Cron(expressions=("0 9 * * *",)), "2026-03-24T09:00"),
        (Once(local=datetime.fromisoformat("2026-03-24T09:00")), "2026-03-24T09:00"),
        (Cron(expressions=("0 9 * * *",), zone=HERE), None),
        (Cron(expressions=("*/5 9 * * *",)), None),
        (Interval(every=timedelta(hours=1), anchor=datetime(2026, 1, 1, tzinfo=UTC)), None),
        (Event(type=EventType.COMPUTER_WOKE), None),
    ],
)
def test_the_local_time_that_fires_once(trigger: Trigger, key: str | None) -> None:
    assert local_key(trigger, utc("2026-03-24T08:00"), HERE) == key


naive = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2037-01-01"))
instants = naive.map(lambda each: each.replace(tzinfo=UTC))


@st.composite
def crons(draw: st.DrawFn) -> Cron:
    dice = draw(st.randoms(use_true_random=False))
    near = draw(naive)
    wanted = draw(st.integers(1, 3))
    found = [text for text in (expression(dice, near) for _ in range(wanted * 4)) if _valid(text)]
    return Cron(expressions=tuple(found[:wanted] or ["0 9 * * *"]), zone=draw(st.sampled_from(ZONES)))


def _valid(text: str) -> bool:
    try:
        upcoming(Cron(expressions=(text,)), datetime(2026, 1, 1, tzinfo=UTC), 0, system_zone="UTC")
        next_after(Cron(expressions=(text,)), datetime(2026, 1, 1, tzinfo=UTC), system_zone="UTC")
    except InvalidInput:
        return False
    return True


intervals = st.builds(
    Interval, every=st.integers(60, 366 * 86_400).map(lambda each: timedelta(seconds=each)), anchor=instants
)
triggers = st.one_of(crons(), intervals)


@settings(max_examples=300, deadline=None)
@given(triggers, instants)
def test_upcoming_counting_and_looking_back_agree(trigger: Trigger, after: datetime) -> None:
    slots = upcoming(trigger, after, 6, system_zone="UTC")
    assert all(earlier < later for earlier, later in pairwise([after, *slots]))
    for index, slot in enumerate(slots):
        just_before = slot - timedelta(microseconds=1)
        assert count_between(trigger, after, slot, system_zone="UTC") == index + 1
        assert count_between(trigger, after, just_before, system_zone="UTC") == index
        assert latest_at_or_before(trigger, slot, not_before=after, system_zone="UTC") == slot
        previous = latest_at_or_before(trigger, just_before, not_before=after, system_zone="UTC")
        assert previous in ({slots[index - 1]} if index else {None, after})


@settings(max_examples=200, deadline=None)
@given(triggers, instants, st.timedeltas(timedelta(0), timedelta(days=4000)), st.floats(0, 1))
def test_counts_add_up(trigger: Trigger, after: datetime, span: timedelta, share: float) -> None:
    middle, until = after + span * share, after + span
    whole = count_between(trigger, after, until, system_zone="UTC")
    assert whole == count_between(trigger, after, middle, system_zone="UTC") + count_between(
        trigger, middle, until, system_zone="UTC"
    )
