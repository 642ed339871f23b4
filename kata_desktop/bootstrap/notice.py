"""A message about what happened to the store before this start."""

from __future__ import annotations

from datetime import datetime

from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.domain.task import DESKTOP
from kata_desktop.store import outbox
from kata_desktop.store.connection import Connection


def queue_notice(db: Connection, *, ident: str, text: str, at: datetime) -> None:
    """Let the desktop tell of it; once, however often this is called with the same id."""
    item = OutboxItem(
        id=ident,
        key=f"notice:{ident}",
        kind=NotificationKind.TROUBLE,
        target_kind=DESKTOP.kind,
        title="Kata's data was restored",
        body=text,
        created_at=at,
    )
    outbox.add(db, item)
