"""Notifications through the systems' own centres on macOS and Windows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from kata_desktop.notifications.errors import NoService
from kata_desktop.notifications.note import Note, NoteAction

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier


class PortableService:
    """The desktop-notifier library, with its silence about failures turned into an error."""

    def __init__(self, *, app_name: str) -> None:
        self._app_name = app_name
        self._notifier: DesktopNotifier | None = None

    async def show(self, note: Note, on_action: Callable[[NoteAction], None]) -> None:
        """Show it, see `NotificationService`."""
        from desktop_notifier import Button, DesktopNotifier, Notification, Urgency

        if self._notifier is None:
            self._notifier = DesktopNotifier(app_name=self._app_name)
        loop = asyncio.get_running_loop()
        shown = asyncio.Event()

        def calls(action: NoteAction) -> Callable[[], None]:
            # Windows calls from threads of its own
            return lambda: _post(loop, on_action, action)

        await self._notifier.send_notification(
            Notification(
                title=note.title,
                message=note.body,
                urgency=Urgency.Critical if note.critical else Urgency.Normal,
                buttons=tuple(Button(title=label, on_pressed=calls(action)) for action, label in note.buttons),
                on_clicked=calls(NoteAction.OPEN),
                on_dispatched=shown.set,
            )
        )
        if not shown.is_set():  # the library only logs what went wrong
            raise NoService

    async def close(self) -> None:
        """Nothing is held open."""
        self._notifier = None


def _post(loop: asyncio.AbstractEventLoop, on_action: Callable[[NoteAction], None], action: NoteAction) -> None:
    loop.call_soon_threadsafe(on_action, action)
