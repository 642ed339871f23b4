"""What a model gives a tool is looked at before the plugin sees it, and the model is told what does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kata_desktop.domain.errors import Refused
from kata_desktop.domain.plugin import PluginState
from kata_desktop.plugins.tool_arguments import check_arguments
from tests.support.plugin_shelf import FAULTY, Shelf
from tests.support.running_plugins import ACME, at_rest, running

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "day": {"type": "string", "enum": ["today", "tomorrow"]},
        "limit": {"type": "integer", "minimum": 1, "maximum": 50},
        "share": {"type": "number"},
        "deep": {"type": "boolean"},
        "word": {"type": ["string", "null"], "minLength": 2, "maxLength": 5},
        "places": {"type": "array", "items": {"type": "object", "required": ["city"]}},
        "anything": {"oneOf": [{"type": "string"}]},
    },
    "required": ["day"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"limit": 50},
        {"limit": 3.0},
        {"share": 1},
        {"share": 0.5, "deep": False},
        {"word": None},
        {"word": "abcde"},
        {"places": [{"city": "Graz", "more": 1}]},
        {"anything": [1]},
    ],
)
def test_what_fits(more: dict[str, Any]) -> None:
    check_arguments(SCHEMA, {"day": "today", **more})


@pytest.mark.parametrize(
    "arguments, part",
    [
        ({}, "“day” is missing"),
        ({"day": "someday"}, "“day” must be one of today, tomorrow"),
        ({"day": 1}, "“day” must be text"),
        ({"day": "today", "limit": 51}, "“limit” must be at most 50"),
        ({"day": "today", "limit": 0}, "“limit” must be at least 1"),
        ({"day": "today", "limit": "5"}, "“limit” must be a whole number"),
        ({"day": "today", "limit": True}, "“limit” must be a whole number"),
        ({"day": "today", "limit": 2.5}, "“limit” must be a whole number"),
        ({"day": "today", "deep": 1}, "“deep” must be true or false"),
        ({"day": "today", "word": 5}, "“word” must be text or null"),
        ({"day": "today", "word": "a"}, "“word” is too short or too long"),
        ({"day": "today", "places": {}}, "“places” must be a list"),
        ({"day": "today", "places": [{"city": "Graz"}, {}]}, "“places[2].city” is missing"),
        ({"day": "today", "colour": "red"}, "there is no “colour”"),
    ],
)
def test_what_does_not_fit_is_said(arguments: dict[str, Any], part: str) -> None:
    with pytest.raises(Refused) as refused:
        check_arguments(SCHEMA, arguments)
    assert part in refused.value.sentence
    assert refused.value.sentence.endswith("call it again with arguments that fit.")


async def test_a_model_that_calls_wrongly_is_told_and_the_plugin_not_blamed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.add("diary", FAULTY / "diary.py")
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        look = next(tool for tool in kata.plugins.tools(ACME) if tool.tool.name == "look")
        said = await look.call({"wrod": "thimble"})
        assert said.startswith("It was not called, since “word” is missing")
        assert (await kata.plugins.row(ACME, "diary")).state is PluginState.READY


async def test_a_wrong_call_takes_back_nothing_that_is_known_of_the_tool(tmp_path: Path) -> None:
    """The tool was not called, so it is no better than before."""
    shelf = Shelf(tmp_path / "shelf")
    shelf.add("diary", FAULTY / "diary.py")
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        look = next(tool for tool in kata.plugins.tools(ACME) if tool.tool.name == "look")
        look.activation.health.fault("Its tool “look”", "It stopped yesterday.")
        await look.call({})
        assert (await kata.plugins.row(ACME, "diary")).sentence == "It stopped yesterday."
        await look.call({"word": "thimble"})
        assert (await kata.plugins.row(ACME, "diary")).sentence == ""
