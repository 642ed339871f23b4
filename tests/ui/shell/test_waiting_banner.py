"""Runs that wait for a person are named above the tasks."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from kata_desktop.ui.pages.tasks.waiting_banner import WaitingBanner
from tests.support.eventually import eventually
from tests.support.window import Stage


async def test_a_run_that_waits_is_named_and_leads_to_activity(still: Stage) -> None:
    banner = still.window.tasks.findChild(WaitingBanner)
    assert isinstance(banner, WaitingBanner)
    await eventually("the banner", banner.isVisible)
    assert "1 run waits for you" in [label.text() for label in banner.findChildren(QLabel)]
    asked: list[tuple[str, str]] = []
    still.bridge.page_wanted.connect(lambda page, run_id: asked.append((page, run_id)))
    still.button("Review…").click()
    [(page, run_id)] = asked
    assert page == "activity"
    assert (await still.kata.scheduling.run(run_id)).state == "parked"


async def test_nothing_is_said_while_nothing_waits(stage: Stage) -> None:
    await stage.add("Inbox triage")
    banner = stage.window.tasks.findChild(WaitingBanner)
    assert isinstance(banner, WaitingBanner)
    assert not banner.isVisible()
