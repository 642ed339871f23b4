"""What happens when a person uses a notification."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any, assert_never

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.events import ShowWindow
from kata_desktop.domain.notification import ABOUT_CHANNEL, ABOUT_PEOPLE, OutboxItem
from kata_desktop.notifications.messages import Messages
from kata_desktop.notifications.note import NoteAction
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.scheduler.service import Scheduling

_log = logging.getLogger(__name__)


class NoteActions:
    """Turns clicks on notifications into verbs."""

    def __init__(self, *, bus: EventBus, spawner: Spawner, scheduling: Scheduling, messages: Messages) -> None:
        self._bus = bus
        self._spawner = spawner
        self._scheduling = scheduling
        self._messages = messages

    def __call__(self, action: NoteAction, item: OutboxItem) -> None:
        """Do what was clicked; to be called on the loop's thread."""
        match action:
            case NoteAction.OPEN:
                self._bus.publish(_place_of(item))
            case NoteAction.RUN_AGAIN:
                self._start(self._scheduling.run_now(item.task_id), "run again")
            case NoteAction.SNOOZE:
                self._start(self._messages.snooze(item), "snooze")
            case _:
                assert_never(action)

    def _start(self, verb: Coroutine[Any, Any, object], name: str) -> None:
        self._spawner.spawn(_heeded(verb, name), name=f"notification: {name}")


def _place_of(item: OutboxItem) -> ShowWindow:
    """Where what a message is about can be seen and decided."""
    if item.run_id:
        return ShowWindow(page="activity", run_id=item.run_id)
    if item.key.startswith(ABOUT_PEOPLE):
        return ShowWindow(page="plugins", detail="people")
    if item.key.startswith(ABOUT_CHANNEL):
        return ShowWindow(page="plugins")
    return ShowWindow()


async def _heeded(verb: Coroutine[Any, Any, object], name: str) -> None:
    try:
        await verb
    except KataError as error:  # nobody looks at a notification that is gone; the log and the run itself say it
        _log.warning("A notification's “%s” was refused: %s", name, error)
