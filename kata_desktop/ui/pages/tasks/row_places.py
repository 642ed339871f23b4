"""Where things are in a row of the task list, at any width and text size; the headings use the same places."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

ROW_HEIGHT = 53
"""Height of a row in lengths of the design."""
_EDGE, _GAP = 16, 10
_SWITCH, _TILE = 40, 34
_NEXT, _RESULT, _TICKS, _ACTIONS = 112, 222, 84, 112
_TICKS_FROM, _NEXT_FROM, _WIDE_RESULT_FROM, _RESULT_FROM = 800, 660, 740, 440


@dataclass(frozen=True, kw_only=True, slots=True)
class RowPlaces:
    """Areas relative to the row's left upper corner; one that is empty is not shown at this width."""

    switch: QRect
    tile: QRect
    name: QRect
    next: QRect
    result: QRect
    ticks: QRect
    actions: QRect


def row_places(width: int, scale: float, *, mirrored: bool = False) -> RowPlaces:
    """Divide a row; the name takes what the others leave, and where little is left the lesser columns go."""
    units = width / scale

    def px(length: float) -> int:
        return round(length * scale)

    def place(start: int, wide: int) -> QRect:
        left = width - start - wide if mirrored else start
        return QRect(left, 0, max(wide, 0), px(ROW_HEIGHT))

    end = width - px(8)
    areas: dict[str, QRect] = {}
    columns = (
        ("actions", _ACTIONS, True),
        ("ticks", _TICKS, units >= _TICKS_FROM),
        ("result", _RESULT if units >= _WIDE_RESULT_FROM else 160, units >= _RESULT_FROM),
        ("next", _NEXT, units >= _NEXT_FROM),
    )
    for name, wide, shown in columns:
        areas[name] = place(end - px(wide), px(wide)) if shown else QRect()
        end -= px(wide + _GAP) if shown else 0
    start = px(_EDGE - 2)
    switch = place(start, px(_SWITCH))
    start += px(_SWITCH + _GAP)
    tile = place(start, px(_TILE))
    start += px(_TILE + _GAP)
    return RowPlaces(switch=switch, tile=tile, name=place(start, end - start), **areas)
