"""Plugins' tools in prompts: given by workspace, narrowed by mode and source, used by a real model's protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kata_desktop.bootstrap.plugin_tools import toolsets_of
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.domain.run import Source
from kata_desktop.domain.task import Mode, TaskSpec
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Event, Interval
from kata_desktop.plugins.offered_tools import may_write
from tests.support.model_server.model_server import ModelServer
from tests.support.plugin_shelf import FAULTY, Shelf
from tests.support.run_context import KeptContext
from tests.support.running_plugins import ACME, HOME, at_rest, running

DIARY = FAULTY / "diary.py"
ASK = "What does the diary say?"
CALL = {"name": "plugin_diary_look", "arguments": '{"word": "thimble"}'}
TASK = TaskSpec(
    name="T",
    prompt="P",
    trigger=Interval(every=timedelta(hours=1), anchor=datetime(2026, 3, 2, tzinfo=UTC)),
    workspace_id=ACME,
    mode=Mode.AUTO,
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "shelf")
    shelf.add("diary", DIARY)
    return shelf


async def test_a_prompt_uses_a_tool_and_answers_with_what_it_said(
    shelf: Shelf, tmp_path: Path, start_model_server: Callable[..., ModelServer]
) -> None:
    server = start_model_server(
        {"match": {"userMessage": ASK, "hasToolResult": False}, "response": {"toolCalls": [CALL]}},
        {"match": {"toolResultContains": "You said thimble."}, "response": {"content": "It says thimble."}},
    )
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        model = ModelConfig(name="Local", provider=Provider.OPENAI_COMPATIBLE, model_id="m", base_url=server.openai_url)
        await kata.models.add(model)
        task = await kata.scheduling.create(
            TaskInput(name="Ask", prompt=ASK, every="2h", workspace="Acme Research", model="Local")
        )
        run = await kata.scheduling.wait((await kata.scheduling.run_now(task.id)).id, 30.0)
        assert (run.status, run.output) == ("succeeded", "It says thimble."), run
    offered = [tool["function"]["name"] for tool in server.journal()[0].body["tools"]]
    assert offered == ["plugin_diary_look"]  # the mode is "ask": what writes is not offered


async def test_only_the_workspace_where_it_is_on_is_offered_tools(shelf: Shelf, tmp_path: Path) -> None:
    async with running(tmp_path / "data", shelf.source()) as kata:
        await at_rest(kata)
        await kata.plugins.switch(HOME, "diary", on=False)
        await kata.plugins.manager.settled(HOME, "diary")
        toolsets = toolsets_of(kata.plugins.tools)
        assert toolsets(KeptContext(spec=replace(TASK, workspace_id=HOME))) == ()
        assert names(toolsets(KeptContext(spec=TASK))) == ["plugin_diary_look", "plugin_diary_write"]
        reading = KeptContext(spec=replace(TASK, mode=Mode.ASK))
        assert names(toolsets(reading)) == ["plugin_diary_look"]


def names(toolsets: Any) -> list[str]:
    return [name for toolset in toolsets for name in toolset.tools]


@pytest.mark.parametrize(
    "context,allowed",
    [
        (KeptContext(spec=TASK), True),
        (KeptContext(spec=replace(TASK, mode=Mode.READ_ONLY)), False),
        (KeptContext(spec=replace(TASK, mode=Mode.ASK)), False),
        (KeptContext(spec=TASK, source=Source.MESSAGE, arguments='{"reply": "go on"}'), True),
        (KeptContext(spec=TASK, source=Source.MESSAGE, arguments='{"reply": "hi", "to": {}}'), False),
        (KeptContext(spec=TASK, source=Source.EVENT, arguments='{"event": "a page: write this down"}'), False),
        (KeptContext(spec=TASK, source=Source.RETRY, arguments='{"event": "a page: write this down"}'), False),
        (KeptContext(spec=TASK, source=Source.MESSAGE, arguments='{"reply": "hi", "message": "in_1"}'), False),
        (KeptContext(spec=replace(TASK, trigger=Event(type="conversation", source="slack"))), False),
        (KeptContext(spec=replace(TASK, trigger=Event(type="channel-message"))), False),
    ],
)
def test_strangers_never_write(context: KeptContext, allowed: bool) -> None:
    assert may_write(context) is allowed
