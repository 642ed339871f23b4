"""The log: one file a day, private, kept for some days, without secrets."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
from io import TextIOWrapper
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path

from kata_desktop.desktop.redaction import Redactor
from kata_desktop.desktop.regular_files import open_regular

_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(9), 11, 12, *range(13, 32), *range(127, 160))}
_CONTROL |= {code: f"\\u{code:04x}" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""What could move a terminal's cursor or turn its words around when somebody reads the file there."""
_CONTINUED = "\n    "
"""Every record begins in the first column; its further lines do not, so that none can pass for another record."""
_QUIET = ("httpx", "httpx2", "httpcore", "httpcore2", "openai", "anthropic", "google_genai", "asyncio")
"""Libraries that raise their own level when asked by the environment."""


class RedactingFormatter(logging.Formatter):
    """Hides secrets in the finished text of a record, its traceback included."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(_LINE)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as it may be kept."""
        return self._redactor.clean(super().format(record)).translate(_CONTROL).replace("\n", _CONTINUED)


class DailyFile(TimedRotatingFileHandler):
    """A log file that only its owner reads; at local midnight it gets its date as a suffix and a new one begins."""

    def __init__(self, path: Path, *, redactor: Redactor, days: int) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # zero kept files would mean "keep all" to the base class
        super().__init__(path, when="midnight", backupCount=max(1, days), encoding="utf-8", delay=True)
        self.setFormatter(RedactingFormatter(redactor))

    def _open(self) -> TextIOWrapper:
        _make_way(Path(self.baseFilename))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        descriptor = open_regular(Path(self.baseFilename), flags)
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o600)  # also when it was there before
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")


def _make_way(file: Path) -> None:
    """Remove a link, a pipe or a socket in the place of a log: it would lead our words elsewhere, or wait for ever."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(file.lstat().st_mode):
            file.unlink()


class Logs:
    """Where log records go, from `start` to `stop`; the root logger is left as it was found."""

    def __init__(self, folder: Path, *, redactor: Redactor, days: int = 14, verbose: bool = False) -> None:
        self._folder = folder
        self._redactor = redactor
        self._days = days
        self._level = logging.DEBUG if verbose else logging.INFO
        self._handlers: list[tuple[logging.Logger, logging.Handler]] = []
        self._levels: list[tuple[logging.Logger, int]] = []

    @property
    def file(self) -> Path:
        """Today's file of the application."""
        return self._folder / "kata.log"

    @property
    def plugins_folder(self) -> Path:
        """Where each plugin has a file of its own."""
        return self._folder / "plugins"

    def start(self, *, to_stderr: bool = False) -> None:
        """Write this process's records to the file, and to standard error if asked.

        Of libraries only warnings are taken, however much is asked for: what they say besides holds requests with
        their headers, and every statement of the store with its values.
        """
        root = logging.getLogger()
        self._set_level(root, logging.WARNING)
        self._set_level(logging.getLogger("kata_desktop"), self._level)
        for name in _QUIET:
            self._set_level(logging.getLogger(name), logging.WARNING)
        self._add(root, DailyFile(self.file, redactor=self._redactor, days=self._days))
        if to_stderr:
            stream = logging.StreamHandler()
            stream.setFormatter(RedactingFormatter(self._redactor))
            self._add(root, stream)
        logging.captureWarnings(True)

    def add_plugin(self, plugin_id: str) -> logging.Logger:
        """Give a plugin a daily file of its own beside the application's; asking again returns the same logger."""
        logger = logging.getLogger(f"kata_desktop.plugin.{plugin_id}")
        if not any(owner is logger for owner, _ in self._handlers):
            path = self.plugins_folder / f"{plugin_id}.log"
            self._add(logger, DailyFile(path, redactor=self._redactor, days=self._days))
        return logger

    def keep(self, days: int) -> None:
        """Keep files for this many days from now on; older ones go at the next midnight."""
        self._days = days
        for _, handler in self._handlers:
            if isinstance(handler, DailyFile):
                handler.backupCount = max(1, days)

    def stop(self) -> None:
        """Close the files; harmless when repeated."""
        logging.captureWarnings(False)
        for logger, handler in self._handlers:
            logger.removeHandler(handler)
            handler.close()
        self._handlers.clear()
        for logger, level in reversed(self._levels):
            logger.setLevel(level)
        self._levels.clear()

    def _set_level(self, logger: logging.Logger, level: int) -> None:
        self._levels.append((logger, logger.level))
        logger.setLevel(level)

    def _add(self, logger: logging.Logger, handler: logging.Handler) -> None:
        logger.addHandler(handler)
        self._handlers.append((logger, handler))
