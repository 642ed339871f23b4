"""Markdown to the HTML that Telegram knows: no paragraphs, lists or tables, so those become characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from kata_desktop.plugins.sdk import inline_html

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})\s*([\w+#.-]*)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_BULLET = re.compile(r"(\s*)[-*+]\s+(?:\[([ xX])\]\s+)?(.*)$")
_NUMBERED = re.compile(r"(\s*)(\d{1,9})[.)]\s+(.*)$")
_QUOTE = re.compile(r"\s{0,3}(?:>\s?)+(.*)$")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_TABLE_LINE = re.compile(r"\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*$")
_CELL_BORDER = re.compile(r"(?<!\\)\|")


def to_html(markdown: str) -> str:
    """Convert a whole text; nothing of the text itself passes as HTML."""
    return "\n".join(_blocks(markdown.replace("\r\n", "\n").split("\n"))).strip("\n")


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        if fence := _FENCE.match(lines[at]):
            end = _end_of_code(lines, at + 1, fence[1])
            yield _code(lines[at + 1 : end], fence[2])
            at = end + 1
        elif at + 1 < len(lines) and "|" in lines[at] and "|" in lines[at + 1] and _TABLE_LINE.match(lines[at + 1]):
            end = next((row for row in range(at + 2, len(lines)) if "|" not in lines[row]), len(lines))
            yield _table([lines[at], *lines[at + 2 : end]])
            at = end
        elif _QUOTE.match(lines[at]):
            end = next((row for row in range(at, len(lines)) if not _QUOTE.match(lines[row])), len(lines))
            quoted = [found[1] for line in lines[at:end] if (found := _QUOTE.match(line))]
            yield f"<blockquote>{chr(10).join(_line(line) for line in quoted)}</blockquote>"
            at = end
        else:
            yield _line(lines[at])
            at += 1


def _end_of_code(lines: list[str], start: int, fence: str) -> int:
    closing = re.compile(rf"\s{{0,3}}{re.escape(fence[0])}{{{len(fence)},}}\s*$")
    return next((row for row in range(start, len(lines)) if closing.match(lines[row])), len(lines))


def _code(lines: list[str], language: str = "") -> str:
    text = escape("\n".join(lines), quote=False)
    return f'<pre><code class="language-{escape(language)}">{text}</code></pre>' if language else f"<pre>{text}</pre>"


def _table(rows: list[str]) -> str:
    cells = [[_plain(cell.strip()) for cell in _CELL_BORDER.split(row.strip().strip("|"))] for row in rows]
    columns = max(len(row) for row in cells)
    cells = [row + [""] * (columns - len(row)) for row in cells]
    widths = [max(len(row[column]) for row in cells) for column in range(columns)]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    shown.insert(1, "  ".join("-" * max(width, 1) for width in widths))
    return _code(shown)


def _plain(cell: str) -> str:
    """A cell inside code, where markup would be shown letter by letter."""
    cell = re.sub(r"\[([^\[\]]*)\]\(([^()\s]*)\)", r"\1 (\2)", cell)
    return re.sub(r"\*\*|__|`|~~|\\(?=\|)", "", cell)


def _line(line: str) -> str:
    if heading := _HEADING.match(line):
        text = inline_html(heading[1])
        return f"<b>{text}</b>" if text else ""
    if _RULE.match(line):
        return "──────────"
    if bullet := _BULLET.match(line):
        box = {None: "•", " ": "☐"}.get(bullet[2], "☑")
        return f"{_indent(bullet[1])}{box} {inline_html(bullet[3])}"
    if numbered := _NUMBERED.match(line):
        return f"{_indent(numbered[1])}{numbered[2]}. {inline_html(numbered[3])}"
    return inline_html(line)


def _indent(spaces: str) -> str:
    return " " * len(spaces.expandtabs(4))
