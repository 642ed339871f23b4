"""The events of the library in their true shapes: its own protobuf classes, without the part that is written in Go."""

from __future__ import annotations

import importlib.util
import sys
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from kata_desktop.runtime.clock import SystemClock

__all__ = [
    "DEVICE", "LID", "PHONE", "contents", "events", "jid", "message", "own", "packed", "pair_error", "pair_success",
    "unpacked",
]  # fmt: skip
PHONE, LID, DEVICE = "4915100000001", "91000000000001", 7
"""The owner's account, and Kata's device of it."""


def _without_go() -> None:
    """Let the protobuf modules be imported alone, in a process that has no use for the library itself."""
    if "neonize" not in sys.modules:
        spec = importlib.util.find_spec("neonize")
        assert spec is not None
        assert spec.origin is not None
        package = ModuleType("neonize")
        package.__spec__ = spec
        package.__path__ = [str(Path(spec.origin).parent)]
        sys.modules["neonize"] = package


_without_go()

from neonize.proto import Neonize_pb2 as events  # noqa: E402
from neonize.proto.waE2E import WAWebProtobufsE2E_pb2 as contents  # noqa: E402


def jid(text: str, device: int = 0) -> Any:
    """``4915…@s.whatsapp.net`` as the library has it."""
    user, _, server = text.partition("@")
    return events.JID(User=user, Server=server, Device=device, RawAgent=0, Integrator=0, IsEmpty=not user)


def message(
    ident: str,
    text: str = "",
    *,
    chat: str = "",
    sender: str = "4915100000002@s.whatsapp.net",
    alt: str = "",
    from_me: bool = False,
    device: int = 0,
    name: str = "Alice",
    mentions: tuple[str, ...] = (),
    quotes: str = "",
    at: datetime | None = None,
    content: Any = None,
    edit: str = "",
) -> Any:
    """A message event as it comes from a direct conversation, unless a group's chat is given."""
    source = events.MessageSource(
        Chat=jid(chat or sender),
        Sender=jid(sender, device),
        SenderAlt=jid(alt),
        RecipientAlt=jid(""),
        BroadcastListOwner=jid(""),
        IsFromMe=from_me,
        IsGroup=chat.endswith("@g.us"),
    )
    when = int((at or SystemClock().now()).timestamp() * 1000)
    info = events.MessageInfo(MessageSource=source, ID=ident, Type="text", Pushname=name, Timestamp=when, Edit=edit)
    info.Category, info.ServerID, info.Multicast, info.MediaType = "", 0, False, ""
    said = content if content is not None else _said(text, mentions, quotes)
    event = events.Message(Info=info, Message=said, Raw=said, RetryCount=0, UnavailableRequestID="")
    for field in event.DESCRIPTOR.fields:
        if field.name.startswith("Is"):
            setattr(event, field.name, field.name == "IsEdit" and bool(edit))
    return event


def _said(text: str, mentions: tuple[str, ...], quotes: str) -> Any:
    if not mentions and not quotes:
        return contents.Message(conversation=text)
    context = contents.ContextInfo(mentionedJID=mentions)
    if quotes:
        context.stanzaID, context.participant = quotes, f"{PHONE}@s.whatsapp.net"
    return contents.Message(extendedTextMessage=contents.ExtendedTextMessage(text=text, contextInfo=context))


def own(ident: str, text: str, *, device: int = 0, chat: str = "") -> Any:
    """What the owner writes to themselves; from the phone, or from another device of theirs."""
    me = f"{PHONE}@s.whatsapp.net"
    return message(ident, text, chat=chat or me, sender=me, alt=f"{LID}@lid", from_me=True, device=device, name="Me")


def pair_success() -> Any:
    """The phone has accepted."""
    return events.PairStatus(
        ID=jid(f"{PHONE}@s.whatsapp.net", DEVICE), BusinessName="", Platform="android", Status=events.PairStatus.SUCCESS
    )


def pair_error(why: str) -> Any:
    """The phone was scanned, and something went wrong."""
    status = events.PairStatus.ERROR
    return events.PairStatus(ID=jid(""), BusinessName="", Platform="", Status=status, Error=why)


def packed(event: Any) -> dict[str, str]:
    """An event on its way through a line of text."""
    return {"type": type(event).__name__, "data": event.SerializeToString().hex()}


def unpacked(type_name: str, data: str) -> Any:
    """The event again."""
    return getattr(events, type_name).FromString(bytes.fromhex(data))
