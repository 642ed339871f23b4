"""What appears on the desktop, made from what is to be told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kata_desktop.domain.notification import NotificationKind, OutboxItem

LONGEST_TITLE = 120
LONGEST_BODY = 400
MOST_LINES = 6
_LOOKED_AT = 2_000
"""Characters of a text that are looked at: more is not shown, and some texts take the square of their length."""
_LINK = re.compile(r"!?\[((?:\\.|[^\]\\\n])*)\]\([^)\s]*\)")
_HEAD = re.compile(r"^ {0,3}(?:#{1,6} +|> ?)", re.MULTILINE)
_BULLET = re.compile(r"^( *)[-*+] +", re.MULTILINE)
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_CODE = re.compile(r"`+([^`\n]+)`+")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>])")
_BLOCK = re.compile(r"^(?:`{3,}|~{3,})[^`\n]*(?:\n|\Z)", re.MULTILINE)
"""The line that begins or ends code."""

_UNSEEN = frozenset(map(chr, (*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))))


class NoteAction(StrEnum):
    """What a person can do from a notification; never approve: for that one must have the payload before one's eyes."""

    OPEN = "default"
    """Click on it, or its first button: show the run, or the page it is about."""
    RUN_AGAIN = "run-again"
    """Start the task once more."""
    SNOOZE = "snooze"
    """Show the same again later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """One notification as the desktop's service gets it: plain text."""

    title: str
    body: str
    buttons: tuple[tuple[NoteAction, str], ...]
    critical: bool = False


class NotificationService(Protocol):
    """The desktop's own way to show notifications."""

    async def show(self, note: Note, on_action: Callable[[NoteAction], None]) -> None:
        """Show it; returns when the service confirmed it. `on_action` is called on the loop, at most once.

        Raises:
            NoService: there is none; surely nothing was shown.
            Unanswered: it was handed over, and nothing came back.
        """
        ...

    async def close(self) -> None:
        """End the connection; notes that are shown stay where the service lets them."""
        ...


def note_of(item: OutboxItem) -> Note:
    """Make the note for an item: a title of one line, the first lines of the text, the buttons of its kind."""
    buttons: list[tuple[NoteAction, str]] = [
        (NoteAction.OPEN, "Review" if item.kind is NotificationKind.ATTENTION else "Open")
    ]
    if item.task_id and item.kind in {NotificationKind.RESULT, NotificationKind.FAILURE, NotificationKind.RECOVERY}:
        buttons += [(NoteAction.RUN_AGAIN, "Run again"), (NoteAction.SNOOZE, "Snooze")]
    body = _clean(item.body[:_LOOKED_AT])
    return Note(
        title=_shortened(" ".join(_clean(item.title[:_LOOKED_AT]).split()), LONGEST_TITLE),
        body=_first_lines(_read_out(body) if item.kind is NotificationKind.RESULT else body),
        buttons=tuple(buttons),
        critical=item.kind is NotificationKind.TROUBLE,
    )


def _read_out(markdown: str) -> str:
    """Turn what a model writes into the plain text that people would read: services show Markdown as it stands."""
    pieces = _BLOCK.split(markdown)
    pieces[::2] = map(_read_out_words, pieces[::2])  # what is between them is code, such as the signs of a difference
    return re.sub(r"\n{2,}", "\n", "".join(pieces))


def _read_out_words(markdown: str) -> str:
    plain = _CODE.sub(r"\1", _STRONG.sub(r"\1", _LINK.sub(r"\1", markdown)))
    return _ESCAPED.sub(r"\1", _BULLET.sub(r"\1• ", _HEAD.sub("", plain)))


def _clean(text: str) -> str:
    """Take out what the bus cannot carry (NUL, lone surrogates), control characters and what turns words around."""
    carried = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter for letter in carried if letter in "\n\t" or (letter >= " " and letter not in _UNSEEN))


def _first_lines(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = "\n".join(lines[:MOST_LINES])
    return _shortened(kept, LONGEST_BODY) if len(lines) <= MOST_LINES else _shortened(kept, LONGEST_BODY - 2) + "\n…"


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
