"""The step ``get``: copies the browsers' histories and leaves the visits of the last days for ``process``."""

from __future__ import annotations

import json
import sqlite3
import sys
from datetime import UTC, datetime, timedelta

from kata_desktop.builtin.history.browsers import files_of, sweep, visits_in
from kata_desktop.builtin.history.surroundings import Surroundings, put, surroundings

_LONG_AGO = timedelta(hours=1)
"""No step takes so long."""


def main() -> int:
    """Do the step; returns the exit code."""
    here = surroundings()
    now = datetime.now(UTC)  # noqa: TID251 - a process of its own, without a clock
    sweep(here.data, now - _LONG_AGO)
    found, failures, files = _visits(here, now)
    for failure in failures:
        sys.stderr.write(f"{failure}\n")
    if failures and len(failures) == files:
        return 1
    put(here.visits, json.dumps(found, ensure_ascii=False))
    sys.stdout.write(f"{len(found)} visits in {files} profiles\n")
    return 0


def _visits(here: Surroundings, now: datetime) -> tuple[list[dict[str, str]], list[str], int]:
    since = now - timedelta(days=here.days)
    found: list[dict[str, str]] = []
    failures: list[str] = []
    files = 0
    for browser in here.browsers:
        for file in files_of(browser, here.home):
            files += 1
            try:
                for visit in visits_in(file, browser, since, here.data):
                    found.append(
                        {"at": visit.at.isoformat(), "url": visit.url, "title": visit.title, "browser": visit.browser}
                    )
            except (OSError, sqlite3.Error) as error:
                failures.append(f"The history of {browser} in {file.parent.name} cannot be read: {error}")
    return found, failures, files


if __name__ == "__main__":
    raise SystemExit(main())
