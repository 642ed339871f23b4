"""Triggers and times in words."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.domain.task import ActiveHours
from kata_desktop.domain.trigger import Cron, Event, Interval, Once, Trigger
from kata_desktop.scheduler.occurrences.cron import parse_cron
from kata_desktop.scheduler.words.sentences import local_text, relative, sentence
from tests.support.cron_cases import expression

NOW = datetime(2026, 3, 24, 9, 42, tzinfo=UTC)
"""A Tuesday; 10:42 in Berlin."""
BERLIN = "Europe/Berlin"


def say(trigger: Trigger) -> str:
    return sentence(
        trigger, system_zone=BERLIN, now=NOW, task_names={"task_1": "Digest"}, channel_names={"whatsapp": "WhatsApp"}
    )


@pytest.mark.parametrize(
    "expressions, words",
    [
        (["0 12 * * 1-5"], "Every weekday at 12:00"),
        (["0 8-20/2 * * *"], "Every 2 hours, 08:00–20:00"),
        (["30 8 * * 1,3,5"], "Every Monday, Wednesday and Friday at 08:30"),
        (["30 10 * * 2"], "Every Tuesday at 10:30"),
        (["15 7 * * *"], "Every day at 07:15"),
        (["0 9 * * 7"], "Every Sunday at 09:00"),
        (["0 9 * * 1-5", "30 17 * * 1-5"], "Every weekday at 09:00 and 17:30"),
        (["0 9 * * 1-5", "0 10 * * 6"], "Every weekday at 09:00, and every Saturday at 10:00"),
        (["0 0 13 * 5"], "On the 13th or on Fridays at 00:00"),
        (["0 0 */2 * 1"], "On Mondays that are odd days at 00:00"),
        (["0 0 30 2 1"], "On Mondays in February at 00:00"),
        (["0 0 29 2 *"], "On the 29th of February at 00:00"),
        (["0 8 1,15,L * *"], "On the 1st, 15th and last day of every month at 08:00"),
        (["0 9 1-7 12 *"], "On the 1st–7th of December at 09:00"),
        (["0 0 * * L5"], "On the last Friday of every month at 00:00"),
        (["0 9 * * MON#2"], "On the second Monday of every month at 09:00"),
        (["0 9 * 6-8 *"], "Every day in June–August at 09:00"),
        (["*/15 9-16 * * 1-5"], "Every 15 minutes, 09:00–16:45, on weekdays"),
        (["* * * * *"], "Every minute"),
        (["*/5 * * * *"], "Every 5 minutes"),
        (["0 * * * *"], "Every hour"),
        (["5 * * * *"], "Every hour at 5 minutes past"),
        (["7,23,42 1-9 * * 1"], "At 7, 23, and 42 minutes past the hour, between 01:00 and 09:59, on Mondays"),
    ],
)
def test_cron(expressions: list[str], words: str) -> None:
    assert say(Cron(expressions=tuple(expressions))) == words


@pytest.mark.parametrize(
    "trigger, words",
    [
        (Once(local=datetime.fromisoformat("2026-03-28T17:00")), "Once, Sat 28 March at 17:00"),
        (Once(local=datetime.fromisoformat("2027-03-28T17:00")), "Once, Sun 28 March 2027 at 17:00"),
        (Interval(every=timedelta(hours=2), anchor=NOW), "Every 2 hours"),
        (Interval(every=timedelta(hours=1), anchor=NOW), "Every hour"),
        (Interval(every=timedelta(minutes=90), anchor=NOW), "Every 90 minutes"),
        (Interval(every=timedelta(days=1), anchor=NOW), "Every 24 hours"),
        (Interval(every=timedelta(seconds=90), anchor=NOW), "Every 1 minute 30 seconds"),
        (Event(type="app-started"), "When Kata starts"),
        (Event(type="computer-woke"), "When the computer wakes"),
        (Event(type="file-changed"), "When a file changes"),
        (Event(type="file-changed", filter="notes/*.md"), "When notes/*.md changes"),
        (Event(type="task-finished"), "When any task finishes"),
        (Event(type="task-finished", source="task_1", filter="failed"), "When “Digest” fails"),
        (Event(type="slack.message"), "On slack message"),
        (Event(type="conversation", source="whatsapp"), "When somebody writes in WhatsApp"),
        (Event(type="conversation", source="elsewhere"), "When somebody writes in Elsewhere"),
        (Event(type="channel-message"), "When a message in a channel comes"),
        (Event(type="channel-message", source="whatsapp", filter="bug"), "When a message in WhatsApp matches “bug”"),
        (Cron(expressions=("0 9 * * *",), zone="America/New_York"), "Every day at 09:00, New York time"),
        (Cron(expressions=("0 9 * * *",), zone=BERLIN), "Every day at 09:00"),
    ],
)
def test_other_triggers(trigger: Trigger, words: str) -> None:
    assert say(trigger) == words


def test_active_hours_belong_to_the_sentence() -> None:
    hours = ActiveHours(start=time(8), end=time(20))
    every = Interval(every=timedelta(hours=2), anchor=NOW)
    assert sentence(every, system_zone=BERLIN, now=NOW, hours=hours) == "Every 2 hours, only between 08:00 and 20:00"
    daily = Cron(expressions=("30 8 * * 1-5",))
    told = sentence(daily, system_zone=BERLIN, now=NOW, hours=hours)
    assert told == "Every weekday at 08:30, only between 08:00 and 20:00"


@pytest.mark.parametrize(
    "away, words",
    [
        (timedelta(0), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=5), "in 5 min"),
        (timedelta(hours=1, minutes=18), "in 1 h 18 min"),
        (timedelta(hours=2), "in 2 h"),
        (timedelta(hours=23, minutes=58), "tomorrow"),
        (timedelta(hours=14), "tomorrow"),
        (timedelta(hours=13), "in 13 h"),
        (timedelta(days=4, hours=6), "in 4 days"),
        (timedelta(seconds=-30), "just now"),
        (timedelta(minutes=-5), "5 min ago"),
        (timedelta(hours=-23), "yesterday"),
        (timedelta(days=-12), "12 days ago"),
    ],
)
def test_how_far_away(away: timedelta, words: str) -> None:
    assert relative(NOW + away, NOW, zone=BERLIN) == words


@pytest.mark.parametrize(
    "instant, words",
    [
        ("2026-03-24T11:00", "12:00"),
        ("2026-03-25T09:40", "Wed 10:40"),
        ("2026-03-31T08:30", "Tue 10:30"),
        ("2026-04-01T08:30", "1 April 10:30"),
        ("2027-04-01T08:30", "1 April 2027 10:30"),
        ("2026-03-23T08:30", "23 March 09:30"),
    ],
)
def test_local_times(instant: str, words: str) -> None:
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert local_text(at, zone=BERLIN, now=NOW) == words


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 10**9))
def test_every_expression_has_a_sentence(seed: int) -> None:
    text = expression(random.Random(seed), NOW.replace(tzinfo=None))
    try:
        parse_cron(text)
    except InvalidInput:
        return
    words = say(Cron(expressions=(text,)))
    assert words[0].isupper()
    assert "  " not in words
    assert "None" not in words
    assert not words.endswith((".", ",", "the "))
