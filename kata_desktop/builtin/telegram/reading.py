"""Telegram's updates, read into messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kata_desktop.builtin.telegram.addresses import written_address
from kata_desktop.domain.channel import Attachment, ConversationKind, Message

if TYPE_CHECKING:
    from telegram import Message as Received
    from telegram import Update

CHANNEL = "telegram"
_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?(?=\s|$)")


class Reader:
    """Reads for one bot."""

    def __init__(self, *, bot_id: int, bot_name: str) -> None:
        """Args:
        bot_name: without ``@``.
        """
        self._bot_id = bot_id
        self._bot_name = bot_name
        self._called = re.compile(rf"(?<!\w)@{re.escape(bot_name)}(?!\w)\s*[,:]?", re.IGNORECASE)

    def message(self, update: Update) -> Message | None:
        """A message of a person; None for everything else (bots, posts of channels, who came and went)."""
        received = update.message
        if received is None or received.from_user is None or received.from_user.is_bot:
            return None
        attachments = tuple(_attachments(received))
        text = received.text or received.caption or ""
        if received.chat.type not in ("private", "group", "supergroup") or not (text or attachments):
            return None
        direct = received.chat.type == "private"
        topic = str(received.message_thread_id) if received.is_topic_message and received.message_thread_id else ""
        answered = None if direct else received.message_id
        return Message(
            id=f"{received.chat.id}:{received.message_id}",
            channel=CHANNEL,
            account=str(self._bot_id),
            sender=str(received.from_user.id),
            sender_name=received.from_user.full_name,
            conversation=str(received.chat.id),
            conversation_name=received.chat.title or "",
            kind=ConversationKind.DIRECT if direct else ConversationKind.GROUP,
            thread=topic,
            text=self._plain(text, direct=direct),
            mentioned=direct or self._is_mentioned(received, text),
            at=received.date,
            attachments=attachments,
            reply_address=written_address(received.chat.id, topic=topic, message=answered),
        )

    def _is_mentioned(self, received: Received, text: str) -> bool:
        """Called by name, given a command of its own, or answered."""
        command = _COMMAND.match(text)
        if command and command[2]:
            return bool(command[2].casefold() == self._bot_name.casefold())
        answered = received.reply_to_message
        if answered is not None and answered.from_user is not None and answered.from_user.id == self._bot_id:
            return True
        entities = (*received.entities, *received.caption_entities)
        if any(entity.user is not None and entity.user.id == self._bot_id for entity in entities):
            return True
        return bool(self._called.search(text))

    def _plain(self, text: str, *, direct: bool) -> str:
        """The text without the call of the bot's name; what Telegram's own start button sends asks for help."""
        command = _COMMAND.match(text)
        if command is None:
            return self._called.sub("", text).strip()
        name, called = command[1], command[2] or ""
        if called and called.casefold() != self._bot_name.casefold():
            return text  # a command for another bot
        word = "help" if name == "start" and direct else name
        return f"/{word}{text[command.end() :] if word == name else ''}".strip()


def _attachments(received: Received) -> Iterator[Attachment]:
    for file in (received.document, received.video, received.audio, received.voice, received.animation):
        if file is not None:
            name = getattr(file, "file_name", None) or type(file).__name__.lower()
            yield Attachment(name=name, media_type=file.mime_type or "", size=file.file_size)
    if received.photo:
        yield Attachment(name="photo", media_type="image/jpeg", size=received.photo[-1].file_size)
