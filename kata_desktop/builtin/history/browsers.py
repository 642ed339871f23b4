"""Where browsers keep their history, and how to read it: from a copy, since they hold the file while they run."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_COPY = "copy-"
_CHROME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHROME = (
    "SELECT visits.visit_time, urls.url, urls.title FROM visits JOIN urls ON urls.id = visits.url "
    "WHERE visits.visit_time >= ? AND urls.hidden = 0 ORDER BY visits.visit_time"
)
_FIREFOX = (
    "SELECT visits.visit_date, places.url, places.title FROM moz_historyvisits visits "
    "JOIN moz_places places ON places.id = visits.place_id "
    "WHERE visits.visit_date >= ? AND places.hidden = 0 AND visits.visit_type NOT IN (4, 7, 8) "
    "ORDER BY visits.visit_date"
)  # 4, 7, 8: embedded pieces, downloads and frames, which nobody visits

_CHROMIUMS = {
    "chrome": (".config/google-chrome", "Library/Application Support/Google/Chrome"),
    "chromium": (
        ".config/chromium",
        "snap/chromium/common/chromium",
        ".var/app/org.chromium.Chromium/config/chromium",
        "Library/Application Support/Chromium",
    ),
}
_FIREFOXES = (
    ".mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    "Library/Application Support/Firefox/Profiles",
)


def sweep(scratch: Path, before: datetime) -> None:
    """Remove copies that are older: a step left them which was killed. Younger ones may be another's that works now."""
    for left in scratch.glob(f"{_COPY}*"):
        if left.stat().st_mtime < before.timestamp():
            shutil.rmtree(left, ignore_errors=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One page that was opened."""

    at: datetime
    """UTC."""
    url: str
    title: str
    browser: str


def files_of(browser: str, home: Path) -> list[Path]:
    """The history files of a browser's profiles; empty when it is not there."""
    if browser == "firefox":
        found = [file for place in _FIREFOXES for file in (home / place).glob("*/places.sqlite")]
    else:
        found = [file for place in _CHROMIUMS.get(browser, ()) for file in (home / place).glob("*/History")]
    return sorted(file for file in found if file.is_file())


def visits_in(file: Path, browser: str, since: datetime, scratch: Path) -> Iterator[Visit]:
    """The visits since an instant, oldest first; only those to web pages. The browser's own file is only copied, into
    the private folder `scratch`.

    Raises:
        OSError, sqlite3.Error: it cannot be copied or is no history.
    """
    epoch, query = (_UNIX_EPOCH, _FIREFOX) if browser == "firefox" else (_CHROME_EPOCH, _CHROME)
    with tempfile.TemporaryDirectory(prefix=_COPY, dir=scratch) as folder:
        copy = Path(folder) / "history.sqlite"
        shutil.copyfile(file, copy)
        log = file.with_name(f"{file.name}-wal")
        if log.exists():  # what the browser wrote last is not in the file yet
            shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
        with closing(sqlite3.connect(copy)) as database:
            first = (since - epoch) // timedelta(microseconds=1)
            for instant, url, title in database.execute(query, (first,)):
                if str(url).startswith(("http://", "https://")):
                    at = epoch + timedelta(microseconds=int(instant))
                    yield Visit(at=at, url=str(url), title=str(title or ""), browser=browser)
