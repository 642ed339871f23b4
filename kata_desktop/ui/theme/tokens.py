"""Colours by role: what a colour is for, not what it looks like."""

from __future__ import annotations

import enum
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtGui import QColor

if TYPE_CHECKING:
    from pathlib import Path

ColorRole = Literal[
    "bg", "sidebar", "surface", "raised", "selected", "hover", "border", "field", "text", "text_2", "text_3",
    "accent", "accent_hover", "accent_text", "accent_soft", "on_accent", "ok", "ok_soft", "warn", "warn_soft",
    "bad", "bad_soft", "run", "off", "track", "knob",
]  # fmt: skip
"""The name of one field of `Tokens`."""


class Tone(enum.StrEnum):
    """The mood of a message, a state or a run; always shown with an icon or a word as well."""

    OK = "ok"
    """It went well."""
    WARN = "warn"
    """A person should look, nothing is lost."""
    BAD = "bad"
    """It failed and will keep failing until somebody acts."""
    INFO = "info"
    """Worth knowing; also the colour of something that runs now."""
    MUTED = "muted"
    """Off, past, skipped or never happened."""

    @property
    def ink(self) -> ColorRole:
        """The role of text and icons in this tone."""
        return _INK[self]

    @property
    def soft(self) -> ColorRole:
        """The role of the ground behind text of this tone."""
        return _SOFT[self]


_INK: dict[Tone, ColorRole] = {
    Tone.OK: "ok",
    Tone.WARN: "warn",
    Tone.BAD: "bad",
    Tone.INFO: "accent_text",
    Tone.MUTED: "text_2",
}
_SOFT: dict[Tone, ColorRole] = {
    Tone.OK: "ok_soft",
    Tone.WARN: "warn_soft",
    Tone.BAD: "bad_soft",
    Tone.INFO: "accent_soft",
    Tone.MUTED: "sidebar",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """One look. Every value is a colour written as ``#RRGGBB``."""

    bg: str
    """The ground of a page."""
    sidebar: str
    """The ground of the sidebar and of wells such as a segmented control."""
    surface: str
    """The ground of cards, lists and fields."""
    raised: str
    """The ground of buttons, menus and tips."""
    selected: str
    """The ground of the chosen part of a segmented control."""
    hover: str
    """The ground under the pointer."""
    border: str
    """Lines that only separate; too faint to be the edge of a control."""
    field: str
    """The edge of a field, at least 3:1 against what surrounds it."""
    text: str
    """Headings and body."""
    text_2: str
    """Explanations and icons."""
    text_3: str
    """Small print, still readable."""
    accent: str
    """The ground of the main action and of a switch that is on."""
    accent_hover: str
    """The same under the pointer."""
    accent_text: str
    """Links, the focus ring, icons of active things."""
    accent_soft: str
    """The ground behind `accent_text`."""
    on_accent: str
    """Text on `accent`."""
    ok: str
    """Success."""
    ok_soft: str
    """The ground behind `ok`."""
    warn: str
    """Care."""
    warn_soft: str
    """The ground behind `warn`."""
    bad: str
    """Failure."""
    bad_soft: str
    """The ground behind `bad`."""
    run: str
    """Something that happens now."""
    off: str
    """Text of disabled controls, handles of scroll bars."""
    track: str
    """The ground of a switch that is off."""
    knob: str
    """The knob of a switch that is off."""

    def color(self, role: ColorRole) -> QColor:
        """Return the colour of a role."""
        return QColor(cast("str", getattr(self, role)))


def load_tokens(path: Path) -> dict[str, Tokens]:
    """Read every look from a token file, by the name of its table.

    Raises:
        TypeError: a table lacks a role or has one that no widget knows.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Tokens(**table) for name, table in tables.items()}


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours, 1 to 21, by the rule of WCAG 2."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: QColor) -> float:
    red, green, blue = (_linear(part) for part in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
