"""Emphasis, code and links within a line of Markdown, as the few tags of HTML that chat programs know."""

from __future__ import annotations

import re
from html import escape

from kata_desktop.plugins.markdown import converted, inline_pattern, is_linked, label_text, without_sentence_end

_INLINE = inline_pattern(bare_stops='<>|*`"')


def inline_html(text: str) -> str:
    """A line with its emphasis, code and links; everything else escaped, so nothing of the text passes as HTML."""
    return converted(_INLINE, text, _piece, _shown)


def _shown(text: str) -> str:
    return escape(text, quote=False)


def _piece(found: re.Match[str]) -> str:
    if found["code"]:
        return f"<code>{_shown(found['inside'].strip())}</code>"
    if found["escaped"]:
        return _shown(found["escaped"])
    if found["label"] is not None:
        return _link(label_text(found["label"]), found["target"])
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


def _link(shown: str, target: str) -> str:
    if not is_linked(target):  # others stay readable
        return _shown(f"{shown} ({target})" if target else shown)
    return f'<a href="{escape(target)}">{_shown(shown or target)}</a>'


def _bare(target: str) -> str:
    kept = without_sentence_end(target)
    return f'<a href="{escape(kept)}">{_shown(kept)}</a>{_shown(target.removeprefix(kept))}'
