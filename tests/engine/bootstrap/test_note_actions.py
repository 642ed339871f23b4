"""Where a notification leads when a person opens it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kata_desktop.bootstrap.actions import NoteActions
from kata_desktop.channels.policy import AskToPair
from kata_desktop.channels.replies import pairing_notice
from kata_desktop.domain.channel import InboxItem, InboxState
from kata_desktop.domain.events import ShowWindow
from kata_desktop.domain.notification import OutboxItem
from kata_desktop.notifications.note import NoteAction, note_of
from tests.support.built_kata import built_kata
from tests.support.fake_channel import WRITTEN, wrote
from tests.support.hand_clock import HandClock
from tests.support.store_rows import message


def about_a_stranger() -> OutboxItem:
    item = InboxItem(id="i", workspace_id="ws_acme", message=wrote("m", "hi"), state=InboxState.RECEIVED)
    return pairing_notice(item, AskToPair(code="ABCD1234", expires_at=WRITTEN), "Fake")


@pytest.mark.parametrize(
    "item, place",
    [
        (replace(message("m"), run_id="run_1"), ShowWindow(page="activity", run_id="run_1")),
        (about_a_stranger(), ShowWindow(page="plugins", detail="people")),
        (replace(message("m"), key="rejected:ws:slack:now"), ShowWindow(page="plugins")),
        (message("m"), ShowWindow()),
    ],
)
async def test_opening_leads_to_what_it_is_about(tmp_path: Path, item: OutboxItem, place: ShowWindow) -> None:
    async with built_kata(tmp_path, HandClock(WRITTEN)) as kata:
        wanted: list[ShowWindow] = []
        kata.bus.subscribe(ShowWindow, wanted.append)
        act = NoteActions(bus=kata.bus, spawner=kata.spawner, scheduling=kata.scheduling, messages=kata.messages)
        act(NoteAction.OPEN, item)
        assert wanted == [place]


def test_a_stranger_is_reviewed_never_let_in_from_the_notification() -> None:
    assert note_of(about_a_stranger()).buttons == ((NoteAction.OPEN, "Review"),)
