"""What a person would read on a page, and what of it is new. Pure."""

from __future__ import annotations

import difflib
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "head"})
_BREAKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3"}
    | {"h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "table", "td"}
    | {"th", "title", "tr", "ul"}
)
MOST_LINES = 60
"""Lines of a difference that are told."""
LONGEST_LINE = 300


class _Reader(HTMLParser):
    """Collects the visible text; forgiving, as browsers are."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def visible_lines(text: str, media_type: str) -> list[str]:
    """The lines that a person reads, without empty ones and without markup where it is HTML."""
    if "html" in media_type:
        reader = _Reader()
        reader.feed(text)
        reader.close()
        text = "".join(reader.pieces)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line]


def difference(before: list[str], after: list[str]) -> list[str]:
    """What is new (``+``) and gone (``-``), in the page's order, cut to what a person reads; empty when nothing is."""
    changed = [
        f"{line[0]} {line[2:][:LONGEST_LINE]}" for line in difflib.ndiff(before, after) if line.startswith(("+ ", "- "))
    ]
    if len(changed) > MOST_LINES:
        changed = [*changed[:MOST_LINES], f"… and {len(changed) - MOST_LINES} more lines"]
    return changed
