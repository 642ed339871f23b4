"""Emphasis, code and links within a line of Markdown, as the few tags of HTML that chat programs know."""

from __future__ import annotations

import re
from html import escape

_INLINE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?P<inside>.+?)(?<!`)(?P=ticks)(?!`))"
    r"|\\(?P<escaped>[\\`*_{}\[\]()#+\-.!~>|<])"
    r"|!?\[(?P<label>(?:[^\[\]\\]|\\.)*)\]\((?P<target>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+[\"'][^\"']*[\"'])?\)"
    r"|<(?P<auto>(?:https?://|mailto:)[^\s<>|]+)>"
    r"|(?P<bare>https?://[^\s<>|*`\"]+)"
    r"|\*\*\*(?P<both>(?=\S).+?(?<=\S))\*\*\*"
    r"|\*\*(?P<bold>(?=\S).+?(?<=\S))\*\*(?!\*)"
    r"|(?<!\w)__(?P<bold2>(?=\S).+?(?<=\S))__(?!\w)"
    r"|~~(?P<struck>(?=\S).+?(?<=\S))~~"
    r"|\*(?P<italic>(?=[^\s*])[^*]*?(?<=[^\s*]))\*(?!\*)"
    r"|(?<!\w)_(?P<italic2>(?=[^\s_])[^_]*?(?<=[^\s_]))_(?!\w)",
    re.DOTALL,
)
_LINKED = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)


def inline_html(text: str) -> str:
    """A line with its emphasis, code and links; everything else escaped, so nothing of the text passes as HTML."""
    pieces: list[str] = []
    at = 0
    for found in _INLINE.finditer(text):
        pieces.append(_shown(text[at : found.start()]))
        pieces.append(_piece(found))
        at = found.end()
    pieces.append(_shown(text[at:]))
    return "".join(pieces)


def _shown(text: str) -> str:
    return escape(text, quote=False)


def _piece(found: re.Match[str]) -> str:
    if found["code"]:
        return f"<code>{_shown(found['inside'].strip())}</code>"
    if found["escaped"]:
        return _shown(found["escaped"])
    if found["label"] is not None:
        return _link(found["label"], found["target"])
    if found["auto"] or found["bare"]:
        return _bare(found["auto"] or found["bare"])
    return _emphasis(found)


def _emphasis(found: re.Match[str]) -> str:
    if found["both"]:
        return f"<strong><em>{inline_html(found['both'])}</em></strong>"
    if strong := found["bold"] or found["bold2"]:
        return f"<strong>{inline_html(strong)}</strong>"
    if found["struck"]:
        return f"<del>{inline_html(found['struck'])}</del>"
    return f"<em>{inline_html(found['italic'] or found['italic2'])}</em>"


def _link(label: str, target: str) -> str:
    label = re.sub(r"\\(.)", r"\1", label)
    shown = re.sub(r"[*_~`]", "", label).strip()
    if not _LINKED.fullmatch(target):  # only web and mail addresses become links; others stay readable
        return _shown(f"{shown} ({target})" if target else shown)
    return f'<a href="{escape(target)}">{_shown(shown or target)}</a>'


def _bare(target: str) -> str:
    kept = target
    while kept and (kept[-1] in ".,;:!?]'\"" or (kept[-1] == ")" and kept.count(")") > kept.count("("))):
        kept = kept[:-1]  # belongs to the sentence; brackets within an address have their pair
    return f'<a href="{escape(kept)}">{_shown(kept)}</a>{_shown(target.removeprefix(kept))}'
