"""The tray icon says what matters most, does not blink, and its menu does what it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QMenu
from shiboken6 import delete

from kata_desktop.domain.channel import Sender, SenderState
from kata_desktop.domain.events import SendersChanged
from kata_desktop.domain.preview import SchedulerStatus
from kata_desktop.domain.run import RunState
from kata_desktop.domain.task import TaskState
from kata_desktop.store import senders
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.theme.tray_icons import TrayState
from kata_desktop.ui.tray import Tray
from kata_desktop.ui.tray_menu import TrayMenu
from kata_desktop.ui.tray_words import tray_face
from tests.support.acme_tasks import NOW, ZONE
from tests.support.eventually import eventually
from tests.support.history_rows import a_run
from tests.support.slow_handler import slow_handler
from tests.support.window import Stage

BERLIN = ZoneInfo(ZONE)
GOING = a_run(
    "r", "t", "Competitor brief", NOW - timedelta(minutes=2), state=RunState.RUNNING, reason=None, finished_at=None
)


@pytest.mark.parametrize(
    "status, state, tip",
    [
        (SchedulerStatus(), TrayState.IDLE, "Kata Desktop · nothing scheduled"),
        (
            SchedulerStatus(next_at=NOW + timedelta(hours=1), next_task_name="Inbox triage"),
            TrayState.IDLE,
            "Kata Desktop · next: Inbox triage 11:42",
        ),
        (SchedulerStatus(running=1), TrayState.RUNNING, "Running Competitor brief · 2 min"),
        (SchedulerStatus(running=1, offline=True), TrayState.OFFLINE, "Waiting for the network"),
        (
            SchedulerStatus(running=1, offline=True, paused_all=True, paused_until=NOW + timedelta(hours=3)),
            TrayState.PAUSED,
            "Paused until 13:42",
        ),
        (SchedulerStatus(paused_all=True, waiting=1), TrayState.ATTENTION, "1 run waits for you"),
        (
            SchedulerStatus(paused_all=True, waiting=1, trouble="The disk is full."),
            TrayState.ERROR,
            "The disk is full.",
        ),
    ],
)
def test_the_worst_is_shown(status: SchedulerStatus, state: TrayState, tip: str) -> None:
    face = tray_face(status, [GOING] if status.running else [], [], NOW, BERLIN)
    assert (face.state, face.tip) == (state, tip)


async def test_a_task_that_keeps_failing_is_an_error(still: Stage) -> None:
    await still.overview.read()
    face = tray_face(still.overview.status, still.overview.going, still.overview.attention, NOW, BERLIN)
    assert (face.state, face.tip) == (TrayState.ERROR, "Review open pull requests failed 3 times")


@pytest_asyncio.fixture
async def menu(stage: Stage, theme: Theme) -> AsyncIterator[TrayMenu]:
    made = TrayMenu(stage.kata, theme, stage.bridge, stage.overview, stage.switching)
    yield made
    await asyncio.sleep(0)
    delete(made.menu)
    delete(made)


def labels(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.isVisible() and not action.isSeparator()]


def sub(menu: QMenu, start: str) -> QMenu:
    found = next(action for action in menu.actions() if action.text().startswith(start) and action.isVisible())
    inner = found.menu()
    assert isinstance(inner, QMenu)
    return inner


async def test_rows_without_meaning_are_absent(menu: TrayMenu) -> None:
    await eventually("the workspaces", lambda: any(text.startswith("Workspace") for text in labels(menu.menu)))
    assert labels(menu.menu) == [
        "Open Kata Desktop", "New scheduled prompt…", "Workspace: Acme Research", "Pause schedules", "Settings…",
        "Quit Kata Desktop",
    ]  # fmt: skip


async def test_a_task_is_run_and_stopped_from_the_menu(menu: TrayMenu, stage: Stage) -> None:
    gate = asyncio.Event()
    stage.kata.scheduling.register(slow_handler(gate))
    await stage.add("Tom & Jerry <b>")
    await eventually("the task", lambda: "Run now" in labels(menu.menu))
    assert labels(sub(menu.menu, "Run now")) == ["Tom && Jerry <b>"]
    sub(menu.menu, "Run now").actions()[0].trigger()
    await eventually("the run", lambda: any(text.startswith("Running:") for text in labels(menu.menu)))
    going = sub(menu.menu, "Running:")
    assert labels(going) == ["Open", "Stop"]
    going.actions()[1].trigger()
    await eventually("its end", lambda: not any(text.startswith("Running:") for text in labels(menu.menu)))
    await eventually("the result", lambda: "Recent results" in labels(menu.menu))
    assert "stopped" in labels(sub(menu.menu, "Recent results"))[0]


async def test_pause_and_resume_take_turns(menu: TrayMenu, stage: Stage) -> None:
    wanted: list[object] = []
    menu.pause_wanted.connect(wanted.append)
    assert len(labels(sub(menu.menu, "Pause"))) == 4
    sub(menu.menu, "Pause").actions()[0].trigger()
    assert len(wanted) == 1
    await stage.kata.scheduling.pause_all()
    await eventually("resume", lambda: "Resume schedules" in labels(menu.menu))
    assert "Pause schedules" not in labels(menu.menu)


async def test_a_state_is_shown_for_two_seconds_at_least(still: Stage) -> None:
    menu = QMenu()
    tray = Tray(still.overview, still.kata.clock, menu)
    still.overview.attention = ()
    still.overview.status = SchedulerStatus(running=1)
    still.overview.going = (replace(GOING, workspace_id="ws_acme"),)
    tray.refresh()
    await eventually("running", lambda: tray.state is TrayState.RUNNING)
    still.overview.going = ()
    loop = asyncio.get_running_loop()
    began = loop.time()
    tray.refresh()
    assert tray.state is TrayState.RUNNING
    await eventually("idle", lambda: tray.state is TrayState.IDLE)
    assert loop.time() - began > 1.9
    tray.stop()
    delete(tray)
    delete(menu)


async def test_paused_tasks_are_no_cause_for_alarm(stage: Stage) -> None:
    task = await stage.add("Inbox triage")
    await stage.kata.scheduling.pause(task.id)
    await stage.overview.read()
    face = tray_face(stage.overview.status, stage.overview.going, stage.overview.attention, NOW, BERLIN)
    assert face.state is TrayState.IDLE
    assert (await stage.kata.scheduling.get(task.id)).state is TaskState.PAUSED


def _says(menu: TrayMenu, words: str) -> bool:
    return menu._asking.isVisible() and menu._asking.text() == words


async def test_somebody_who_wants_to_write_is_named_and_reviewed_where_they_asked(still: Stage) -> None:
    menu = TrayMenu(still.kata, still.window._theme, still.bridge, still.overview, still.switching)
    wanted: list[tuple[str, str]] = []
    menu.page_wanted.connect(lambda page, detail: wanted.append((page, detail)))
    try:
        for number in range(2):
            until = NOW + timedelta(hours=1)
            stranger = Sender(workspace_id="ws_home", channel="slack", account="T1", id=f"U{number}",
                              state=SenderState.PENDING, code="ABCD1234", expires_at=until)  # fmt: skip
            await still.kata.database.write(partial(senders.put, sender=stranger, now=NOW))
            still.kata.bus.publish(SendersChanged(workspace_id="ws_home", channel="slack"))
            words = ("1 person wants to write to Kata…", "2 people want to write to Kata…")[number]
            await eventually(words, partial(_says, menu, words))
        menu._asking.trigger()
        assert wanted == [("plugins", "people")]
        assert still.switching.current is not None
        assert still.switching.current.id == "ws_home"
    finally:
        await eventually("rest", lambda: not menu.busy)
        delete(menu.menu)
        delete(menu)
