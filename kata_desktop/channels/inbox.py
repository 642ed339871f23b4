"""Takes messages in: durable before the other side is told that we have them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kata_desktop.channels.flood import kept_text
from kata_desktop.domain.channel import Attachment, ConversationKind, InboxItem, InboxState, Message
from kata_desktop.domain.ids import new_id
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import channel_marks, inbox
from kata_desktop.store.database import Database
from kata_desktop.store.inbox import Place

_LONGEST_NAME = 100
_MOST_FILES = 20
_TURNS = frozenset(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)))
"""Characters without width, or that turn the direction of what follows: a name must not pass for another."""


class Inbox:
    """The way in of one channel in one workspace."""

    def __init__(self, database: Database, clock: Clock, place: Place, on_new: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._place = place
        self._on_new = on_new

    async def take(self, message: Message) -> bool:
        """Store a message; False when it was there already. It is durable when this returns.

        Raises:
            StoreTrouble: it could not be stored, so it must not be acknowledged.
        """
        now = self._clock.now()
        item = InboxItem(
            id=new_id("in"),
            workspace_id=self._place.workspace_id,
            message=_kept(message),
            state=InboxState.RECEIVED,
            received_at=now,
        )
        added = await self._database.write(lambda db: inbox.add(db, item, now))
        # Also of a known one: whoever stored it may have been cancelled before anybody was told, as a line broke.
        self._on_new()
        return added


class StoredMarks:
    """Up to where the conversations of one account were read."""

    def __init__(self, database: Database, place: Place, account: str) -> None:
        self._database = database
        self._account = (place.workspace_id, place.channel, account)

    async def get(self, scope: str) -> str:
        """Return the mark of a scope; empty when there is none."""
        return await self._database.read(lambda db: channel_marks.get(db, self._account, scope))

    async def put(self, scope: str, mark: str) -> None:
        """Store a mark; durable when it returns."""
        await self._database.write(lambda db: channel_marks.put(db, self._account, scope, mark))

    async def all(self) -> dict[str, str]:
        """Return every scope with its mark."""
        return await self._database.read(lambda db: channel_marks.listed(db, self._account))


def _kept(message: Message) -> Message:
    return replace(
        message,
        id=kept_id(message.id),
        sender=kept_id(message.sender),
        conversation=kept_id(message.conversation),
        thread=kept_id(message.thread),
        reply_address=kept_id(message.reply_address),
        text=kept_text(message.text),
        sender_name=shown_name(message.sender_name),
        conversation_name=shown_name(message.conversation_name),
        mentioned=message.mentioned or message.kind is not ConversationKind.GROUP,
        attachments=tuple(map(_kept_file, message.attachments[:_MOST_FILES])),
    )


def _kept_file(file: Attachment) -> Attachment:
    return replace(file, name=shown_name(file.name), media_type=shown_name(file.media_type))


def kept_id(ident: str) -> str:
    """An id from elsewhere, still one of its own: characters that no store takes or nobody sees are spelled out.

    One message whose ids cannot be stored would otherwise come again with every connection, before all others.
    """
    if ident.isprintable() and _TURNS.isdisjoint(ident):
        return ident
    return "".join(letter if _is_seen(letter) else f"\\u{ord(letter):04x}" for letter in ident)


def _is_seen(letter: str) -> bool:
    return letter.isprintable() and letter not in _TURNS


def shown_name(name: str) -> str:
    """A name from elsewhere as one short line without characters that hide or turn others."""
    carried = name[: _LONGEST_NAME * 4].encode("utf-8", "replace").decode("utf-8")
    visible = "".join(letter for letter in carried if _is_seen(letter))
    return " ".join(visible.split())[:_LONGEST_NAME]
