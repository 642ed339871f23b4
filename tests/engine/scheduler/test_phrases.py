"""Plain English for when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kata_desktop.domain.errors import FieldError
from kata_desktop.domain.trigger import Cron, Interval, Once, Trigger
from kata_desktop.scheduler.occurrences.cron import parse_cron
from kata_desktop.scheduler.phrases.reading import parse_when, split_phrase

NOW = datetime(2026, 11, 21, 9, 40, 33, tzinfo=UTC)
"""A Saturday; 10:40:33 in Berlin."""
ZONE = "Europe/Berlin"


def read(text: str) -> Trigger | FieldError:
    return parse_when(text, now=NOW, zone=ZONE, system_zone="UTC")


@pytest.mark.parametrize(
    "text, expressions",
    [
        ("every weekday at 9", ("0 9 * * 1-5",)),
        ("Every Weekday at 9:00.", ("0 9 * * 1-5",)),
        ("every day", ("0 9 * * *",)),
        ("daily at noon", ("0 12 * * *",)),
        ("at 9 every day", ("0 9 * * *",)),
        ("every morning", ("0 8 * * *",)),
        ("every evening at 7pm", ("0 19 * * *",)),
        ("every day at 12 am", ("0 0 * * *",)),
        ("weekdays at 9 and 17:30", ("0 9 * * 1-5", "30 17 * * 1-5")),
        ("weekdays at 9, 12 and 17", ("0 9,12,17 * * 1-5",)),
        ("every monday, wednesday and friday at 8:30", ("30 8 * * 1,3,5",)),
        ("on mondays and thursdays at 8", ("0 8 * * 1,4",)),
        ("monday to friday at 9", ("0 9 * * 1-5",)),
        ("every fri-mon at 9", ("0 9 * * 0,1,5,6",)),
        ("weekends at 10", ("0 10 * * 0,6",)),
        ("every monday morning", ("0 8 * * 1",)),
        ("every week", ("0 9 * * 1",)),
        ("weekly on friday at 3pm", ("0 15 * * 5",)),
        ("on the 1st of every month at 8", ("0 8 1 * *",)),
        ("every 1st and 15th of the month at 7", ("0 7 1,15 * *",)),
        ("every month on the 15th at 9", ("0 9 15 * *",)),
        ("on the last day of every month at 18:00", ("0 18 L * *",)),
        ("every second Tuesday at 10:30", ("30 10 * * 2#2",)),
        ("on the first monday of every month at 9", ("0 9 * * 1#1",)),
        ("the last friday of the month at 16:00", ("0 16 * * L5",)),
        ("every year on 24 december at 9", ("0 9 24 12 *",)),
        ("every hour on weekdays", ("0 * * * 1-5",)),
        ("every 2 hours between 8 and 20", ("0 8-20/2 * * *",)),
        ("every 15 minutes from 9 to 17 on weekdays", ("*/15 9-16 * * 1-5",)),
    ],
)
def test_repeats_on_the_calendar(text: str, expressions: tuple[str, ...]) -> None:
    assert read(text) == Cron(expressions=expressions, zone=ZONE)
    for expression in expressions:
        parse_cron(expression)


@pytest.mark.parametrize(
    "text, minutes",
    [
        ("every 90 minutes", 90),
        ("every ninety minutes", 90),
        ("every hour", 60),
        ("hourly", 60),
        ("every 2 hours", 120),
        ("every half hour", 30),
        ("every quarter of an hour", 15),
        ("every 2 days", 2880),
        ("each 1 minute", 1),
    ],
)
def test_intervals(text: str, minutes: int) -> None:
    assert read(text) == Interval(every=timedelta(minutes=minutes), anchor=NOW)


@pytest.mark.parametrize(
    "text, local",
    [
        ("tomorrow at 17:30", "2026-11-22T17:30"),
        ("tomorrow", "2026-11-22T09:00"),
        ("tomorrow morning", "2026-11-22T08:00"),
        ("at noon tomorrow", "2026-11-22T12:00"),
        ("the day after tomorrow at 8", "2026-11-23T08:00"),
        ("today at 11", "2026-11-21T11:00"),
        ("tonight", "2026-11-21T20:00"),
        ("at 17:30", "2026-11-21T17:30"),
        ("at 9", "2026-11-22T09:00"),
        ("friday at 9", "2026-11-27T09:00"),
        ("on saturday at 9", "2026-11-28T09:00"),
        ("next monday", "2026-11-23T09:00"),
        ("on 24 December at 9", "2026-12-24T09:00"),
        ("December 24th at 9am", "2026-12-24T09:00"),
        ("1 March 2028 at 9", "2028-03-01T09:00"),
        ("2026-12-24 09:00", "2026-12-24T09:00"),
        ("in 20 minutes", "2026-11-21T11:01"),
        ("in half an hour", "2026-11-21T11:11"),
        ("in 1 hour and 30 minutes", "2026-11-21T12:11"),
        ("in 3 days at 9", "2026-11-24T09:00"),
    ],
)
def test_moments(text: str, local: str) -> None:
    assert read(text) == Once(local=datetime.fromisoformat(local), zone=ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "", "blah", "yesterday at 9", "today at 9", "every 30 seconds", "every 400 days", "every other tuesday",
        "every day at 25", "every day at 9:75", "every day at 13 pm", "every weekday at 9 and", "every", "at", "in",
        "on the 32nd of every month", "every 0 minutes", "every ２ hours", "x" * 300, "2026-02-30", "in 20 parsecs",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(text: str) -> None:
    found = read(text)
    assert isinstance(found, FieldError)
    assert found.field == "when"
    assert not isinstance(read(found.example), FieldError)


@pytest.mark.parametrize(
    "text, when, prompt",
    [
        (
            "every weekday at 9 summarise the open pull requests",
            "every weekday at 9",
            "Summarise the open pull requests",
        ),
        ("every weekday at 9, summarise", "every weekday at 9", "Summarise"),
        ("Summarise my inbox every morning", "every morning", "Summarise my inbox"),
        ("Check the server every 15 minutes.", "every 15 minutes", "Check the server"),
        ("remind me tomorrow at 17:30 to call mum", "tomorrow at 17:30", "Call mum"),
        ("every monday and check the logs", "every monday", "Check the logs"),
        ("every 2 hours check 3 sites", "every 2 hours", "Check 3 sites"),
        ("at 9 am I want news", "at 9 am", "I want news"),
        ("Write a poem", "", "Write a poem"),
        ("Write a poem at least", "", "Write a poem at least"),
    ],
)
def test_a_sentence_is_split_into_when_and_prompt(text: str, when: str, prompt: str) -> None:
    assert split_phrase(text) == (when, prompt)
    if when:
        assert not isinstance(read(when), FieldError)


WORDS = (
    "every each at on in the of and to 9 17:30 2 1st last day week weekday monday fridays morning month minutes , . -"
)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=9).map(" ".join) | st.text(max_size=40))
def test_any_words_give_a_valid_trigger_or_a_refusal(text: str) -> None:
    found = read(text)
    if isinstance(found, Cron):
        for expression in found.expressions:
            parse_cron(expression)
    when, prompt = split_phrase(text)
    assert len(when) + len(prompt) <= len(text) + 8
