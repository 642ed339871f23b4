"""Cron expressions in words: "Every weekday at 09:00 and 17:30", "Every 2 hours, 08:00–20:00, on weekdays"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import groupby, pairwise

from kata_desktop.scheduler.inputs.durations import pace_words
from kata_desktop.scheduler.occurrences.cron import CronExpression, parse_cron
from kata_desktop.scheduler.occurrences.cron_fields import LAST
from kata_desktop.scheduler.words.calendar_words import MONTHS, ORDINALS, WEEKDAYS, joined, numbered

_MOST_LISTED = 6
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def cron_sentence(expressions: Sequence[str]) -> str:
    """Say what some expressions mean together; expressions for the same days are said in one go."""
    parsed = [parse_cron(text) for text in expressions]
    parts = []
    for _, same_days in groupby(sorted(parsed, key=_day_fields), key=_day_fields):
        parts.append(_sentence(list(same_days)))
    return ", and ".join([parts[0], *(part[0].lower() + part[1:] for part in parts[1:])])


def day_rule(expression: CronExpression) -> str:
    """Say how the two day fields work together when both are in use; empty otherwise."""
    if not _days(expression) or not (expression.weekdays or expression.nth_weekdays) or len(expression.weekdays) == 7:
        return ""
    if len(expression.days) == 31:
        return ""
    days, weekdays = _on_days(expression), _on_weekdays(expression)
    if expression.or_days:
        return f"Runs {days} or {weekdays}, whichever comes: cron joins the two with “or” when neither begins with *."
    same = days.removeprefix("on ")
    return f"Runs only {weekdays} that are also {same}: cron joins the two with “and” because one begins with *."


def _sentence(expressions: list[CronExpression]) -> str:
    times = sorted({hour * 60 + minute for each in expressions for hour in each.hours for minute in each.minutes})
    every, on = _day_words(expressions[0])
    pace = _pace(times)
    if pace:
        return pace if on == "on every day" else f"{pace}, {on}"
    if len(times) <= _MOST_LISTED:
        return f"{every} at {joined([_clock(each) for each in times])}"
    return f"{_described(expressions)}, {on}" if on != "on every day" else _described(expressions)


def _pace(times: list[int]) -> str:
    """Say evenly spaced times as a pace; empty when they are few or uneven."""
    step = times[1] - times[0] if len(times) > 4 else 0
    if not step or any(later - earlier != step for earlier, later in pairwise(times)):
        return ""
    words = pace_words(timedelta(minutes=step))
    if step == 60 and len(times) == 24:
        return "Every hour" if times[0] == 0 else f"Every hour at {times[0]} minutes past"
    if len(times) * step < 1440:
        return f"Every {words}, {_clock(times[0])}–{_clock(times[-1])}"
    return f"Every {words}" if times[0] == 0 else f"Every {words} from {_clock(times[0])}"


def _described(expressions: list[CronExpression]) -> str:
    """Let cron-descriptor say times of day that are many and uneven."""
    from cron_descriptor import Options, get_description  # only such expressions need it

    options = Options()
    options.use_24hour_time_format = True
    clocks = [" ".join([*map(_simple, each.text.split()[:2]), "* * *"]) for each in expressions]
    return joined([str(get_description(clock, options)) for clock in clocks])


def _simple(field: str) -> str:
    """Return a field without what a star in its list makes needless."""
    return "*" if "*" in field.split(",") else field


def _day_words(expression: CronExpression) -> tuple[str, str]:
    """Return the days as "Every weekday" and as "on weekdays"."""
    days, weekdays = bool(_days(expression)) and len(expression.days) < 31, _names_weekdays(expression)
    if days and weekdays:
        on_days, on_weekdays = _on_days(expression), _on_weekdays(expression)
        joint = f"{on_days} or {on_weekdays}" if expression.or_days else f"{on_weekdays} that are {on_days[3:]}"
        both = joint + _in_months(expression)
        return _capital(both), both
    if days:
        words = _on_days(expression) + _of_months(expression)
        return _capital(words), words
    if expression.nth_weekdays:
        words = _on_weekdays(expression) + _of_months(expression)
        return _capital(words), words
    return _plain_weekdays(expression)


def _plain_weekdays(expression: CronExpression) -> tuple[str, str]:
    months = _in_months(expression)
    if not _names_weekdays(expression):
        return f"Every day{months}", f"on every day{months}"
    on = _on_weekdays(expression) + months
    if months:
        return _capital(on), on
    if expression.weekdays == {1, 2, 3, 4, 5}:
        return "Every weekday", on
    return f"Every {joined([WEEKDAYS[day] for day in _monday_first(expression.weekdays)])}", on


def _names_weekdays(expression: CronExpression) -> bool:
    return bool(expression.nth_weekdays) or len(expression.weekdays) < 7


def _days(expression: CronExpression) -> list[int]:
    """Return the days of the month that exist in at least one of the months; `LAST` at the end."""
    longest = max(_LONGEST_MONTHS[month - 1] for month in expression.months)
    return [day for day in sorted(expression.days) if 0 < day <= longest] + [LAST] * (LAST in expression.days)


def _on_days(expression: CronExpression) -> str:
    days = _days(expression)
    plain = [day for day in days if day != LAST]
    if len(plain) > _MOST_LISTED and plain == list(range(1, 32, 2)):
        return "on odd days"
    runs = ["last day"] if LAST in days else []
    return f"on the {joined([*_day_runs(plain), *runs])}"


def _day_runs(days: list[int]) -> list[str]:
    """Return the days with three or more neighbours drawn together: "1st–7th"."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = []
    for run in runs:
        words += [f"{numbered(run[0])}–{numbered(run[-1])}"] if len(run) > 2 else [numbered(day) for day in run]
    return words


def _on_weekdays(expression: CronExpression) -> str:
    if expression.nth_weekdays:
        ordered = sorted(expression.nth_weekdays, key=lambda each: (each[1] == LAST, each[1], (each[0] + 6) % 7))
        return f"on the {joined([f'{_nth(n)} {WEEKDAYS[day]}' for day, n in ordered])}"
    if expression.weekdays == {1, 2, 3, 4, 5}:
        return "on weekdays"
    return f"on {joined([f'{WEEKDAYS[day]}s' for day in _monday_first(expression.weekdays)])}"


def _nth(count: int) -> str:
    return "last" if count == LAST else ORDINALS[count - 1]


def _of_months(expression: CronExpression) -> str:
    return " of every month" if len(expression.months) == 12 else f" of {_months(expression)}"


def _in_months(expression: CronExpression) -> str:
    return "" if len(expression.months) == 12 else f" in {_months(expression)}"


def _months(expression: CronExpression) -> str:
    months = sorted(expression.months)
    if len(months) > 2 and months[-1] - months[0] == len(months) - 1:
        return f"{MONTHS[months[0] - 1]}–{MONTHS[months[-1] - 1]}"
    return joined([MONTHS[month - 1] for month in months])


def _monday_first(weekdays: Collection[int]) -> list[int]:
    return sorted(weekdays, key=lambda day: (day + 6) % 7)


def _day_fields(expression: CronExpression) -> str:
    return " ".join(expression.text.split()[2:])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _clock(minute_of_day: int) -> str:
    return f"{minute_of_day // 60:02}:{minute_of_day % 60:02}"
