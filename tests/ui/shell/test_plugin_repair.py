"""A plugin's task that fails for what its settings say leads to that plugin, from the list and from the run."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton

from kata_desktop.domain.handler import HandlerError, HandlerSpec, Result, RunContext
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.plugins.ports import handler_address, plugin_of
from kata_desktop.scheduler.declared import Declared, DeclaredTasks
from kata_desktop.ui.pages.tasks.results import MENDED_IN_PLUGIN
from tests.support.eventually import eventually
from tests.support.window import Stage

ADDRESS = handler_address("rss", "read", "ws_acme")


async def failed(stage: Stage, kind: str) -> str:
    """Let a plugin's task fail, with its row in sight; returns the run's id."""

    async def run(_context: RunContext) -> Result:
        raise HandlerError("example.com answered with the error 404; check the address.", kind=kind, retryable=False)

    scheduling = stage.kata.scheduling
    scheduling.register(HandlerSpec(name=ADDRESS, run=run, plugin_id="rss"))
    own = DeclaredTasks(scheduling._core, scheduling, "plugin:rss", "ws_acme")
    task = await own.create(Declared(raw=TaskInput(name="Read feeds", every="30m", retries="0"), handler=ADDRESS))
    await scheduling.run_now(task.id)
    model = stage.window.tasks.model
    await eventually("the failure", lambda: (row := model.row(task.id)) and row.last_run and not row.active_run)
    return model.rows[model.place(task.id)].last_run.id  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", sorted(MENDED_IN_PLUGIN))
async def test_fix_leads_to_the_plugin(stage: Stage, kind: str) -> None:
    run_id = await failed(stage, kind)
    wanted: list[tuple[str, str]] = []
    stage.bridge.page_wanted.disconnect()
    stage.bridge.page_wanted.connect(lambda page, part: wanted.append((page, part)))
    (await eventually("the button", lambda: _fix(stage))).click()
    assert wanted == [("plugins", "rss")]
    stage.window.open_page("activity", run_id)
    (await eventually("its cause", lambda: _button(stage, "Open plugins…"))).click()
    assert wanted == [("plugins", "rss")] * 2


async def test_what_no_setting_mends_leads_to_the_run(stage: Stage) -> None:
    run_id = await failed(stage, "offline")
    wanted: list[tuple[str, str]] = []
    stage.bridge.page_wanted.connect(lambda page, part: wanted.append((page, part)))
    (await eventually("the button", lambda: _fix(stage))).click()
    assert wanted == [("activity", run_id)]


def test_a_handler_of_its_own_belongs_to_no_plugin() -> None:
    assert (plugin_of(ADDRESS), plugin_of("prompt")) == ("rss", "")


def _fix(stage: Stage) -> QAbstractButton | None:
    return _button(stage, "Fix: Read feeds")


def _button(stage: Stage, name: str) -> QAbstractButton | None:
    """The visible button with this name or text, None while there is none."""
    buttons = [each for each in stage.window.findChildren(QAbstractButton) if each.isVisible()]
    return next((each for each in buttons if name in (each.accessibleName(), each.text())), None)
