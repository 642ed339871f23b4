"""Delivers to the person's desktop."""

from __future__ import annotations

import sys
from collections.abc import Callable

from kata_desktop.domain.notification import OutboxItem
from kata_desktop.notifications.errors import NoService
from kata_desktop.notifications.note import NoteAction, NotificationService, note_of

ActionHandler = Callable[[NoteAction, OutboxItem], None]
"""Called on the loop when a person used a notification."""

TrayMessage = Callable[[str, str], bool]
"""Shows title and text some other way; True when it surely could."""


class DesktopSender:
    """Sends items to the notification service, or to the tray where there is none."""

    def __init__(
        self, service: NotificationService, on_action: ActionHandler, *, fallback: TrayMessage | None = None
    ) -> None:
        self._service = service
        self._on_action = on_action
        self._fallback = fallback

    def use_fallback(self, fallback: TrayMessage | None) -> None:
        """Show what no service takes in this way; the tray comes and goes, so this may be set later."""
        self._fallback = fallback

    async def send(self, item: OutboxItem) -> None:
        """Show the item. Raises `DeliveryError`."""
        note = note_of(item)
        try:
            await self._service.show(note, lambda action: self._on_action(action, item))
        except NoService:
            if self._fallback is None or not self._fallback(note.title, note.body):
                raise

    async def lookup(self, item: OutboxItem) -> bool | None:  # noqa: ARG002 - the answer is the same for all
        """A notification service cannot be asked what it has shown."""
        return None

    def can_lookup(self, workspace_id: str) -> bool:  # noqa: ARG002 - one desktop for all
        """No."""
        return False

    def waits(self, workspace_id: str) -> str:  # noqa: ARG002 - one desktop for all
        """Nothing is waited for."""
        return ""

    async def close(self) -> None:
        """End the connection to the service."""
        await self._service.close()


def native_service(*, app_name: str, icon: str = "") -> NotificationService:
    """Return this platform's notification service; nothing is imported or connected before the first note."""
    if sys.platform in {"win32", "darwin"}:
        from kata_desktop.notifications.portable import PortableService

        return PortableService(app_name=app_name)
    from kata_desktop.notifications.freedesktop import FreedesktopService

    return FreedesktopService(app_name=app_name, icon=icon)
