"""Fields that hold one of a few words, or the name of something that exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.scheduler.inputs.texts import quoted
from kata_desktop.scheduler.words.calendar_words import joined

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceField:
    """A field that holds one of a few words."""

    field: str
    label: str


def parse_choice(text: str, kind: type[Word], field: ChoiceField) -> Word:
    """Return the member that is spelled like this.

    Raises:
        InvalidInput: there is none.
    """
    return kind(parse_word(text, [member.value for member in kind], field))


def parse_word(text: str, allowed: Iterable[str], field: ChoiceField) -> str:
    """Return one of the allowed words, in any letter case; "" is allowed only if it is among them.

    Raises:
        InvalidInput: another word.
    """
    words = list(allowed)
    given = text.strip().casefold()
    if given in words:
        return given
    offered = joined([word for word in words if word], "or")
    wrong = f"{quoted(text)} is not known" if text.strip() else "Empty"
    reason = f"{wrong}. Use {offered}"
    raise InvalidInput(FieldError(field=field.field, label=field.label, reason=reason))


def find_name(text: str, names: Iterable[str], field: ChoiceField, key: Callable[[str], str]) -> str:
    """Return the name that equals the text under `key`.

    Raises:
        InvalidInput: there is none; those that exist are listed.
    """
    existing = list(names)
    wanted = key(text.strip())
    for name in existing:
        if key(name) == wanted:
            return name
    offered = f". There is {joined([f'“{name}”' for name in existing[:8]])}" if existing else ". There is none yet"
    wrong = f"{quoted(text)} does not exist" if text.strip() else "Empty"
    reason = f"{wrong}{offered}"
    raise InvalidInput(FieldError(field=field.field, label=field.label, reason=reason))
