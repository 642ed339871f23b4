"""What people read on a terminal: plain tables, local times, nothing that could move the cursor."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import datetime

_CONTROL = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}
_CONTROL |= {code: f"\\u{code:04x}" for code in (0x61C, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Those that turn the direction of text around would make an id or address read as another one."""
_GAP = "  "
_WIDEST = 60


def plain(text: str) -> str:
    """The text with control characters made visible; line breaks and tabs stay."""
    return text.translate(_CONTROL)


def one_line(text: str, most: int = _WIDEST) -> str:
    """The text on one line, cut with an ellipsis."""
    line = " ".join(plain(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def local_time(text: object) -> str:
    """A time of the JSON contract in the computer's zone, to the second only where that says something."""
    if not isinstance(text, str):
        return "–"
    instant = datetime.fromisoformat(text).astimezone()
    return instant.strftime("%Y-%m-%d %H:%M:%S" if instant.second else "%Y-%m-%d %H:%M")


def table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns under their headings; one line a row."""
    cells = [[one_line(str(cell)) if cell not in {None, ""} else "–" for cell in row] for row in rows]
    widths = [max(_width(line[column]) for line in [list(heading), *cells]) for column in range(len(heading))]
    return "\n".join(_row(line, widths) for line in [list(heading), *cells])


def facts(pairs: Sequence[tuple[str, object]]) -> str:
    """Labels with their values, one a line; those without a value are left out."""
    there = [(label, value) for label, value in pairs if value not in {None, ""}]
    widest = max((len(label) for label, _ in there), default=0)
    return "\n".join(f"{label:<{widest}}  {plain(str(value))}" for label, value in there)


def document(value: object) -> str:
    """One JSON document."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a character somewhere: as escapes it stays valid
        return json.dumps(value, indent=2)
    return text


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
    return _GAP.join(padded).rstrip()


def _width(text: str) -> int:
    """Columns that a terminal gives the text."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1
        for letter in text
    )
