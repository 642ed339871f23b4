"""Taking secrets out of texts: quickly, whatever the text is, and without harming what people wrote."""

from __future__ import annotations

import json
import time

import pytest

from kata_desktop.desktop.redaction import HIDDEN, Redactor

KEY = "sk-proj-AbCdEf0123456789abcdefXYZ"


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


@pytest.mark.parametrize(
    "text",
    [
        "a-" * 500_000,
        "eyJ-" * 250_000,
        "eyJabcdefghijk." * 60_000,
        "api_key" * 140_000,
        "://a:" * 200_000,
        "-----BEGIN " * 90_000,
        "-----BEGIN PRIVATE KEY-----" * 37_000,
        "Bearer " * 140_000,
        "1234567890:" * 90_000,
        "x" * 1_000_000,
        "Bearer" + " " * 1_000_000,
        "key" + " " * 500_000 + "=",
    ],
    ids=lambda text: text[:12],
)
def test_a_million_hostile_characters_cost_no_more_than_their_number(redactor: Redactor, text: str) -> None:
    redactor.add("canary-value")
    began = time.process_time()
    redactor.clean(text)
    assert time.process_time() - began < 20.0, "with the square of their number it would be hours"


def test_results_keep_every_word_but_keys(redactor: Redactor) -> None:
    redactor.add("correct horse battery")
    text = "Set API_KEY=your-key here, token: see the wiki, https://me:pw@host. Not correct horse battery."
    assert redactor.hide(text) == text.replace("correct horse battery", HIDDEN)
    assert redactor.hide(f"the key {KEY} leaked") == f"the key {HIDDEN} leaked"


def test_a_short_password_does_not_garble_results(redactor: Redactor) -> None:
    redactor.add("text")
    document = json.dumps([{"kind": "text", "content": "text"}])
    assert redactor.hide(document) == document
    assert "text" not in redactor.clean("the text")


@pytest.mark.parametrize("where", [0, 65_536 - 10, 65_536, 131_072 - 20, 500_000])
@pytest.mark.parametrize("filling", ["x ", "word\n"])
def test_a_key_is_found_wherever_a_long_text_is_cut(redactor: Redactor, where: int, filling: str) -> None:
    before = (filling * 300_000)[:where]
    text = f"{before} {KEY} " + filling * 100_000
    assert KEY[3:] not in redactor.hide(text)
    assert redactor.hide(text) == text.replace(KEY, HIDDEN)


def test_a_conversation_stays_readable_after_hiding(redactor: Redactor) -> None:
    begun = "-----BEGIN PRIVATE KEY-----\nMIIabc"
    state = json.dumps([{"kind": "request", "parts": [{"content": begun}, {"content": f"use {KEY}"}]}])
    hidden = json.loads(redactor.hide(state))
    assert "MII" not in str(hidden)
    assert hidden[0]["parts"][1]["content"] == f"use {HIDDEN}"
