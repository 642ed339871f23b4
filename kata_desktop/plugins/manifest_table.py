"""One table of a manifest, read key by key: each wrong key is told with its whole path, unknown ones are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.plugins.errors import ManifestInvalid
from kata_desktop.scheduler.inputs.durations import DurationField, parse_duration
from kata_desktop.scheduler.inputs.texts import check_line

LONGEST_TEXT = 1_000
MOST_ENTRIES = 100
_TYPES = {bool: "true or false", int: "a whole number", str: "text", list: "a list", dict: "a table"}


class Table:
    """Takes values out of a parsed table; `done` refuses what nobody took."""

    def __init__(self, plugin_id: str, path: str, values: dict[str, Any]) -> None:
        self.plugin_id = plugin_id
        self.path = path
        self._values = dict(values)

    def refused(self, key: str, reason: str) -> ManifestInvalid:
        """The error for a key of this table."""
        return ManifestInvalid(self.plugin_id, self.place(key), reason)

    def place(self, key: str) -> str:
        """A key with the path that leads to it."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def has(self, key: str) -> bool:
        """Whether the key is given and not taken yet."""
        return key in self._values

    def is_table(self, key: str) -> bool:
        """Whether the key is given as a table."""
        return isinstance(self._values.get(key), dict)

    def text(self, key: str, default: str | None = None, *, longest: int = LONGEST_TEXT) -> str:
        """One line of text; without a default it must be given and not be empty."""
        value = self._taken(key, str, default)
        line = self._line(key, value, longest)
        if not line and default is None:
            raise self.refused(key, "it is empty")
        return line

    def word(self, key: str, pattern: re.Pattern[str], shape: str) -> str:
        """A text of a given shape, which `shape` describes."""
        text = self.text(key)
        if not pattern.fullmatch(text):
            raise self.refused(key, f"“{text}” must be {shape}")
        return text

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """One of a few words."""
        text = self.text(key, default)
        if text not in allowed and text != default:
            raise self.refused(key, f"“{text}” is not known; use {', '.join(allowed)}")
        return text

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value: bool = self._taken(key, bool, default)
        return value

    def number(self, key: str, default: int | None, *, least: int, most: int) -> int | None:
        """A whole number within limits."""
        if key not in self._values:
            return default
        value: int = self._taken(key, int, default)
        if not least <= value <= most:
            raise self.refused(key, f"{value} is outside {least:,} to {most:,}")
        return value

    def duration(self, key: str, default: str, *, low: timedelta, high: timedelta) -> timedelta:
        """A duration: text such as ``30m``, or whole seconds."""
        seconds = self._values.get(key)
        if type(seconds) is int:
            self._values[key] = f"{seconds}s"
        text = self.text(key, default)
        try:
            return parse_duration(text, DurationField(field=key, label=key, low=low, high=high, example="30m"))
        except InvalidInput as error:
            raise self.refused(key, error.errors[0].reason.rstrip(".")) from error

    def texts_with_twins(self, key: str, *, longest: int = LONGEST_TEXT) -> tuple[str, ...]:
        """A list of texts."""
        values = self._taken(key, list, [])
        if len(values) > MOST_ENTRIES:
            raise self.refused(key, f"it has {len(values)} entries; at most {MOST_ENTRIES} are allowed")
        return tuple(self._line(key, self._check(key, value, str), longest) for value in values)

    def texts(self, key: str, *, longest: int = LONGEST_TEXT) -> tuple[str, ...]:
        """A list of texts without twins."""
        texts = self.texts_with_twins(key, longest=longest)
        if twin := next((text for text in texts if texts.count(text) > 1), None):
            raise self.refused(key, f"“{twin}” is given twice")
        return texts

    def raw(self, key: str, default: object = None) -> object:
        """Any value, unchecked."""
        return self._values.pop(key, default)

    def table(self, key: str) -> Table:
        """A table below this one; an empty one when it is not given."""
        return Table(self.plugin_id, self.place(key), self._taken(key, dict, {}))

    def entries(self, key: str) -> Iterator[Table]:
        """The entries of a list of tables, in order."""
        values = self._taken(key, list, [])
        if len(values) > MOST_ENTRIES:
            raise self.refused(key, f"it has {len(values)} entries; at most {MOST_ENTRIES} are allowed")
        for number, value in enumerate(values, start=1):
            if not isinstance(value, dict):
                raise self.refused(key, f"entry {number} must be a table")
            yield Table(self.plugin_id, f"{self.place(key)}[{number}]", value)

    def names(self) -> list[str]:
        """Keys that are not taken yet."""
        return list(self._values)

    def done(self, known: Sequence[str] = ()) -> None:
        """Refuse keys that nobody took."""
        if self._values:
            key = next(iter(self._values))
            offered = f"; known are {', '.join(known)}" if known else ""
            raise self.refused(key, f"there is no such key{offered}")

    def _taken(self, key: str, kind: type, default: Any) -> Any:
        if key not in self._values:
            if default is None:
                raise self.refused(key, "it is missing")
            return default
        return self._check(key, self._values.pop(key), kind)

    def _check(self, key: str, value: Any, kind: type) -> Any:
        if type(value) is not kind:
            raise self.refused(key, f"it must be {_TYPES[kind]}, not {_TYPES.get(type(value), type(value).__name__)}")
        return value

    def _line(self, key: str, value: str, longest: int) -> str:
        try:
            return check_line(value, field=key, label=key, example="", longest=longest)
        except InvalidInput as error:
            reason = error.errors[0].reason.rstrip(".")
            raise self.refused(key, f"{reason[:1].lower()}{reason[1:]}") from error
