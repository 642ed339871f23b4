"""A wall clock that a test sets, for a program in another process (libfaketime)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

LIBRARIES = "*/faketime/libfaketimeMT.so.1"


class FakeTime:
    """Runs the wall clock of a program apart from the real one; the monotonic clock stays real.

    The program looks at `file` for every reading of the clock, so a change holds at once.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._library = next(Path("/usr/lib").glob(LIBRARIES), None)
        assert self._library, "libfaketime is missing; packaging/system-packages run test sees to it"
        self.shift(timedelta())

    def environment(self) -> dict[str, str]:
        """What the program must be given on top of its other variables."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_FMT": "%s",  # by default it is a local time, in the zone of whichever program reads it
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",  # the same under its older name
        }

    def shift(self, by: timedelta) -> None:
        """The clock runs on, that much ahead of the real one (or behind, where negative)."""
        self._write(f"{by.total_seconds():+.6f}")

    def stand_at(self, moment: datetime) -> None:
        """The clock stands still at an aware moment."""
        self._write(_written(moment))

    def run_from(self, moment: datetime) -> None:
        """The clock runs on from an aware moment, which is now."""
        self.shift(moment - datetime.now(moment.tzinfo))  # noqa: TID251 - the distance to the real clock is meant

    def _write(self, text: str) -> None:
        # In one step: the program must never read half a file.
        part = self._file.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(self._file)


def _written(moment: datetime) -> str:
    assert moment.tzinfo is not None, "the moment must know its zone"
    return str(int(moment.timestamp()))
