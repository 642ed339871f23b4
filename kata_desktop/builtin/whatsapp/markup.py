"""Markdown to WhatsApp's own markup; whatever that does not have becomes plain text that is still readable."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_BULLET = re.compile(r"(\s*)[-*+]\s+(?:\[([ xX])\]\s+)?(.*)$")
_NUMBERED = re.compile(r"(\s*)(\d{1,9})[.)]\s+(.*)$")
_QUOTE = re.compile(r"\s{0,3}>\s?(.*)$")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_TABLE_LINE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_INLINE = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|\\(?P<escaped>[\\`*_{}\[\]()#+\-.!~>|<])"
    r"|!?\[(?P<label>(?:[^\[\]\\]|\\.)*)\]\((?P<target>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+[\"'][^\"']*[\"'])?\)"
    r"|<(?P<auto>(?:https?://|mailto:)[^\s<>]+)>"
    r"|(?P<bare>https?://[^\s<>]+)"
    r"|\*\*\*(?P<both>(?=\S).+?(?<=\S))\*\*\*"
    r"|\*\*(?P<bold>(?=\S).+?(?<=\S))\*\*(?!\*)"
    r"|(?<!\w)__(?P<bold2>(?=\S).+?(?<=\S))__(?!\w)"
    r"|~~(?P<struck>(?=\S).+?(?<=\S))~~"
    r"|\*(?P<italic>(?=[^\s*])[^*]*?(?<=[^\s*]))\*(?!\*)"
    r"|(?<!\w)_(?P<italic2>(?=[^\s_])[^_]*?(?<=[^\s_]))_(?!\w)",
)


def to_whatsapp(markdown: str) -> str:
    """Convert a whole text."""
    return "\n".join(_blocks(markdown.replace("\r\n", "\n").split("\n"))).strip("\n")


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        if fence := _FENCE.match(lines[at]):
            end = _end_of_code(lines, at + 1, fence[1])
            yield _code(lines[at + 1 : end])
            at = end + 1
        elif "|" in lines[at] and at + 1 < len(lines) and _is_table_line(lines[at + 1]):
            end = next((row for row in range(at + 2, len(lines)) if "|" not in lines[row]), len(lines))
            yield _table([lines[at], *lines[at + 2 : end]])
            at = end
        else:
            yield _line(lines[at])
            at += 1


def _is_table_line(line: str) -> bool:
    return "|" in line and bool(_TABLE_LINE.match(line))


def _end_of_code(lines: list[str], start: int, fence: str) -> int:
    closing = re.compile(rf"\s{{0,3}}{re.escape(fence[0])}{{{len(fence)},}}\s*$")
    return next((row for row in range(start, len(lines)) if closing.match(lines[row])), len(lines))


def _code(lines: list[str]) -> str:
    text = "\n".join(lines).replace("```", "`\u200b`\u200b`")  # three backticks inside would end the block
    return f"```\n{text}\n```"


def _table(rows: list[str]) -> str:
    cells = [[_plain(cell) for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))] for row in rows]
    columns = max(len(row) for row in cells)
    cells = [row + [""] * (columns - len(row)) for row in cells]
    widths = [max(len(row[column]) for row in cells) for column in range(columns)]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return _code(shown)


def _plain(cell: str) -> str:
    cell = re.sub(r"\[([^\[\]]*)\]\(([^()\s]*)\)", r"\1 (\2)", cell.strip())
    return re.sub(r"\*\*|__|`|~~|\\(?=\|)", "", cell)


def _line(line: str) -> str:
    if heading := _HEADING.match(line):
        text = _inline(heading[1], bold=False)
        return f"*{text}*" if text else ""
    if _RULE.match(line):
        return "──────────"
    if quote := _QUOTE.match(line):
        return f"> {_line(quote[1])}".rstrip()
    if bullet := _BULLET.match(line):
        box = {None: "•", " ": "☐"}.get(bullet[2], "☑")
        return f"{_indent(bullet[1])}{box} {_inline(bullet[3])}"
    if numbered := _NUMBERED.match(line):
        return f"{_indent(numbered[1])}{numbered[2]}. {_inline(numbered[3])}"
    return _inline(line)


def _indent(spaces: str) -> str:
    return " " * len(spaces.expandtabs(4))


def _inline(text: str, *, bold: bool = True) -> str:
    """Emphasis, code and links of one line; within a heading everything is bold already."""
    return _INLINE.sub(lambda found: _piece(found, bold=bold), text)


def _piece(found: re.Match[str], *, bold: bool) -> str:
    if found["code"]:
        return f"`{found['code'].strip()}`"
    if found["escaped"]:
        return found["escaped"]
    if found["label"] is not None:
        return _link(re.sub(r"\\(.)", r"\1", found["label"]), found["target"])
    return found["auto"] or found["bare"] or _emphasis(found, bold=bold)


def _emphasis(found: re.Match[str], *, bold: bool) -> str:
    star = "*" if bold else ""
    if found["both"]:
        return f"{star}_{_inline(found['both'], bold=False)}_{star}"
    if strong := found["bold"] or found["bold2"]:
        return f"{star}{_inline(strong, bold=False)}{star}"
    if found["struck"]:
        return f"~{_inline(found['struck'], bold=bold)}~"
    return f"_{_inline(found['italic'] or found['italic2'], bold=bold)}_"


def _link(label: str, target: str) -> str:
    label = re.sub(r"[*_~`]", "", label).strip()
    if not target or label == target:
        return label or target
    return f"{label} ({target})" if label else target
