"""Markdown to Slack's own markup ("mrkdwn"): whatever it does not know becomes plain text, and nobody is called."""

from __future__ import annotations

import re

from kata_desktop.plugins.sdk import markdown as md

_QUOTE = re.compile(r"\s{0,3}((?:>\s?)+)(.*)$")
_INLINE = md.inline_pattern(bare_stops="<>|*`")


def to_mrkdwn(markdown: str) -> str:
    """Convert a whole text. `&`, `<` and `>` are escaped, so that no text can call @here or a person by accident."""
    return md.lined(markdown, code=_code, line=_line, ruled=True)


def escape(text: str) -> str:
    """Text that Slack shows as it stands."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code(lines: list[str]) -> str:
    # Three backticks inside would end the block: a zero-width space keeps them apart.
    text = escape("\n".join(lines)).replace("```", "`\u200b`\u200b`")
    return f"```\n{text}\n```"


def _line(line: str) -> str:
    if heading := md.HEADING.match(line):
        text = _inline(heading[1], bold=False)
        return f"*{text}*" if text else ""
    if md.RULE.match(line):
        return md.RULE_SHOWN
    if quote := _QUOTE.match(line):
        return f"> {_line(quote[2])}" if quote[2] else ">"
    return md.item(line, _inline) or _inline(line)


def _inline(text: str, *, bold: bool = True) -> str:
    """Emphasis, code and links of one line; within a heading everything is bold already."""
    return md.converted(_INLINE, text, lambda found: _piece(found, bold=bold), escape)


def _piece(found: re.Match[str], *, bold: bool) -> str:
    if found["code"]:
        return f"`{escape(found['inside'].strip().replace('`', 'ˋ'))}`"
    if found["escaped"]:
        return escape(found["escaped"])
    if found["label"] is not None:
        return _link(md.label_text(found["label"]), found["target"])
    if found["auto"] or found["bare"]:
        return _bare(found["auto"] or found["bare"])
    return md.starred(found, _inline, bold=bold)


def _link(shown: str, target: str) -> str:
    if not md.is_linked(target):  # others stay readable
        return escape(f"{shown} ({target})" if target else shown)
    shown = shown.replace("|", "¦")
    return f"<{_address(target)}|{escape(shown)}>" if shown and shown != target else f"<{_address(target)}>"


def _bare(target: str) -> str:
    kept = md.without_sentence_end(target)
    return f"<{_address(kept)}>{escape(target.removeprefix(kept))}"


def _address(target: str) -> str:
    return target.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
