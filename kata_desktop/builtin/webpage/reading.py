"""What a person would read on a page. Pure, and takes a time that grows with the page, whatever is written in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_SILENT = frozenset({"noscript", "template", "svg", "head"})
_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
"""What is within them is neither shown nor markup, up to their end."""
_BREAKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3"}
    | {"h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "table", "td"}
    | {"th", "title", "tr", "ul"}
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_TAG_END = re.compile(r"""(?:[^>"']|"[^"]*"|'[^']*')*>""")
_LONGEST_TAG = 2_000
"""Characters in which a sign within quotes does not end a tag; what is longer ends with the next one."""
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_BODY = re.compile(r"<(?:body|svg)\b", re.IGNORECASE)
_LONGEST_TITLE = 200


def title_of(text: str, media_type: str) -> str:
    """What a page calls itself, on one line; empty where it says nothing or is no HTML."""
    body = _BODY.search(text)
    found = _TITLE.search(text, 0, body.start() if body else len(text)) if "html" in media_type else None
    line = " ".join(unescape(found[1]).split()) if found else ""
    line = "".join(letter for letter in line if letter.isprintable())
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"


def visible_lines(text: str, media_type: str) -> list[str]:
    """The lines that a person reads, without empty ones and without markup where it is HTML."""
    if "html" in media_type:
        text = "".join(_Reader(text).pieces())
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line]


class _Reader:
    """Walks through a page; forgiving, as browsers are."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._silent = 0
        """How many elements that show nothing are open."""

    def pieces(self) -> Iterator[str]:
        """The visible text and the ends of its lines."""
        at = 0
        while (opens := self._text.find("<", at)) >= 0:
            yield from self._shown(at, opens)
            if (tag := _TAG.match(self._text, opens)) is None:
                at = _behind_other(self._text, opens)
                yield from self._shown(opens, at if at == opens + 1 else opens)
                continue
            if tag[2].lower() in _BREAKS:
                yield "\n"
            at = self._behind(tag[2].lower(), _behind_tag(self._text, tag.end()), is_end=bool(tag[1]))
        yield from self._shown(at, len(self._text))

    def _shown(self, start: int, end: int) -> Iterator[str]:
        if not self._silent and end > start:
            yield unescape(self._text[start:end])

    def _behind(self, name: str, at: int, *, is_end: bool) -> int:
        """Where it goes on behind a tag that ends at a place."""
        if name in _RAW and not is_end:
            ends = _RAW[name].search(self._text, at)
            return ends.start() if ends else len(self._text)
        if name in _SILENT:
            self._silent = max(0, self._silent + (-1 if is_end else 1))
        elif name == "body":  # the end of the head may be left out
            self._silent = 0
        return at


def _behind_tag(text: str, at: int) -> int:
    end = _TAG_END.match(text, at, at + _LONGEST_TAG)
    return end.end() if end else _behind_next(text, ">", at)


def _behind_other(text: str, at: int) -> int:
    """Behind a comment or declaration that begins here; behind the sign alone when it is a sign like any other."""
    if text.startswith("<!--", at):
        return _behind_next(text, "-->", at + 4)
    return _behind_next(text, ">", at) if text.startswith(("<!", "<?", "</"), at) else at + 1


def _behind_next(text: str, what: str, at: int) -> int:
    """Behind the next place where something stands; the end of the text when it comes no more."""
    found = text.find(what, at)
    return len(text) if found < 0 else found + len(what)
