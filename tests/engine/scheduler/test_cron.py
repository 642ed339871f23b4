"""Reading cron expressions: what is taken, what is refused, and how the refusal helps."""

from __future__ import annotations

import pytest

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.scheduler.occurrences.cron import confirm, parse_cron
from kata_desktop.scheduler.occurrences.cron_fields import LAST

ACCEPTED = {
    "0 9 * * 1-5": "0 9 * * 1-5",
    "  0\t9  * * mon-fri \n": "0 9 * * MON-FRI",
    "@daily": "0 0 * * *",
    "@Hourly": "0 * * * *",
    "@yearly": "0 0 1 1 *",
    "0 9 * * 7": "0 9 * * 7",
    "0 9 * * 5-7": "0 9 * * 5-7",
    "*/15 8-20/2 1,15,L jan-mar,12 *": "*/15 8-20/2 1,15,L JAN-MAR,12 *",
    "0 9 * * MON#2,fri#4": "0 9 * * MON#2,FRI#4",
    "0 9 * * L5": "0 9 * * L5",
    "0 0 29 2 *": "0 0 29 2 *",
    "0 0 30 2 1": "0 0 30 2 1",
}

REFUSED = [
    ("", "", "five fields"),
    ("   ", "", "five fields"),
    ("* * * *", "", "4 fields instead of five fields"),
    ("* * * * * *", "", "five fields"),
    ("0 30 9 * * 1-5", "", "“30 9 * * 1-5”"),
    ("0 0 9 ? * MON-FRI 2026", "", "“0 9 * * MON-FRI”"),
    ("60 * * * *", "minute", "Minute is 60. Use 0–59"),
    ("0 25 * * 1-5", "hour", "Hour is 25. Use 0–23, for example “0 9 * * 1-5”."),
    ("0 24 * * *", "hour", "Use 0–23"),
    ("0 0 0 * *", "day", "Day is 0. Use 1–31"),
    ("0 0 1 13 *", "month", "Use 1–12 or JAN–DEC"),
    ("0 0 * * 8", "weekday", "Use 0–7 or SUN–SAT"),
    ("0 0 * * MONDAY", "weekday", "“MONDAY”"),
    ("0 0 31 2 *", "day", "never"),
    ("0 0 30,31 2 *", "day", "never"),
    ("0 0 31 4,6,9,11 *", "day", "never"),
    ("0 0 */31 * MON#2", "day", "never"),
    ("*/0 * * * *", "minute", "Use 1–59"),
    ("*/70 * * * *", "minute", "Use 1–59"),
    ("0 */24 * * *", "hour", "Use 1–23"),
    ("5-1 * * * *", "minute", "ends before it starts"),
    ("0 9 * * FRI-SUN", "weekday", "5-7"),
    ("1,,3 * * * *", "minute", "comma"),
    (",1 * * * *", "minute", "comma"),
    ("-1 * * * *", "minute", "Use 0–59"),
    ("1- * * * *", "minute", "Use 0–59"),
    ("1.5 * * * *", "minute", "1.5"),
    ("1e1 * * * *", "minute", "Use 0–59"),
    ("+1 * * * *", "minute", "Use 0–59"),
    ("*-5 * * * *", "minute", "Use 0–59"),
    ("**/2 * * * *", "minute", "step without a range"),
    ("*/2/2 * * * *", "minute", "step"),
    ("*/ * * * *", "minute", "step"),
    ("59/1 * * * *", "minute", "step without a range"),
    ("９ 9 * * *", "", "U+FF19"),
    ("٩ 9 * * *", "", "U+0669"),
    ("0 0\0 * * *", "", "U+0000"),
    ("0 9 * * *\n0 10 * * *", "", "U+000A"),
    ("# every day", "", "comment"),
    ("@reboot", "", "app started"),
    ("@noon", "", "@daily"),
    ("H * * * *", "minute", "not known"),
    ("R 9 * * *", "minute", "not known"),
    ("H(0-29) 9 * * *", "minute", "not known"),
    ("0 0 ? * 1", "day", "not known"),
    ("0 0 15W * *", "day", "not known"),
    ("0 0 L-3 * *", "day", "not known"),
    ("0 0 * * L", "weekday", "L5"),
    ("0 0 * * 5L", "weekday", "5L"),
    ("0 0 * * 1#6", "weekday", "#1–#5"),
    ("0 0 * * 1#0", "weekday", "#1–#5"),
    ("0 0 * * MON#1,FRI", "weekday", "two expressions"),
    ("0" * 129, "", "128"),
    ("9" * 100 + " * * * *", "minute", "too large"),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted_and_normalised(text: str) -> None:
    expression = parse_cron(text)
    assert expression.text == ACCEPTED[text]
    assert parse_cron(expression.text) == expression
    confirm(expression)


@pytest.mark.parametrize("text, part, fragment", REFUSED)
def test_refused_with_part_reason_and_working_example(text: str, part: str, fragment: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_cron(text)
    (error,) = caught.value.errors
    assert (error.field, error.label, error.part) == ("cron", "Cron expression", part)
    assert fragment in error.sentence
    parse_cron(error.example)


def test_what_an_expression_means() -> None:
    expression = parse_cron("*/20 8-10 L 2 SUN#1")
    assert expression.minutes == (0, 20, 40)
    assert expression.hours == (8, 9, 10)
    assert expression.days == {LAST}
    assert expression.nth_weekdays == {(0, 1)}
    assert expression.or_days
    assert not expression.fixed_time


@pytest.mark.parametrize("text", ["0 0 */2 * 1", "0 0 *,5 * 1", "0 0 1 * */2", "0 0 * * 1"])
def test_a_star_at_the_beginning_of_either_day_field_means_and(text: str) -> None:
    assert not parse_cron(text).or_days


@pytest.mark.parametrize(
    "text, fixed", [("0 0-23 * * *", True), ("0,* 1 * * *", True), ("*/5 1 * * *", False), ("0 */2 * * *", False)]
)
def test_fixed_time_means_no_star_at_the_beginning(text: str, fixed: bool) -> None:
    assert parse_cron(text).fixed_time is fixed
