"""Markdown to the HTML that Telegram knows: no paragraphs, lists or tables, so those become characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import takewhile

from kata_desktop.plugins.sdk import inline_html
from kata_desktop.plugins.sdk import markdown as md

_QUOTE = re.compile(r"\s{0,3}(?:>\s?)+(.*)$")


def to_html(markdown: str) -> str:
    """Convert a whole text; nothing of the text itself passes as HTML."""
    return "\n".join(_blocks(md.split_lines(markdown))).strip("\n")


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        if found := md.block_at(lines, at):
            block, at = found
            yield _code(block.lines, block.language) if block.kind is md.BlockKind.CODE else _table(block.lines)
        elif quoted := _quoted(lines[at:]):
            yield f"<blockquote>{chr(10).join(map(_line, quoted))}</blockquote>"
            at += len(quoted)
        else:
            yield _line(lines[at])
            at += 1


def _quoted(lines: list[str]) -> list[str]:
    """The quotation that the lines begin with, without its signs; Telegram knows none within another."""
    return [found[1] for found in takewhile(bool, map(_QUOTE.match, lines)) if found]


def _table(rows: list[str]) -> str:
    return _code(md.aligned(rows, ruled=True))


def _code(lines: list[str], language: str = "") -> str:
    text = escape("\n".join(lines), quote=False)
    return f'<pre><code class="language-{escape(language)}">{text}</code></pre>' if language else f"<pre>{text}</pre>"


def _line(line: str) -> str:
    if heading := md.HEADING.match(line):
        text = inline_html(heading[1])
        return f"<b>{text}</b>" if text else ""
    if md.RULE.match(line):
        return md.RULE_SHOWN
    return md.item(line, inline_html) or inline_html(line)
