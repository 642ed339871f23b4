"""The step ``process``: from visits to what was read, day by day in the computer's time zone."""

from __future__ import annotations

import json
import sys
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kata_desktop.builtin.history.surroundings import put, surroundings

_TRACKING = ("utm_", "fbclid", "gclid", "msclkid", "mc_eid", "igshid")


def main() -> int:
    """Do the step; returns the exit code."""
    here = surroundings()
    try:
        visits = json.loads(here.visits.read_text(encoding="utf-8"))
    except FileNotFoundError:
        sys.stderr.write("There are no visits yet; run get first.\n")
        return 1
    days = by_day(visits, here.leave_out)
    put(here.pages, json.dumps(days, ensure_ascii=False))
    sys.stdout.write(f"{sum(map(len, days.values()))} pages on {len(days)} days\n")
    return 0


def by_day(
    visits: list[dict[str, str]], leave_out: tuple[str, ...] = (), zone: tzinfo | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Pages by local day (ISO), each once a day with its first time and how often it was opened.

    `zone` None is the computer's own.
    """
    days: dict[str, dict[str, dict[str, Any]]] = {}
    for visit in sorted(visits, key=lambda each: each["at"]):
        url = without_tracking(visit["url"])
        if _is_left_out(url, leave_out):
            continue
        at = datetime.fromisoformat(visit["at"]).astimezone(zone)
        page = days.setdefault(at.date().isoformat(), {}).setdefault(
            url, {"time": at.strftime("%H:%M"), "url": url, "title": "", "times": 0, "browser": visit["browser"]}
        )
        page["times"] += 1
        page["title"] = visit["title"] or page["title"]
    return {day: list(pages.values()) for day, pages in sorted(days.items())}


def without_tracking(url: str) -> str:
    """The address without its fragment, a password in it, and parameters that only tell where one came from."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    kept = [(key, value) for key, value in parse_qsl(parts.query, True) if not key.startswith(_TRACKING)]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(kept), ""))


def _is_left_out(url: str, hosts: tuple[str, ...]) -> bool:
    host = (urlsplit(url).hostname or "").casefold()
    unwanted = [each.casefold().strip() for each in hosts if each.strip()]
    return any(host == each or host.endswith(f".{each}") for each in unwanted)


if __name__ == "__main__":
    raise SystemExit(main())
