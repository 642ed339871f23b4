"""A message that came in, in words and signs: what the list and the detail both say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.channel import ConversationKind, InboxItem, InboxState
from kata_desktop.ui.models.paged_rows import Face
from kata_desktop.ui.pages.outbox.message_words import MessageRepair, Notice
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from kata_desktop.ui.models.channel_faces import ChannelFaces
    from kata_desktop.ui.pages.activity.facts_view import Fact
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.tokens import ColorRole

translate = QCoreApplication.translate
_LONGEST = 160

SIGNS: dict[InboxState, tuple[str, ColorRole]] = {
    InboxState.RECEIVED: ("clock", "text_2"),
    InboxState.QUEUED: ("circle-check", "ok"),
    InboxState.HANDLED: ("circle-check", "ok"),
    InboxState.IGNORED: ("circle-minus", "text_3"),
    InboxState.FAILED: ("circle-x", "bad"),
}


def face_of(item: InboxItem, when: LocalTime, channels: ChannelFaces) -> Face:
    """Return what the list shows of a message."""
    icon, ink = SIGNS[item.state]
    title, words = sender(item), _first_line(item.message.text)
    line = item.reason if item.state in (InboxState.FAILED, InboxState.IGNORED) else words
    at = item.received_at or item.message.at
    today = when.day(at) == when.now.date()
    return Face(
        ident=item.id,
        tile=channels.icon(item.message.channel),
        active=item.state is not InboxState.IGNORED,
        title=f"{title} · {item.message.conversation_name}" if item.message.conversation_name else title,
        line=line or state_words(item),
        sign=icon,
        ink=ink,
        time=when.clock(at) if today else when.short_day(when.day(at)),
        spoken=", ".join(part for part in (title, state_words(item), line, words, when.moment(at)) if part),
    )


def sender(item: InboxItem) -> str:
    """Return who wrote it, as they call themselves."""
    return item.message.sender_name or item.message.sender


def state_words(item: InboxItem) -> str:
    """Return what became of it, in plain words."""
    return {
        InboxState.RECEIVED: translate("Incoming", "waits for its turn"),
        InboxState.QUEUED: translate("Incoming", "taken on"),
        InboxState.HANDLED: translate("Incoming", "answered without a model"),
        InboxState.IGNORED: translate("Incoming", "left out"),
        InboxState.FAILED: translate("Incoming", "could not be taken on"),
    }[item.state]


def about(item: InboxItem, when: LocalTime, channels: ChannelFaces) -> str:
    """Return the line below who wrote it."""
    at = when.moment(item.received_at or item.message.at)
    where = channels.target(item.message.channel, item.message.conversation_name)
    return " · ".join((where, at, state_words(item)))


def notice(item: InboxItem) -> Notice | None:
    """Return what a person should know about a message; None when all is well."""
    match item.state:
        case InboxState.FAILED:
            return Notice(tone=Tone.BAD, icon="circle-x", title=translate("Incoming", "It could not be taken on"),
                          text=item.reason, repair=MessageRepair.RESEND,
                          label=translate("Incoming", "Try again"))  # fmt: skip
        case InboxState.IGNORED:
            hint = translate("Incoming", "Looked at again, it is decided by the rules as they are then.")
            return Notice(tone=Tone.MUTED, icon="circle-minus", title=translate("Incoming", "It was left out"),
                          text=f"{item.reason} {hint}".strip(), repair=MessageRepair.RESEND,
                          label=translate("Incoming", "Look at it again"))  # fmt: skip
        case InboxState.RECEIVED if item.tries:
            title = translate("Incoming", "It could not be taken on yet; it is tried again by itself")
            return Notice(tone=Tone.WARN, icon="clock", title=title, text=item.reason)
        case _:
            return None


def facts(item: InboxItem, when: LocalTime, channels: ChannelFaces) -> list[Fact]:
    """Return the details, only what is known."""
    message = item.message
    received = when.moment(item.received_at) if item.received_at else ""
    files = ", ".join(file.name for file in message.attachments if file.name)
    attached = translate("Incoming", "{names} (not fetched)").format(names=files) if files else ""
    found = (
        (translate("Incoming", "From"), f"{message.sender_name} ({message.sender})" if message.sender_name
         else message.sender),
        (translate("Incoming", "In"), channels.target(message.channel, _place(item))),
        (translate("Incoming", "Written"), when.moment(message.at)),
        (translate("Incoming", "Received"), received),
        (translate("Incoming", "Tries"), str(item.tries) if item.tries else ""),
        (translate("Incoming", "Attached"), attached),
    )  # fmt: skip
    return [(name, text) for name, text in found if text]


def _place(item: InboxItem) -> str:
    kind = {
        ConversationKind.DIRECT: translate("Incoming", "direct message"),
        ConversationKind.GROUP: translate("Incoming", "a group"),
        ConversationKind.OWN: translate("Incoming", "your own chat"),
    }[item.message.kind]
    name = item.message.conversation_name
    return f"{name} ({kind})" if name else f"· {kind}"


def _first_line(text: str) -> str:
    return next((line.strip()[:_LONGEST] for line in text.splitlines() if line.strip()), "")
