"""Matrix events, read into messages; the one place that knows their shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from kata_desktop.builtin.matrix.addresses import thread_address
from kata_desktop.builtin.matrix.rooms import Room, Rooms
from kata_desktop.builtin.matrix.settings import MatrixSettings
from kata_desktop.builtin.matrix.threads import Threads
from kata_desktop.domain.channel import Attachment, ConversationKind, Message, written_at

CHANNEL = "matrix"
Event = Mapping[str, Any]
_SAID = frozenset({"m.text", "m.emote", "m.image", "m.file", "m.audio", "m.video", "m.location"})
"""What people send. Notices are what programs say: answering those would let two of them talk for ever."""
_FILES = frozenset({"m.image", "m.file", "m.audio", "m.video"})
_EVENT = re.compile(r"\$[\x21-\x7e]{1,254}")
"""An event's id; people can write anything there, and the homeserver would be asked for it."""
_MOST = 10**15
"""Milliseconds: far beyond what any calendar has, and still a number that can be divided."""
_COMMAND = re.compile(r"!(new|reset|stop|status|tasks|help)\s*", re.IGNORECASE)
"""Many Matrix programs keep words that begin with a slash for themselves."""


class Reader:
    """Reads for one account."""

    def __init__(self, *, account: str, rooms: Rooms, threads: Threads, settings: MatrixSettings) -> None:
        self._account = account
        self._rooms = rooms
        self._threads = threads
        self._settings = settings

    async def message(self, room_id: str, event: Event) -> Message | None:
        """A message of a person; None for everything else (own, notices, edits, deleted)."""
        content = event.get("content")
        if not isinstance(content, Mapping) or not self._is_said(event, content):
            return None
        room, sender = await self._rooms.room(room_id), str(event["sender"])
        kind = await self._rooms.kind(room_id)
        direct, root = kind is ConversationKind.DIRECT, thread_of(content)
        spoken_to = direct or self._is_mentioned(content, room) or await self._goes_on(room_id, root)
        thread = root or ("" if direct or not self._settings.answer_in_threads else str(event["event_id"]))
        return Message(
            id=str(event["event_id"]),
            channel=CHANNEL,
            account=self._account,
            sender=sender,
            sender_name=room.names.get(sender) or sender,
            conversation=room_id,
            conversation_name="" if direct else room.shown_name,
            kind=kind,
            thread=thread,
            text=self._text(content, room),
            mentioned=spoken_to,
            at=_written_at(event),
            attachments=_attachments(content),
            reply_address=thread_address(room_id, thread),
        )

    def _is_said(self, event: Event, content: Event) -> bool:
        if event.get("type") != "m.room.message" or str(content.get("msgtype")) not in _SAID:
            return False
        if _relation(content).get("rel_type") == "m.replace" or not event.get("event_id"):
            return False
        return event.get("sender") not in (None, self._account)

    async def _goes_on(self, room_id: str, root: str) -> bool:
        return bool(root) and self._settings.follow_threads and await self._threads.follows(room_id, root)

    def _is_mentioned(self, content: Event, room: Room) -> bool:
        """Named in the event's list of mentions, by a pill, by the user id, or spoken to by name."""
        mentions = content.get("m.mentions")
        listed = mentions.get("user_ids") if isinstance(mentions, Mapping) else None
        if isinstance(listed, list) and self._account in listed:
            return True
        body, formatted = _body(content), str(content.get("formatted_body") or "")
        if self._account in body or any(f"matrix.to/#/{user}" in formatted for user in self._written()):
            return True
        return bool(self._name(room).search(body))

    def _written(self) -> tuple[str, ...]:
        return self._account, quote(self._account, safe=""), quote(self._account, safe=":")

    def _name(self, room: Room) -> re.Pattern[str]:
        """Kata's name as people speak to it: ``Kata: …``, ``kata, …``, or ``@kata`` anywhere."""
        names = {room.names.get(self._account) or "", self._account[1:].partition(":")[0]} - {""}
        either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.compile(rf"(?:^\s*(?:{either})\s*[:,]|(?<!\w)@(?:{either})(?![\w:]))", re.IGNORECASE)

    def _text(self, content: Event, room: Room) -> str:
        """What was said, without the quotation of an answer and without the call of Kata's name."""
        if content.get("msgtype") in _FILES:
            caption = str(content.get("filename") or "")
            return _body(content) if caption and caption != content.get("body") else ""
        text = _body(content)
        called = re.escape(room.names.get(self._account) or self._account)
        text = re.sub(rf"^\s*(?:{re.escape(self._account)}|{called})(?!\w)\s*[:,]?\s*", "", text)
        text = self._name(room).sub("", text).replace(self._account, "").strip()
        found = _COMMAND.fullmatch(text)
        return f"/{found[1].lower()}" if found else text


def thread_of(content: Event) -> str:
    """The first event of the thread that something is in; empty outside threads."""
    relation = _relation(content)
    root = relation.get("event_id") if relation.get("rel_type") == "m.thread" else ""
    return root if isinstance(root, str) and _EVENT.fullmatch(root) else ""


def _written_at(event: Event) -> datetime:
    """When it was written, by the clock of the sender's homeserver, which may say anything."""
    said = event.get("origin_server_ts")
    return written_at(min(max(said, 0), _MOST) / 1000 if isinstance(said, int) else 0)


def _relation(content: Event) -> Event:
    relation = content.get("m.relates_to")
    return relation if isinstance(relation, Mapping) else {}


def _body(content: Event) -> str:
    """The plain text; older programs put what is answered before it, line by line behind ``>``."""
    body = content.get("body")
    text = body if isinstance(body, str) else ""
    if "m.in_reply_to" not in _relation(content) or not text.startswith("> <"):
        return text
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[first:]).lstrip("\n")


def _attachments(content: Event) -> tuple[Attachment, ...]:
    if content.get("msgtype") not in _FILES:
        return ()
    info = content.get("info")
    info = info if isinstance(info, Mapping) else {}
    size = info.get("size")
    return (
        Attachment(
            name=str(content.get("filename") or content.get("body") or "file"),
            media_type=str(info.get("mimetype") or ""),
            size=size if isinstance(size, int) else None,
        ),
    )
