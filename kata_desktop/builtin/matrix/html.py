"""Markdown to the HTML that Matrix knows. Nothing of the text itself passes as HTML: it is escaped letter by letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from kata_desktop.plugins.sdk import inline_html as inline
from kata_desktop.plugins.sdk import markdown as md

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(?:\[([ xX])\]\s+)?(.*)$")
_QUOTE = re.compile(r"\s{0,3}>\s?(.*)$")
_DEEPEST = 5
"""Quotations and lists within one another; what is deeper is shown at this depth."""


def to_html(markdown: str) -> str:
    """Convert a whole text. A single paragraph stays without a tag around it."""
    lines = markdown.replace("\r\n", "\n").strip("\n").split("\n")
    blocks = list(_blocks(lines, 0))
    if len(blocks) == 1 and blocks[0].startswith("<p>"):
        return blocks[0].removeprefix("<p>").removesuffix("</p>")
    return "\n".join(blocks)


def _blocks(lines: list[str], depth: int) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif found := md.block_at(lines, at):
            block, at = found
            yield _table(block.lines) if block.kind is md.BlockKind.TABLE else _code(block.lines, block.language)
        else:
            end = _end_of_block(lines, at)
            yield _block(lines[at:end], depth)
            at = end


def _block(lines: list[str], depth: int) -> str:
    """A heading, rule, quotation, list or paragraph: lines of one kind."""
    first = lines[0]
    if heading := _HEADING.match(first):
        size = len(heading[1])
        return f"<h{size}>{inline(heading[2])}</h{size}>"
    if md.RULE.match(first):
        return "<hr>"
    if _QUOTE.match(first):
        inner = [found[1] if (found := _QUOTE.match(line)) else line for line in lines]
        inside = "\n".join(_blocks(inner, depth + 1)) if depth < _DEEPEST else inline("\n".join(inner))
        return f"<blockquote>{inside}</blockquote>"
    if _ITEM.match(first):
        return _list(lines, depth)
    return "<p>" + "<br>\n".join(inline(line.strip()) for line in lines) + "</p>"


def _kind(line: str) -> str:
    if not line.strip():
        return "empty"
    if md.begins_code(line):
        return "code"
    if _HEADING.match(line) or md.RULE.match(line):
        return "single"
    if _QUOTE.match(line):
        return "quote"
    return "item" if _ITEM.match(line) else "text"


def _end_of_block(lines: list[str], start: int) -> int:
    kind, at = _kind(lines[start]), start + 1
    if kind == "single":
        return at
    while at < len(lines) and not md.begins_table(lines, at):
        following = _kind(lines[at])
        goes_on = kind == "item" and following == "text" and lines[at].startswith("  ")
        if following != kind and not goes_on:
            break
        at += 1
    return at


def _code(lines: list[str], language: str) -> str:
    named = f' class="language-{escape(language)}"' if language else ""
    return f"<pre><code{named}>{escape(chr(10).join(lines), quote=False)}\n</code></pre>"


def _table(rows: list[str]) -> str:
    cells = [
        [cell.strip().replace("\\|", "|") for cell in md.CELL_BORDER.split(row.strip().strip("|"))] for row in rows
    ]
    head = "".join(f"<th>{inline(cell)}</th>" for cell in cells[0])
    body = "".join(f"<tr>{''.join(f'<td>{inline(cell)}</td>' for cell in row)}</tr>" for row in cells[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _list(lines: list[str], depth: int) -> str:
    """Items of one depth; what is further in belongs to the item before it."""
    first = _ITEM.match(lines[0])
    assert first is not None
    margin, tag = _width(first[1]), "ol" if first[3] else "ul"
    begins = f' start="{int(first[3])}"' if first[3] and int(first[3]) != 1 else ""
    items: list[tuple[str, list[str]]] = []
    for line in lines:
        found = _ITEM.match(line)
        if found and (_width(found[1]) <= margin + 1 or not items):
            box = {None: "", " ": "☐ "}.get(found[4], "☑ ")
            items.append((box + inline(found[5]), []))
        else:
            items[-1][1].append(line)
    shown = "".join(f"<li>{text}{_within(rest, depth)}</li>" for text, rest in items)
    return f"<{tag}{begins}>{shown}</{tag}>"


def _within(lines: list[str], depth: int) -> str:
    if not lines:
        return ""
    text = [line.strip() for line in lines]
    if depth >= _DEEPEST or not _ITEM.match(lines[0]):
        return "<br>" + "<br>".join(inline(line) for line in text)
    return _list(lines, depth + 1)


def _width(spaces: str) -> int:
    return len(spaces.expandtabs(4))
