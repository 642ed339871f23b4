"""From ``resources/style.qss`` to a Qt style sheet.

The file is a Qt style sheet with three words more: ``@role`` is a colour by role, ``@icon(name, role)`` a tinted icon,
``12dp`` a length that grows with the text (``12dp-1px`` makes room for a thicker edge) and ``1.2fs`` a font size
relative to the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from kata_desktop.ui.theme.icons import IconStore
    from kata_desktop.ui.theme.tokens import ColorRole, Tokens

_ICON = re.compile(r"@icon\(([\w-]+),\s*(\w+)\)")
_COLOR = re.compile(r"@(\w+)")
_LENGTH = re.compile(r"\b(\d+(?:\.\d+)?)dp(?:-(\d+)px)?")
_FONT = re.compile(r"\b(\d+(?:\.\d+)?)fs\b")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def style_sheet(source: str, tokens: Tokens, icons: IconStore, *, scale: float, point_size: float) -> str:
    """Return a style sheet for one look.

    Args:
        source: the text of the sheet with its own words still in it.
        scale: how many pixels a ``dp`` is.
        point_size: the size of body text in points.
    """

    def icon(found: re.Match[str]) -> str:
        return f'url("{icons.file(found[1], tokens.color(cast("ColorRole", found[2])))}")'

    def color(found: re.Match[str]) -> str:
        return tokens.color(cast("ColorRole", found[1])).name()

    def length(found: re.Match[str]) -> str:
        return f"{max(round(float(found[1]) * scale) - int(found[2] or 0), 0)}px"

    def font(found: re.Match[str]) -> str:
        return f"{float(found[1]) * point_size:.2f}pt"

    text = _COMMENT.sub("", source)
    text = _ICON.sub(icon, text)
    text = _COLOR.sub(color, text)
    return _FONT.sub(font, _LENGTH.sub(length, text))
