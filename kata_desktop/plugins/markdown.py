"""Markdown as channels read it: its blocks and the pieces within a line. What becomes of them is each channel's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
BULLET = re.compile(r"(\s*)[-*+]\s+(?:\[([ xX])\]\s+)?(.*)$")
NUMBERED = re.compile(r"(\s*)(\d{1,9})[.)]\s+(.*)$")
RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
CELL_BORDER = re.compile(r"(?<!\\)\|")
RULE_SHOWN = "──────────"
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})\s*([\w+#.-]*)")
_TABLE_LINE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_LINKED = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)


class BlockKind(Enum):
    """What a stretch of lines is."""

    CODE = "code"
    """Between fences, which are not among its lines."""
    TABLE = "table"
    """Its head and rows; the line that divides them is not among its lines."""
    LINE = "line"
    """One line of anything else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A stretch of lines of one kind."""

    kind: BlockKind
    lines: list[str]
    language: str = ""
    """Of code, when it is named."""


def escaped(text: str) -> str:
    """Somebody else's words as Markdown that shows them letter by letter."""
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)


def split_lines(markdown: str) -> list[str]:
    """The lines of a text, whatever ends them."""
    return markdown.replace("\r\n", "\n").split("\n")


def lined(markdown: str, *, code: Callable[[list[str]], str], line: Callable[[str], str], ruled: bool) -> str:
    """A whole text for channels without tables, which become code; `ruled` draws a line under their heads."""

    def shown(block: Block) -> str:
        match block.kind:
            case BlockKind.CODE:
                return code(block.lines)
            case BlockKind.TABLE:
                return code(aligned(block.lines, ruled=ruled))
            case BlockKind.LINE:
                return line(block.lines[0])

    return "\n".join(map(shown, blocks(split_lines(markdown)))).strip("\n")


def blocks(lines: list[str]) -> Iterator[Block]:
    """Code and tables as a whole, everything else line by line."""
    at = 0
    while at < len(lines):
        found = block_at(lines, at)
        if found is None:
            yield Block(kind=BlockKind.LINE, lines=[lines[at]])
            at += 1
        else:
            block, at = found
            yield block


def block_at(lines: list[str], at: int) -> tuple[Block, int] | None:
    """Code or a table that begins at a line, and where the text goes on behind it; None when none begins there."""
    if fence := _FENCE.match(lines[at]):
        end = _end_of_code(lines, at + 1, fence[1])
        return Block(kind=BlockKind.CODE, lines=lines[at + 1 : end], language=fence[2]), end + 1
    if begins_table(lines, at):
        end = next((row for row in range(at + 2, len(lines)) if "|" not in lines[row]), len(lines))
        return Block(kind=BlockKind.TABLE, lines=[lines[at], *lines[at + 2 : end]]), end
    return None


def begins_code(line: str) -> bool:
    """Whether a line is a fence."""
    return _FENCE.match(line) is not None


def begins_table(lines: list[str], at: int) -> bool:
    """Whether a line is a table's head: a dividing line follows it."""
    return at + 1 < len(lines) and "|" in lines[at] and "|" in lines[at + 1] and bool(_TABLE_LINE.match(lines[at + 1]))


def _end_of_code(lines: list[str], start: int, fence: str) -> int:
    closing = re.compile(rf"\s{{0,3}}{re.escape(fence[0])}{{{len(fence)},}}\s*$")
    return next((row for row in range(start, len(lines)) if closing.match(lines[row])), len(lines))


def aligned(rows: list[str], *, ruled: bool) -> list[str]:
    """A table as lines of characters of one width, for channels without tables; `ruled` draws a line under its head."""
    cells = [[_plain(cell.strip()) for cell in CELL_BORDER.split(row.strip().strip("|"))] for row in rows]
    columns = max(len(row) for row in cells)
    cells = [row + [""] * (columns - len(row)) for row in cells]
    widths = [max(len(row[column]) for row in cells) for column in range(columns)]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    if ruled:
        shown.insert(1, "  ".join("-" * max(width, 1) for width in widths))
    return shown


def _plain(cell: str) -> str:
    """A cell inside code, where markup would be shown letter by letter."""
    cell = re.sub(r"\[([^\[\]]*)\]\(([^()\s]*)\)", r"\1 (\2)", cell)
    return re.sub(r"\*\*|__|`|~~|\\(?=\|)", "", cell)


def item(line: str, inline: Callable[[str], str]) -> str | None:
    """An item of a list with its bullet, box or number as characters; None when the line is none."""
    if bullet := BULLET.match(line):
        box = {None: "•", " ": "☐"}.get(bullet[2], "☑")
        return f"{_indent(bullet[1])}{box} {inline(bullet[3])}"
    if numbered := NUMBERED.match(line):
        return f"{_indent(numbered[1])}{numbered[2]}. {inline(numbered[3])}"
    return None


def _indent(spaces: str) -> str:
    return " " * len(spaces.expandtabs(4))


def inline_pattern(*, bare_stops: str, auto_stops: str = "<>|") -> re.Pattern[str]:
    """Finds the pieces within a line, by groups: code (`inside` its ticks), escaped, label and target, auto, bare,
    both, bold or bold2, struck, italic or italic2. Signs that end an address are the channel's own.
    """
    return re.compile(
        r"(?P<code>(?P<ticks>`+)(?P<inside>.+?)(?<!`)(?P=ticks)(?!`))"
        r"|\\(?P<escaped>[\\`*_{}\[\]()#+\-.!~>|<])"
        r"|!?\[(?P<label>(?:[^\[\]\\]|\\.)*)\]"
        r"\((?P<target>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+[\"'][^\"']*[\"'])?\)"
        rf"|<(?P<auto>(?:https?://|mailto:)[^\s{auto_stops}]+)>"
        rf"|(?P<bare>https?://[^\s{bare_stops}]+)"
        r"|\*\*\*(?P<both>(?=\S).+?(?<=\S))\*\*\*"
        r"|\*\*(?P<bold>(?=\S).+?(?<=\S))\*\*(?!\*)"
        r"|(?<!\w)__(?P<bold2>(?=\S).+?(?<=\S))__(?!\w)"
        r"|~~(?P<struck>(?=\S).+?(?<=\S))~~"
        r"|\*(?P<italic>(?=[^\s*])[^*]*?(?<=[^\s*]))\*(?!\*)"
        r"|(?<!\w)_(?P<italic2>(?=[^\s_])[^_]*?(?<=[^\s_]))_(?!\w)",
        re.DOTALL,
    )


def converted(
    pattern: re.Pattern[str], text: str, piece: Callable[[re.Match[str]], str], plain: Callable[[str], str]
) -> str:
    """A line with its pieces converted by `piece`, and by `plain` what stands between them."""
    pieces: list[str] = []
    at = 0
    for found in pattern.finditer(text):
        pieces.append(plain(text[at : found.start()]))
        pieces.append(piece(found))
        at = found.end()
    pieces.append(plain(text[at:]))
    return "".join(pieces)


def starred(found: re.Match[str], inline: Callable[..., str], *, bold: bool) -> str:
    """Emphasis in the way of chats: ``*bold*``, ``_italic_``, ``~struck~``; without `bold`, everything is bold already.

    `inline` converts what is inside and takes `bold` as well.
    """
    star = "*" if bold else ""
    if found["both"]:
        return f"{star}_{inline(found['both'], bold=False)}_{star}"
    if strong := found["bold"] or found["bold2"]:
        return f"{star}{inline(strong, bold=False)}{star}"
    if found["struck"]:
        return f"~{inline(found['struck'], bold=bold)}~"
    return f"_{inline(found['italic'] or found['italic2'], bold=bold)}_"


def label_text(label: str) -> str:
    """The words of a link, without markup."""
    return re.sub(r"[*_~`]", "", re.sub(r"\\(.)", r"\1", label)).strip()


def is_linked(target: str) -> bool:
    """Whether an address may become a link: those of the web and of mail."""
    return _LINKED.fullmatch(target) is not None


def without_sentence_end(address: str) -> str:
    """A bare address without the signs that belong to the sentence; brackets within it have their pair."""
    kept = address
    while kept and (kept[-1] in ".,;:!?]'\"" or (kept[-1] == ")" and kept.count(")") > kept.count("("))):
        kept = kept[:-1]
    return kept
