"""Reading the small words of a phrase: numbers, times of day, weekdays, dates; what does not fit is not read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from typing import NamedTuple, TypeVar

from kata_desktop.scheduler.words.calendar_words import MONTHS, ORDINALS, WEEKDAYS

T = TypeVar("T")

_TOKEN = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[:.]\d{2}(?!\d)|\d+|[^\W\d_]+(?:['’][a-z]+)?|[^\s]")
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "ninety": 90,
}  # fmt: skip
_UNITS = {
    "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600,
    "d": 86_400, "day": 86_400, "week": 604_800,
}  # fmt: skip
PERIODS = {
    "morning": time(8), "noon": time(12), "midday": time(12), "afternoon": time(14), "evening": time(18),
    "night": time(22), "midnight": time(0),
}  # fmt: skip
"""Times that words for parts of the day stand for."""
_WEEKDAY_WORDS = {
    **{name.lower(): index for index, name in enumerate(WEEKDAYS)},
    **{name[:3].lower(): index for index, name in enumerate(WEEKDAYS)},
    "tues": 2, "wednes": 3, "thur": 4, "thurs": 4,
}  # fmt: skip
_MONTH_WORDS = {
    **{name.lower(): index for index, name in enumerate(MONTHS, start=1)},
    **{name[:3].lower(): index for index, name in enumerate(MONTHS, start=1)},
    "sept": 9,
}  # fmt: skip
_ORDINAL_WORDS = {**{name: index for index, name in enumerate(ORDINALS, start=1)}, "last": -1}


class Token(NamedTuple):
    """A word, number or sign, in lower case, and where it ends in the text."""

    word: str
    start: int
    end: int


class Reader:
    """A phrase's tokens and how far they have been read."""

    def __init__(self, text: str) -> None:
        self.tokens = [Token(match[0].lower(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
        self.position = 0

    @property
    def at_end(self) -> bool:
        """Whether nothing is left but a closing sign."""
        return all(token.word in {".", "!", ",", ";"} for token in self.tokens[self.position :])

    def accept(self, *words: str) -> str:
        """Read one of these words; return it, or "" and read nothing."""
        if self.position < len(self.tokens) and self.tokens[self.position].word in words:
            self.position += 1
            return self.tokens[self.position - 1].word
        return ""

    def expect_all(self, *words: str) -> bool:
        """Read these words one after the other, or nothing."""
        return bool(self.attempt(lambda: all(self.accept(word) for word in words) or None))

    def attempt(self, read: Callable[[], T | None]) -> T | None:
        """Read something; when it turns out to be something else, take everything back."""
        position = self.position
        found = read()
        if found is None:
            self.position = position
        return found

    def listed(self, read: Callable[[], T | None]) -> list[T]:
        """Read "x", "x and y", "x, y and z"."""
        first = self.attempt(read)
        if first is None:
            return []
        found = [first]
        while (following := self.attempt(lambda: self._next_of_list(read))) is not None:
            found.append(following)
        return found

    def number(self) -> int | None:
        """Read "20" or "twenty"."""
        word = self.word()
        count = int(word) if word.isdigit() and len(word) <= 6 and word.isascii() else _COUNTS.get(word)
        return self._taken(count)

    def unit(self) -> int | None:
        """Read a unit of time and return its seconds."""
        word = self.word()
        return self._taken(_UNITS.get(word) or _UNITS.get(word.removesuffix("s")))

    def weekday(self, *, plural: bool = False) -> int | None:
        """Read a weekday (Sunday = 0); with `plural` only "mondays" and the like."""
        word = self.word()
        if word.endswith("s") and (day := _WEEKDAY_WORDS.get(word[:-1])) is not None:
            return self._taken(day)
        return None if plural else self._taken(_WEEKDAY_WORDS.get(word))

    def month(self) -> int | None:
        """Read a month's name."""
        return self._taken(_MONTH_WORDS.get(self.word()))

    def ordinal_word(self) -> int | None:
        """Read "first" … "fifth" or "last" (-1), also "2nd"."""
        found = self._taken(_ORDINAL_WORDS.get(self.word()))
        return found if found is not None else self.attempt(lambda: self._ordinal_number(5))

    def day_of_month(self) -> int | None:
        """Read "1st", "the 15th", "last day" (-1)."""
        self.accept("the")
        if self.expect_all("last", "day"):
            return -1
        word = self.attempt(lambda: self._taken(_ORDINAL_WORDS.get(self.word())))
        if word is not None and word > 0 and self.word() not in _WEEKDAY_WORDS:
            return word
        if word is not None:
            self.position -= 1
        return self.attempt(lambda: self._ordinal_number(31))

    def period(self) -> time | None:
        """Read a part of the day."""
        word = self.word()
        return self._taken(PERIODS.get(word) or PERIODS.get(word.removesuffix("s")))

    def clock(self) -> time | None:
        """Read "9", "9:30", "5 pm", "9am", "noon", "9 o'clock"."""
        if (named := self.attempt(lambda: self._taken({k: PERIODS[k] for k in _EXACT}.get(self.word())))) is not None:
            return named
        return self.attempt(self._digits_clock)

    def _digits_clock(self) -> time | None:
        match = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?", self.word())
        if match is None or not match[0].isascii():
            return None
        self.position += 1
        hour, minute = int(match[1]), int(match[2] or 0)
        half = self.accept("am", "pm")
        if half:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if half == "pm" else 0)
        else:
            self.accept("o'clock", "o’clock", "h", "uhr")
        return time(hour, minute) if hour < 24 and minute < 60 else None

    def _ordinal_number(self, high: int) -> int | None:
        word = self.word()
        if not word.isdigit() or len(word) > 2 or not word.isascii():
            return None
        self.position += 1
        return int(word) if self.accept("st", "nd", "rd", "th") and 1 <= int(word) <= high else None

    def _next_of_list(self, read: Callable[[], T | None]) -> T | None:
        self.accept(",")
        self.accept("and", "&")
        if self.tokens[self.position - 1].word not in {",", "and", "&"}:
            return None
        self.accept("at", "on")
        return read()

    def word(self) -> str:
        """Return the next token without reading it; "" at the end."""
        return self.tokens[self.position].word if self.position < len(self.tokens) else ""

    def _taken(self, found: T | None) -> T | None:
        if found is not None:
            self.position += 1
        return found


_EXACT = ("noon", "midday", "midnight")
