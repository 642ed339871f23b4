"""Parameters of a call, read strictly: a wrong kind, a missing one and one too many are refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from kata_desktop.domain.errors import Bug, FieldError, InvalidInput


class WrongParams(Exception):
    """The caller does not know the method: a program's mistake, not a person's."""


_MISSING = object()


class Params:
    """Named parameters. Read them inside ``with``: at its end, whatever was not asked for is refused."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._left = dict(given)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._left:
            raise WrongParams(f"unknown parameter {', '.join(sorted(self._left))}")

    def text(self, name: str, default: str | None = None) -> str:
        """A text; required when there is no default. Raises `InvalidInput` for what no store can take or look for."""
        value = self.path(name, default)
        if any("\ud800" <= character <= "\udfff" for character in value):
            reason = "It holds half a character; write it anew"
            raise InvalidInput(FieldError(field=name, label=name.replace("_", " ").capitalize(), reason=reason))
        return value

    def path(self, name: str, default: str | None = None) -> str:
        """A text that may name a file, whose name may be no UTF-8; required when there is no default."""
        value = self._take(name, default)
        if not isinstance(value, str):
            raise WrongParams(f"parameter {name} must be a text")
        return value

    def text_or_none(self, name: str) -> str | None:
        """A text, or None when it is missing or null."""
        value = self._take(name, None, optional=True)
        if value is not None and not isinstance(value, str):
            raise WrongParams(f"parameter {name} must be a text or null")
        return value

    def texts_or_none(self, name: str) -> tuple[str, ...] | None:
        """Several texts, or None when it is missing or null."""
        value = self._take(name, None, optional=True)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise WrongParams(f"parameter {name} must be a list of texts or null")
        return tuple(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._take(name, default)
        if not isinstance(value, bool):
            raise WrongParams(f"parameter {name} must be true or false")
        return value

    def flag_or_none(self, name: str) -> bool | None:
        """True or false, or None when it is missing or null."""
        value = self._take(name, None, optional=True)
        if value is not None and not isinstance(value, bool):
            raise WrongParams(f"parameter {name} must be true, false or null")
        return value

    def number(self, name: str, default: int | None = None, *, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number within limits; required when there is no default."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise WrongParams(f"parameter {name} must be a whole number from {least} to {most}")
        return value

    def _take(self, name: str, default: object, *, optional: bool = False) -> object:
        value = self._left.pop(name, _MISSING)
        if value is not _MISSING:
            return value
        if default is None and not optional:
            raise WrongParams(f"parameter {name} is missing")
        return default


def no_push(method: str, _: object) -> None:
    """For callers that cannot be told anything before the answer."""
    raise Bug(f"nobody listens to {method}")
