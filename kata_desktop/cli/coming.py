"""``next``: the coming occurrences of a cron expression; needs neither an app nor a store."""

from __future__ import annotations

from typing import Any

from kata_desktop.cli.options import Nouns, number, verb
from kata_desktop.cli.session import Session

MOST = 1000
"""Occurrences at once."""


def add(nouns: Nouns) -> None:
    """Add the verb to a command line."""
    parser = verb(nouns, "next", "the coming occurrences of a cron expression", _next)
    parser.add_argument("cron", metavar="CRON", help='five fields in quotes, such as "0 9 * * 1-5"')
    parser.add_argument("--zone", metavar="ZONE", help="IANA time zone; the computer's own when not given")
    parser.add_argument("--from", dest="start", metavar="ISO", help="count from here instead of now")
    parser.add_argument(
        "--count", type=number(1, MOST), default=5, metavar="N", help=f"how many (default 5, at most {MOST})"
    )


def _next(session: Session) -> int:
    from kata_desktop.control.next_methods import coming_occurrences
    from kata_desktop.control.params import Params
    from kata_desktop.runtime.clock import SystemClock

    options = session.options
    asked = {"cron": options.cron, "zone": options.zone, "from": options.start}
    return session.show(coming_occurrences(Params({**asked, "count": options.count}), SystemClock()), _as_lines)


def _as_lines(coming: Any) -> str:
    lines = [coming["sentence"]]
    for run in coming["runs"]:
        note = f"  ({run['note']})" if run["note"] else ""
        lines.append(f"{run['local']}{note}")
    return "\n".join(lines)
