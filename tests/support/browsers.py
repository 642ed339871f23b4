"""Browser histories as the browsers write them: real SQLite files with their real tables, columns and epochs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

CHROME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Visited = tuple[datetime, str, str]

_CHROME = """
CREATE TABLE urls (id INTEGER PRIMARY KEY AUTOINCREMENT, url LONGVARCHAR, title LONGVARCHAR,
  visit_count INTEGER DEFAULT 0 NOT NULL, typed_count INTEGER DEFAULT 0 NOT NULL, last_visit_time INTEGER NOT NULL,
  hidden INTEGER DEFAULT 0 NOT NULL);
CREATE TABLE visits (id INTEGER PRIMARY KEY AUTOINCREMENT, url INTEGER NOT NULL, visit_time INTEGER NOT NULL,
  from_visit INTEGER, transition INTEGER DEFAULT 0 NOT NULL, visit_duration INTEGER DEFAULT 0 NOT NULL);
"""
_FIREFOX = """
CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url LONGVARCHAR, title LONGVARCHAR, rev_host LONGVARCHAR,
  visit_count INTEGER DEFAULT 0, hidden INTEGER DEFAULT 0 NOT NULL, last_visit_date INTEGER);
CREATE TABLE moz_historyvisits (id INTEGER PRIMARY KEY, from_visit INTEGER, place_id INTEGER, visit_date INTEGER,
  visit_type INTEGER, session INTEGER);
"""


def chrome(home: Path, visits: Iterable[Visited], profile: str = "Default") -> sqlite3.Connection:
    """A running Chrome: what it returns holds the file, and the newest visits are in its write-ahead log only."""
    file = home / ".config/google-chrome" / profile / "History"
    file.parent.mkdir(parents=True)
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA wal_autocheckpoint = 0")
    database.executescript(_CHROME)
    for at, url, title in visits:
        us = (at - CHROME_EPOCH) // timedelta(microseconds=1)
        row = database.execute("INSERT INTO urls (url, title, last_visit_time) VALUES (?, ?, ?)", (url, title, us))
        database.execute("INSERT INTO visits (url, visit_time) VALUES (?, ?)", (row.lastrowid, us))
    return database


def firefox(home: Path, visits: Iterable[Visited], profile: str = "abc.default-release") -> None:
    """A Firefox that has ended; every page has an embedded piece beside it, which nobody visited."""
    file = home / ".mozilla/firefox" / profile / "places.sqlite"
    file.parent.mkdir(parents=True)
    with closing(sqlite3.connect(file)) as database:
        database.executescript(_FIREFOX)
        for at, url, title in visits:
            us = (at - UNIX_EPOCH) // timedelta(microseconds=1)
            place = database.execute("INSERT INTO moz_places (url, title) VALUES (?, ?)", (url, title)).lastrowid
            query = "INSERT INTO moz_historyvisits (place_id, visit_date, visit_type) VALUES (?, ?, ?)"
            database.executemany(query, [(place, us, 1), (place, us + 1, 4)])
        database.commit()
