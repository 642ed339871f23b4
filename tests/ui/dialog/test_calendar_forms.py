"""Weekly and monthly forms and the cron expressions they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.scheduler.occurrences.cron import parse_cron
from kata_desktop.scheduler.occurrences.cron_fields import LAST
from kata_desktop.ui.dialogs.task_dialog.calendar_forms import MOST_TIMES, Clock, Monthly, Weekly, recognise

CLOCKS = st.builds(Clock, hour=st.integers(0, 23), minute=st.sampled_from([0, 15, 30, 59]))
TIMES = st.lists(CLOCKS, min_size=1, max_size=4, unique=True).map(
    lambda clocks: tuple(sorted(clocks, key=lambda each: (each.hour, each.minute)))
)
WEEKLIES = st.builds(Weekly, days=st.frozensets(st.integers(0, 6), min_size=1), times=TIMES)
DAYS = st.frozensets(st.sampled_from([*range(1, 32), LAST]), min_size=1, max_size=30)
MONTHLIES = st.builds(Monthly, days=DAYS, times=TIMES) | st.builds(
    Monthly, nth=st.sampled_from([1, 2, 3, 4, 5, LAST]), weekday=st.integers(0, 6), times=TIMES
)


@given(form=WEEKLIES | MONTHLIES)
def test_a_form_is_recognised_in_its_own_expressions(form: Weekly | Monthly) -> None:
    assert recognise(form.expressions) == form
    for expression in form.expressions:
        assert parse_cron(expression).text == expression


@pytest.mark.parametrize(
    "expressions",
    [
        ("*/20 9 * * 1",),
        ("0 * * * *",),
        ("0 9 13 * 5",),
        ("0 9 * 6 *",),
        ("0 9 * * 1", "0 9 1 * *"),
        ("0-59 9 * * 1",),
        ("0 9 * * MON#1,MON#3",),
        ("nonsense",),
        (),
    ],
    ids=str,
)
def test_what_only_cron_can_say_stays_cron(expressions: tuple[str, ...]) -> None:
    assert recognise(expressions) is None


def test_a_form_holds_a_dozen_times() -> None:
    assert MOST_TIMES == 12
    assert recognise(("0 0-11 * * 1",)) is not None
    assert recognise(("0 0-12 * * 1",)) is None
