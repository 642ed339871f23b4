"""Markdown to WhatsApp's own markup; whatever that does not have becomes plain text that is still readable."""

from __future__ import annotations

import re

from kata_desktop.plugins.sdk import markdown as md

_QUOTE = re.compile(r"\s{0,3}(?:>\s?)+(.*)$")
"""Whatever is quoted within a quotation: WhatsApp knows no second level."""
_INLINE = md.inline_pattern(bare_stops="<>", auto_stops="<>")


def to_whatsapp(markdown: str) -> str:
    """Convert a whole text."""
    return md.lined(markdown, code=_code, line=_line, ruled=False)


def _code(lines: list[str]) -> str:
    text = "\n".join(lines).replace("```", "`\u200b`\u200b`")  # three backticks inside would end the block
    return f"```\n{text}\n```"


def _line(line: str) -> str:
    if heading := md.HEADING.match(line):
        text = _inline(heading[1], bold=False)
        return f"*{text}*" if text else ""
    if md.RULE.match(line):
        return md.RULE_SHOWN
    if quote := _QUOTE.match(line):
        return f"> {_line(quote[1])}".rstrip()
    return md.item(line, _inline) or _inline(line)


def _inline(text: str, *, bold: bool = True) -> str:
    """Emphasis, code and links of one line; within a heading everything is bold already."""
    return md.converted(_INLINE, text, lambda found: _piece(found, bold=bold), str)


def _piece(found: re.Match[str], *, bold: bool) -> str:
    if found["code"]:
        return f"`{found['inside'].strip()}`"
    if found["escaped"]:
        return found["escaped"]
    if found["label"] is not None:
        return _link(md.label_text(found["label"]), found["target"])
    return found["auto"] or found["bare"] or md.starred(found, _inline, bold=bold)


def _link(label: str, target: str) -> str:
    if not target or label == target:
        return label or target
    return f"{label} ({target})" if label else target
