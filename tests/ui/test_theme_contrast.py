"""Everybody can read every look."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from kata_desktop.desktop.resources import resources_dir
from kata_desktop.ui.theme.tokens import Tone, contrast, load_tokens

if TYPE_CHECKING:
    from kata_desktop.ui.theme.tokens import ColorRole, Tokens

LOOKS = load_tokens(resources_dir() / "tokens.toml")
TEXTS = ("text", "text_2", "text_3", "accent_text", "ok", "warn", "bad", "run")
GROUNDS = ("bg", "surface", "sidebar", "hover", "raised")
PAIRS = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *((tone.ink, tone.soft) for tone in Tone),
    *((text, ground) for text in ("text", "text_2") for ground in ("ok_soft", "warn_soft", "bad_soft", "accent_soft")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("text", "selected"),
]
EDGES = [
    *((edge, ground) for edge in ("field", "track") for ground in ("surface", "bg")),
    *((edge, ground) for edge in ("accent", "accent_text") for ground in GROUNDS),
    ("knob", "track"),
    ("on_accent", "accent"),
]


def _contrast(look: Tokens, one: str, other: str) -> float:
    return contrast(look.color(cast("ColorRole", one)), look.color(cast("ColorRole", other)))


@pytest.mark.parametrize("name", LOOKS)
def test_text_reaches_4_5(name: str) -> None:
    found = {pair: round(_contrast(LOOKS[name], *pair), 2) for pair in PAIRS}
    assert {pair: value for pair, value in found.items() if value < 4.5} == {}


@pytest.mark.parametrize("name", LOOKS)
def test_edges_reach_3(name: str) -> None:
    found = {pair: round(_contrast(LOOKS[name], *pair), 2) for pair in EDGES}
    assert {pair: value for pair, value in found.items() if value < 3.0} == {}


def test_high_contrast_text_reaches_7() -> None:
    for name in ("contrast_light", "contrast_dark"):
        found = {pair: round(_contrast(LOOKS[name], *pair), 2) for pair in PAIRS}
        assert {pair: value for pair, value in found.items() if value < 7.0} == {}
