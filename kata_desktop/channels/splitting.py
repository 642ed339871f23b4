"""Long texts in parts that a channel takes: cut at paragraph ends, code blocks whole or closed and opened again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*$", re.MULTILINE)
_LEAST = 64
"""Characters; a channel that takes fewer is not one to talk in."""
_LONGEST_INFO = 20
"""Characters behind the marks of a code block that are repeated when it is opened again."""
_ENDS = ("\n\n", "\n", ". ", " ")
"""Where to cut, best first."""


def split(text: str, longest: int) -> list[str]:
    """Cut Markdown into parts of at most `longest` characters; none is empty, and nothing but space is lost.

    A code block that does not fit into one part is closed at the end of a part and opened again in the next.
    """
    longest = max(longest, _LEAST)
    parts: list[str] = []
    rest, opened = text.strip("\n"), ""
    while rest.strip():
        head = f"{opened}\n" if opened else ""
        room = longest - len(head)
        if len(rest) <= room:
            parts.append(head + rest)
            break
        cut = _cut(rest, room - _closing_room(head + rest[:room]), inside=bool(opened))
        piece, rest = rest[:cut], rest[cut:]
        rest = rest.removeprefix("\n") if opened else rest.lstrip("\n")
        opened = _open_fence(head + piece)
        if opened and (closed := _closing_at_start(rest, opened)):
            rest = rest[closed:].lstrip("\n")  # the end of this part closes it already
            parts.append(f"{head}{piece.rstrip(chr(10))}\n{_marks(opened)}")
            opened = ""
            continue
        body = head + piece.rstrip("\n" if opened else None)
        parts.append(f"{body}\n{_marks(opened)}" if opened else body)
    return [part for part in parts if part.strip()]


def fit(text: str, longest: int, convert: Callable[[str], str]) -> list[str]:
    """Cut Markdown so that every part, converted to the channel's own markup, has at most `longest` characters."""
    return [part for piece in split(text, longest) for part in _fitted(piece, longest, convert)]


def _fitted(piece: str, longest: int, convert: Callable[[str], str]) -> Iterator[str]:
    converted = convert(piece)
    if len(converted) <= longest:
        if converted.strip():
            yield converted
        return
    smaller = len(piece) * longest // len(converted) - 1
    if smaller < _LEAST or smaller >= len(piece):
        yield from _plain(piece, longest)  # its markup alone is longer than what the channel takes
        return
    for part in split(piece, smaller):
        yield from _fitted(part, longest, convert)


def _plain(piece: str, longest: int) -> Iterator[str]:
    for start in range(0, len(piece), longest):
        if (part := piece[start : start + longest]).strip():
            yield part


def _closing_room(text: str) -> int:
    """Characters that closing a code block may need at the end of a part."""
    fences = [found[1] for found in _FENCE.finditer(text)]
    return 1 + max((len(marks) for marks in fences), default=0)


def _cut(text: str, room: int, *, inside: bool) -> int:
    """Where to cut `text` so that at most `room` characters come before; never before the first."""
    room = max(room, _LEAST // 4)
    if not inside and (before := _block_start(text, room)):
        return before
    for end in _ENDS[1:2] if inside else _ENDS:
        found = text.rfind(end, room // 3, room)
        if found > 0:
            return found + len(end)
    return room


def _block_start(text: str, room: int) -> int:
    """Where the code block begins that would be cut through; 0 when none would, or when it has no room of its own."""
    opened: re.Match[str] | None = None
    for found in _FENCE.finditer(text, 0, 2 * room):  # what begins in this part and fits into one ends before that
        if opened is None:
            if found.start() >= room:
                return 0
            opened = found
        elif _closes(found, opened):
            if found.end() > room:
                fits = found.end() - opened.start() <= room
                return opened.start() if fits and text[: opened.start()].strip() else 0
            opened = None
    return 0


def _closes(fence: re.Match[str], opened: re.Match[str]) -> bool:
    marks, first = fence[1], opened[1]
    return fence[0].strip() == marks and marks[0] == first[0] and len(marks) >= len(first)


def _open_fence(text: str) -> str:
    """The line that opened the code block in which a text ends; empty outside of one."""
    opened: re.Match[str] | None = None
    for found in _FENCE.finditer(text):
        if opened is None:
            opened = found
        elif _closes(found, opened):
            opened = None
    return "" if opened is None else opened[0].strip()[: len(opened[1]) + _LONGEST_INFO]


def _closing_at_start(rest: str, opened: str) -> int:
    """Length of the closing line when the rest of a code block is nothing but that; 0 when more follows."""
    found, first = _FENCE.match(rest), _FENCE.match(opened)
    return found.end() if found is not None and first is not None and _closes(found, first) else 0


def _marks(fence: str) -> str:
    return fence[: len(fence) - len(fence.lstrip(fence[0]))]
