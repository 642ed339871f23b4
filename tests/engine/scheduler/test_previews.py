"""What will happen."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kata_desktop.domain.preview import Preview
from kata_desktop.domain.task import ActiveHours, OutsideHours, TaskSpec
from kata_desktop.domain.trigger import Cron, Event, Interval, Once, Trigger
from kata_desktop.scheduler.occurrences.slots import count_between
from kata_desktop.scheduler.words.previews import preview

NOW = datetime(2026, 3, 24, 9, 42, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def spec(trigger: Trigger, **more: object) -> TaskSpec:
    return TaskSpec(name="n", prompt="p", trigger=trigger, workspace_id="w", **more)  # type: ignore[arg-type]


def cron(*expressions: str) -> Cron:
    return Cron(expressions=expressions)


def look(task: TaskSpec, now: datetime = NOW) -> Preview:
    return preview(task, now=now, system_zone=BERLIN)


def rows(found: Preview) -> list[str]:
    return [f"{run.local:%a %d %H:%M%z}{' -' if run.struck else ''} {run.note}".strip() for run in found.runs]


def test_the_dialog_of_the_picture() -> None:
    found = preview(spec(cron("30 8 * * 1,3,5")), now=NOW, system_zone=BERLIN, cost_per_run_microdollars=30_700)
    assert found.sentence == "Every Monday, Wednesday and Friday at 08:30, Berlin time."
    assert rows(found) == [
        "Wed 25 08:30+0100", "Fri 27 08:30+0100", "Mon 30 08:30+0200", "Wed 01 08:30+0200", "Fri 03 08:30+0200",
    ]  # fmt: skip
    assert found.clock_note == "Clocks go forward on 29 March. Runs stay at 08:30 local time."
    assert found.runs_per_month == 13
    assert found.cost_note == "About 13 runs and $0.40 a month"
    assert found.hints == ()


def test_a_run_moved_by_the_clock_change_says_why() -> None:
    assert rows(look(spec(cron("30 2 * * 0"))))[0] == "Sun 29 03:00+0200 clocks go forward"
    autumn = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert rows(look(spec(cron("*/30 2 * * *")), autumn))[:4] == [
        "Sun 25 02:00+0200 clocks go back",
        "Sun 25 02:30+0200 clocks go back",
        "Sun 25 02:00+0100 second time, clocks go back",
        "Sun 25 02:30+0100 second time, clocks go back",
    ]
    assert look(spec(cron("30 2 * * 0")), autumn).clock_note == (
        "Clocks go back on 25 October. Runs stay at 02:30 local time."
    )


@pytest.mark.parametrize(
    "trigger, note",
    [
        (cron("0 9,17 * * 1"), "Clocks go forward on 29 March. Runs stay at the same local time."),
        (cron("0 */12 29,30 * *"), "Clocks go forward on 29 March. Runs follow real time."),
        (
            Interval(every=timedelta(days=2), anchor=NOW),
            "Clocks go forward on 29 March. Runs keep their distance, so their local time moves by 1 hour.",
        ),
        (cron("*/5 * * * *"), ""),
    ],
)
def test_the_clock_note(trigger: Trigger, note: str) -> None:
    assert look(spec(trigger)).clock_note == note


def test_active_hours_strike_runs_through_and_the_night_is_leapt_over() -> None:
    found = look(spec(cron("0 * * * *"), active_hours=ActiveHours(start=time(8), end=time(12))))
    assert rows(found) == [
        "Tue 24 11:00+0100",
        "Tue 24 12:00+0100 - outside active hours, runs at 08:00",
        "Tue 24 13:00+0100 - outside active hours, runs at 08:00",
        "Wed 25 08:00+0100",
        "Wed 25 09:00+0100",
        "Wed 25 10:00+0100",
        "Wed 25 11:00+0100",
    ]


def test_runs_that_never_fit_the_active_hours_are_pointed_out() -> None:
    hours = ActiveHours(start=time(8), end=time(20), outside=OutsideHours.SKIP)
    found = look(spec(cron("0 7 * * *"), active_hours=hours))
    assert all(run.struck and run.note == "outside active hours" for run in found.runs)
    assert found.runs_per_month == 0
    assert "None of the next runs is inside the active hours." in found.hints


def test_the_end_is_shown() -> None:
    found = look(spec(cron("0 9 * * *"), until=NOW + timedelta(days=2)))
    assert rows(found) == ["Wed 25 09:00+0100", "Thu 26 09:00+0100", "Fri 27 09:00+0100 - after the end"]
    assert found.runs_per_month == 2
    assert len(look(spec(cron("0 9 * * *"), max_runs=3)).runs) == 3


def test_hints() -> None:
    assert look(spec(Interval(every=timedelta(days=1), anchor=NOW))).hints == (
        "Every 24 hours drifts with clock changes; daily at 10:42 does not.",
    )
    assert "whichever comes" in look(spec(cron("0 0 13 * 5"))).hints[0]
    assert "only on Mondays that are also odd days" in look(spec(cron("0 0 */2 * 1"))).hints[0]
    assert "up to 5 minutes later" in look(spec(cron("0 9 * * *"), jitter=timedelta(minutes=5))).hints[0]
    assert "closer together" in look(spec(cron("*/5 * * * *"))).hints[0]


def test_events_and_single_runs() -> None:
    assert look(spec(Event(type="app-started"))) == Preview(sentence="When Kata starts.")
    found = look(spec(Once(local=datetime.fromisoformat("2026-03-28T17:00"))))
    assert (found.sentence, found.runs_per_month) == ("Once, Sat 28 March at 17:00, Berlin time.", None)
    assert rows(found) == ["Sat 28 17:00+0100"]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["*/7 * * * *", "0 */5 * * *", "30 2 * * *", "0 9,13 * * 1-5", "15 3 L * *"]),
    st.times(),
    st.times(),
    st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-01-01")),
)
def test_counts_with_active_hours_are_those_of_the_runs_inside(text: str, start: time, end: time, at: datetime) -> None:
    start, end, now = (
        start.replace(second=0, microsecond=0),
        end.replace(second=0, microsecond=0),
        at.replace(tzinfo=UTC),
    )
    inside = ActiveHours(start=start, end=end, outside=OutsideHours.SKIP)
    outside = ActiveHours(start=end, end=start, outside=OutsideHours.SKIP)
    counts = [look(spec(cron(text), active_hours=hours), now).runs_per_month or 0 for hours in (inside, outside)]
    whole = count_between(cron(text), now, now + timedelta(days=30), system_zone=BERLIN)
    assert sum(counts) == whole or start == end
