"""The library's message events, read into what Kata is told; what is no message to anybody is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kata_desktop.builtin.whatsapp.child.gateway import Account
from kata_desktop.builtin.whatsapp.numbers import HIDDEN, PEOPLE
from kata_desktop.builtin.whatsapp.wire import Came, File

LONGEST_TEXT = 70_000
"""Characters; more than anybody can write in WhatsApp."""
_LONGEST_NAME = 200
_FILES = {
    "imageMessage": "picture",
    "videoMessage": "video",
    "ptvMessage": "video",
    "audioMessage": "recording",
    "documentMessage": "document",
    "stickerMessage": "sticker",
}
_NOBODYS = frozenset({"broadcast", "newsletter", "bot"})


def read_message(event: Any, me: Account) -> Came | None:
    """What was said; None for edits, reactions, status updates, and what the owner writes to others.

    `token` and `chat_name` are left empty.
    """
    info, content = event.Info, event.Message
    source = info.MessageSource
    if event.IsEdit or info.Edit or source.Chat.Server in _NOBODYS:
        return None
    text, files = _text_of(content)[:LONGEST_TEXT], tuple(_files_of(content))
    is_own = not source.IsGroup and source.Chat.User in {me.phone, me.lid} - {""}
    if not (text.strip() or files) or (source.IsFromMe and not is_own):
        return None
    context = _context_of(content)
    mentioned = context is not None and _mentions(context.mentionedJID, me)
    phone, lid = _ids(source.Sender, source.SenderAlt)
    return Came(
        token="",
        id=info.ID,
        chat=f"{source.Chat.User}@{source.Chat.Server}",
        chat_name="",
        is_group=source.IsGroup,
        is_own=is_own,
        phone=me.phone if is_own else phone,
        lid=me.lid if is_own else lid,
        name=info.Pushname[:_LONGEST_NAME],
        device=source.Sender.Device,
        text=_without_mention(text, me) if mentioned else text,
        mentioned=mentioned,
        quotes=context.stanzaID if context is not None else "",
        at=info.Timestamp / 1000,
        files=files,
    )


def _ids(*jids: Any) -> tuple[str, str]:
    """Number and hidden id, whichever of both the library calls the alternative."""
    phone = next((jid.User for jid in jids if jid.Server == PEOPLE), "")
    return phone, next((jid.User for jid in jids if jid.Server == HIDDEN), "")


def _text_of(content: Any) -> str:
    if content.HasField("conversation"):
        return str(content.conversation)
    if content.HasField("extendedTextMessage"):
        return str(content.extendedTextMessage.text)
    return next((str(part.caption) for part in _parts(content) if "caption" in part.DESCRIPTOR.fields_by_name), "")


def _files_of(content: Any) -> Iterator[File]:
    for name, word in _FILES.items():
        if content.HasField(name):
            part = getattr(content, name)
            title = getattr(part, "fileName", "") or getattr(part, "title", "") or word
            yield File(name=title[:_LONGEST_NAME], media_type=part.mimetype[:100], size=int(part.fileLength))


def _parts(content: Any) -> Iterator[Any]:
    return (getattr(content, name) for name in ("extendedTextMessage", *_FILES) if content.HasField(name))


def _context_of(content: Any) -> Any:
    """What a message refers to; None when it refers to nothing."""
    return next((part.contextInfo for part in _parts(content) if part.HasField("contextInfo")), None)


def _mentions(jids: Any, me: Account) -> bool:
    own = {f"{me.phone}@{PEOPLE}", f"{me.lid}@{HIDDEN}" if me.lid else ""}
    return any(jid in own for jid in jids)


def _without_mention(text: str, me: Account) -> str:
    ids = "|".join(re.escape(each) for each in (me.phone, me.lid) if each)
    plain = re.sub(rf"^\s*@(?:{ids})\b[,:]?", "", text)
    return re.sub(rf"[ \t]*@(?:{ids})\b[ \t]*", " ", plain).strip()
