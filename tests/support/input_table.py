"""What is accepted and refused in the fields of a task: one table for the dialog, the command line and the import.

Each case is a field, what was typed, and what becomes of it: a refusal must hold the fragment, name the field, give a
reason; an accepted one has no fragment. `task_input` makes a whole input around a case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from kata_desktop.domain.task_input import TaskInput
from kata_desktop.scheduler.inputs.known import Known

NOW = datetime(2026, 11, 21, 9, 40, tzinfo=UTC)
"""A Saturday; 10:40 in Berlin."""
SYSTEM_ZONE = "Europe/Berlin"
KNOWN = Known(
    workspaces=(("ws_1", "Acme Research"), ("ws_2", "Home")),
    models=("GPT", "Local"),
    tasks=(("task_1", "Digest"), ("task_2", "Inbox: triage")),
    target_kinds=("slack", "whatsapp"),
)
TRIGGERS = frozenset({"cron", "every", "at", "on", "when"})
LISTS = frozenset({"cron", "targets", "tags"})


@dataclass(frozen=True, kw_only=True)
class InputCase:
    """One thing that somebody may type."""

    field: str
    """As `TaskInput` spells it."""
    value: str | tuple[str, ...]
    fragment: str = ""
    """Part of the refusal's sentence; empty when the value is accepted."""
    zone: str | None = None
    """The zone typed beside it."""

    @property
    def accepted(self) -> bool:
        return not self.fragment

    @property
    def error_field(self) -> str:
        return self.field

    def __str__(self) -> str:
        value = self.value if isinstance(self.value, str) else "|".join(self.value)
        return f"{self.field}={value[:40]!a}"


def task_input(case: InputCase) -> TaskInput:
    """Return an input that is right but for what the case says."""
    base = TaskInput(prompt="Summarise the open pull requests.", name="Pull requests", every="2h", zone=case.zone)
    value: Any = (case.value,) if case.field in LISTS and isinstance(case.value, str) else case.value
    if case.field in TRIGGERS:
        base = replace(base, every=None)
    if case.field == "outside_hours":
        base = replace(base, active_hours="08:00-20:00")
    return replace(base, **{case.field: value})


def _refused(field: str, cases: dict[str, str], zone: str | None = None) -> list[InputCase]:
    return [InputCase(field=field, value=value, fragment=part, zone=zone) for value, part in cases.items()]


def _accepted(field: str, *values: str, zone: str | None = None) -> list[InputCase]:
    return [InputCase(field=field, value=value, zone=zone) for value in values]


CRON = _refused(
    "cron",
    {
        "": "five fields",
        "* * * *": "five fields",
        "* * * * * *": "five fields",
        "0 0 9 * * MON-FRI": "“0 9 * * MON-FRI”",
        "0 0 9 ? * MON-FRI 2026": "“0 9 * * MON-FRI”",
        "60 * * * *": "Minute is 60. Use 0–59",
        "0 24 * * *": "Hour is 24. Use 0–23",
        "0 0 0 * *": "Day is 0. Use 1–31",
        "0 0 31 2 *": "never",
        "*/0 * * * *": "step",
        "*/70 * * * *": "step",
        "5-1 * * * *": "ends before it starts",
        "1,,3 * * * *": "comma",
        "-1 * * * *": "Use 0–59",
        "1.5 * * * *": "Use 0–59",
        "５ * * * *": "U+FF15",
        "٥ * * * *": "U+0665",
        "0 9 * * \0": "U+0000",
        "# comment": "comment",
        "@reboot": "app started",
        "H * * * *": "not known",
        "R * * * *": "not known",
        "0 0 15W * *": "not known",
        "0 0 ? * *": "not known",
        "59/1 * * * *": "step without a range",
        "0 9 * * 1#6": "#1–#5",
        "0 9 * * FRI-MON": "ends before it starts",
        "0" * 129: "128",
    },
) + _accepted(
    "cron", "0 0 30 2 1", "0 0 29 2 *", "0 9 * * 1-5\n", "@daily", "0 0 13 * 5", "0 9 * * 7", "0 9 L * *", "0 9 * * L5"
)

EVERY = _refused(
    "every",
    {
        "": "Empty",
        "0": "not a duration",
        "0m": "too short",
        "-5": "not a duration",
        "-5m": "not a duration",
        "59s": "too short",
        "90": "not a duration",
        "1e3": "not a duration",
        "1e3s": "not a duration",
        "1_000s": "not a duration",
        "９０m": "not a duration",
        "NaN": "not a duration",
        "1e400": "not a duration",
        "1000000000000000000s": "not a duration",
        "9" * 5000 + "s": "not a duration",
        "0x10": "not a duration",
        "true": "not a duration",
        "1.5h": "not a duration",
        "367d": "too long",
        "30m2h": "not a duration",
        "1 h": "not a duration",
    },
) + _accepted("every", "60s", "1m", "90m", "1h30m", "366d", "2h\n")

AT = (
    _refused(
        "at",
        {
            "": "Empty. Give a date and a time",
            "2026-02-29T09:00": "has no day 29",
            "2027-02-29T09:00": "has no day 29",
            "2026-13-01T09:00": "no month",
            "2026-12-01T24:00": "no time of day",
            "2026-12-01T09:60": "no time of day",
            "2026-12-01T09:00:60": "no time of day",
            "0001-01-01T00:00+14:00": "ten years",
            "9999-12-31T23:59-12:00": "ten years",
            "0000-01-01T00:00": "no month",
            "2026-12-01T09:00+99:00": "No place on Earth",
            "2026-W01-1": "Not a date",
            "2026-W01-1T09:00": "Not a date",
            "2026-12-01": "no time of day",
            "20261201T0900": "Not a date",
            "2026-12-01T9:00": "Not a date",
            "2026-12-01T09:00Zulu": "Not a date",
            "２０２６-12-01T09:00": "Not a date",
            "1764579600": "Not a date",
            "tomorrow": "Not a date",
            "2026-11-21T10:38": "in the past",
            "2026-11-21T09:00": "in the past",
            "2027-03-28T02:30": "does not exist",
            "2027-10-31T02:30": "comes twice",
            "2036-12-01T09:00": "ten years",
        },
    )
    + _accepted(
        "at",
        "2026-11-21T11:00",
        "2026-11-21T10:39:30",
        "2026-12-01 09:00",
        "2026-12-01T09:00Z",
        "2027-10-31T02:30+02:00",
        "2027-10-31T02:30+01:00",
        "2026-12-01T09:00-12:00",
        "2028-02-29T09:00\n",
    )
    + _accepted("at", "2027-03-28T02:30", zone="Asia/Tokyo")
    + _refused("at", {"2027-03-14T02:30": "does not exist"}, zone="America/New_York")
)

ON = _refused(
    "on",
    {
        "": "Empty. Use",
        "tomorrow": "not known",
        "app-started:x": "takes nothing",
        "file-changed:../x": "leaves",
        "file-changed:/etc/passwd": "leaves",
        "task-finished:Nobody": "no task",
        "task-finished:Digest\u202e": "U+202E",
    },
) + _accepted(
    "on",
    "app-started",
    "computer-woke",
    "file-changed",
    "file-changed:notes/*.md",
    "task-finished",
    "task-finished:digest:failed",
    "task-finished:task_1",
    "task-finished:Inbox: triage:any",
)

WHEN = _refused(
    "when",
    {
        "": "Say when",
        "blah": "Not understood",
        "every day at 25": "“at 25” was not understood",
        "every weekday at 9 and": "“and” was not understood",
        "yesterday at 9": "still to come",
        "x" * 201: "at most 200",
    },
) + _accepted("when", "every weekday at 9", "tomorrow at 17:30", "in 20 minutes")

ZONE = _refused(
    "zone",
    {
        "": "Empty",
        "../../etc/passwd": "Not the name",
        "Europe": "no “Europe”",
        "x" * 5000: "Not the name",
        "localtime": "no “localtime”",
        "Factory": "no “Factory”",
        "posixrules": "no “posixrules”",
        "UTC\0": "Not the name",
        "null": "no “null”",
        "europe/berlin": "Use “Europe/Berlin”",
        "Berlin": "Use “Europe/Berlin”",
        "Europe/Berlim": "Use “Europe/Berlin”",
        "+02:00": "Not the name",
    },
) + _accepted("zone", "Europe/Berlin", "system", "UTC", "America/Argentina/Buenos_Aires")

NAME = _refused(
    "name",
    {
        "   ": "visible",
        "\u200b\u200b": "visible",
        "\u2800\u3164": "visible",
        "x" * 121: "at most 120",
        "abc\u202egnp": "U+202E",
        "a\u2066b": "U+2066",
        "a\0b": "NUL",
        "a\ud800b": "half a character",
        "one\ntwo": "line break",
        "one\u2028two": "line break",
        "pay\u200bpal": "U+200B",
        "pay\u200dpal": "U+200D",
        "a\x1b[31mb": "U+001B",
    },
) + _accepted(
    "name",
    "x" * 120,
    "👩\u200d💻 reviews",
    "Café",
    "<img src=file:///etc/passwd>",
    "'; DROP TABLE task; --",
    "../x",
    "CON",
    "نامه\u200cها",
    "",  # nothing typed: the name is made of the prompt
)

PROMPT = _refused(
    "prompt",
    {
        "": "Say what",
        "   \n\t": "Say what",
        "\u200b\u200d": "Say what",
        "x" * 100_001: "at most 100,000",
        "read\u202eme": "U+202E",
        "a\0b": "NUL",
        "a\udc00b": "half a character",
    },
) + _accepted(
    "prompt", "x" * 100_000, "one\r\ntwo\tthree", "👩\u200d💻", "<img src=file:>", "'; DROP TABLE", "a\u200bb"
)

REST = [
    *_refused("workspace", {"Nowhere": "does not exist", "": "Empty. There is"}),
    *_accepted("workspace", "ws_2", "home"),
    *_refused("model", {"Claude": "does not exist"}),
    *_accepted("model", "", "gpt", "Reminder"),
    *_refused("thinking", {"most": "low, medium or high"}),
    *_accepted("thinking", "", "high"),
    *_refused("targets", {"": "Not a target", "slack": "no address", "fax:1": "no channel", "desktop:x": "not known"}),
    *_refused("targets", {"slack:#a\u202eb": "U+202E", "Slack:#a": "Not a target"}),
    *_accepted("targets", "desktop", "desktop:title", "slack:#eng-standup", "slack:a:b"),
    InputCase(field="targets", value=()),
    *_refused("mode", {"root": "read-only, ask or auto", "": "read-only, ask or auto"}),
    *_accepted("mode", "read-only", "ASK", "auto"),
    *_refused("approval_timeout", {"30": "not a duration", "59s": "too short", "8d": "too long"}),
    *_accepted("approval_timeout", "30m"),
    *_refused("approval_fallback", {"send": "skip or fail"}),
    *_accepted("approval_fallback", "fail"),
    *_refused("session", {"old": "fresh or continue"}),
    *_accepted("session", "continue"),
    *_refused("retries", {"": "0–10", "-1": "0–10", "11": "0–10", "1e1": "0–10", "２": "0–10", "true": "0–10"}),
    *_accepted("retries", "0", "10"),
    *_refused("retry_delay", {"0s": "too short", "2h": "too long", "1.5": "not a duration"}),
    *_accepted("retry_delay", "60", "1m"),
    *_refused("timeout", {"0": "too short", "25h": "too long", "9" * 5000: "not a duration", "NaN": "not a duration"}),
    *_accepted("timeout", "1s", "900", "24h"),
    *_refused("catch_up", {"maybe": "once, skip or all"}),
    *_accepted("catch_up", "all"),
    *_refused("window", {"0d": "too short", "367d": "too long"}),
    *_accepted("window", "7d"),
    *_refused("overlap", {"kill": "skip, queue, restart or parallel"}),
    *_accepted("overlap", "parallel"),
    *_refused("jitter", {"25h": "too long", "-5m": "not a duration"}),
    *_accepted("jitter", "0s", "5m"),
    *_refused("active_hours", {"8-20": "two times", "08:00-24:00": "two times", "08:00-08:00": "same time"}),
    *_refused("active_hours", {"０8:00-20:00": "two times"}),
    *_accepted("active_hours", "", "08:00-20:00", "22:00–06:00"),
    *_refused("outside_hours", {"wait": "defer or skip"}),
    *_accepted("outside_hours", "skip"),
    *_refused("until", {"2026-11-20T09:00": "in the past", "2027-01-01": "no time", "2040-01-01T00:00": "ten years"}),
    *_refused("until", {"2026-11-21T11:00": "Nothing is left to run"}),
    *_accepted("until", "", "2027-01-01T00:00", "2027-01-01T00:00Z"),
    *_refused("max_runs", {"0": "1–1,000,000", "1_0": "1–1,000,000", "9223372036854775808": "1–1,000,000"}),
    *_accepted("max_runs", "", "1"),
    *_refused("max_tokens_per_day", {"0": "whole number", "1e6": "whole number", "9" * 5000: "whole number"}),
    *_accepted("max_tokens_per_day", "", "200000"),
    *_refused(
        "max_cost_per_day", {"0": "dollars", "-1": "dollars", "1e3": "dollars", "NaN": "dollars", "1,50": "dollars"}
    ),
    *_accepted("max_cost_per_day", "", "0.50", "12", "0.000001"),
    *_refused("tags", {"x" * 41: "at most 40", "a\nb": "line break", "a\u202e": "U+202E"}),
    *_accepted("tags", "work", "", "Arbeit"),
]

CASES = [*CRON, *EVERY, *AT, *ON, *WHEN, *ZONE, *NAME, *PROMPT, *REST]
