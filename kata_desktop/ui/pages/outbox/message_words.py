"""A message on its way out in words and signs: what the list and the detail both say."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.notification import NotificationKind, OutboxItem, OutboxState
from kata_desktop.domain.task import DESKTOP
from kata_desktop.ui.models.paged_rows import Face
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from kata_desktop.ui.models.channel_faces import ChannelFaces
    from kata_desktop.ui.pages.activity.facts_view import Fact
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.tokens import ColorRole

translate = QCoreApplication.translate

SIGNS: dict[OutboxState, tuple[str, ColorRole]] = {
    OutboxState.PENDING: ("clock", "text_2"),
    OutboxState.SENDING: ("send", "run"),
    OutboxState.DELIVERED: ("circle-check", "ok"),
    OutboxState.FAILED: ("circle-x", "bad"),
    OutboxState.UNKNOWN: ("circle-help", "warn"),
    OutboxState.DROPPED: ("circle-minus", "text_3"),
}


class MessageRepair(enum.Enum):
    """What the button of a notice does."""

    NONE = "none"
    """Nothing: there is no button."""
    RESEND = "resend"
    """Send it again."""
    PLUGINS = "plugins"
    """Show the plugins: the channel needs something."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What a person should know about a message."""

    tone: Tone
    icon: str
    title: str
    text: str
    """What is known."""
    risk: str = ""
    """What may happen when it is sent again; empty for nothing bad."""
    repair: MessageRepair = MessageRepair.NONE
    label: str = ""
    """What the button says; empty for none."""


def face_of(item: OutboxItem, when: LocalTime, channels: ChannelFaces) -> Face:
    """Return what the list shows of a message."""
    target, state = channels.target(item.target_kind, item.target_address), state_words(item, when)
    icon, ink = SIGNS[item.state]
    title = item.title or translate("Outbox", "Message")
    tries = tries_words(item)
    created = when.moment(item.created_at) if item.created_at else ""
    return Face(
        ident=item.id,
        tile=channels.icon(item.target_kind),
        active=item.state is not OutboxState.DROPPED,
        title=title,
        line=f"{target} · {_state_and_why(item, state)}",
        sign=icon,
        ink=ink,
        time=_short(item, when),
        note=tries if item.attempts > 1 else "",
        spoken=", ".join(part for part in (title, target, state, tries, created) if part),
    )


def state_words(item: OutboxItem, when: LocalTime) -> str:
    """Return where a message stands, in plain words; why, where there is room for it only here."""
    match item.state:
        case OutboxState.PENDING:
            return _waiting(item, when)
        case OutboxState.SENDING:
            return translate("Outbox", "being sent")
        case OutboxState.DELIVERED:
            at = when.past(item.delivered_at) if item.delivered_at else ""
            return translate("Outbox", "delivered {at}").format(at=at).strip()
        case OutboxState.FAILED:
            return translate("Outbox", "not delivered")
        case OutboxState.UNKNOWN:
            asks = translate("Outbox", "perhaps delivered; the other side will be asked")
            return asks if item.ask else translate("Outbox", "perhaps delivered")
        case OutboxState.DROPPED:
            return translate("Outbox", "dropped")
        case _:
            assert_never(item.state)


def _state_and_why(item: OutboxItem, state: str) -> str:
    """The state with the error behind it; an error that says why it waits is enough by itself."""
    if not item.last_error or item.state not in (OutboxState.FAILED, OutboxState.PENDING):
        return state
    waits = item.state is OutboxState.PENDING and not item.attempts
    return item.last_error if waits else f"{state}: {item.last_error}"


def _waiting(item: OutboxItem, when: LocalTime) -> str:
    again = item.next_at is not None and item.next_at > when.now
    if item.attempts and again and item.next_at is not None:
        return translate("Outbox", "next try {at}").format(at=when.coming(item.next_at))
    if item.last_error:
        return translate("Outbox", "waits")
    if again and item.next_at is not None:
        return translate("Outbox", "to be sent {at}").format(at=when.coming(item.next_at))
    return translate("Outbox", "waits to be sent")


def tries_words(item: OutboxItem) -> str:
    """Return how often it was tried; empty before the first time."""
    match item.attempts:
        case 0:
            return ""
        case 1:
            return translate("Outbox", "1 try")
        case count:
            return translate("Outbox", "%n tries", "", count)


def notice(item: OutboxItem, channels: ChannelFaces) -> Notice | None:
    """Return what a person should know about a message; None when all is well."""
    name, channel = channels.name(item.target_kind), item.target_kind != DESKTOP.kind
    match item.state:
        case OutboxState.FAILED:
            return Notice(tone=Tone.BAD, icon="circle-x", title=translate("Outbox", "It was not delivered"),
                          text=item.last_error or translate("Outbox", "Surely nobody got it."),
                          repair=MessageRepair.RESEND, label=translate("Outbox", "Send again"))  # fmt: skip
        case OutboxState.UNKNOWN:
            return _unknown(item, name)
        case OutboxState.PENDING if item.last_error:
            tried = translate("Outbox", "The last try failed; it is tried again by itself")
            waits = translate("Outbox", "It waits, and is sent by itself")
            return Notice(tone=Tone.WARN, icon="clock", title=tried if item.attempts else waits, text=item.last_error,
                          repair=MessageRepair.PLUGINS if channel else MessageRepair.NONE,
                          label=translate("Outbox", "Open plugins…") if channel else "")  # fmt: skip
        case OutboxState.DROPPED:
            return Notice(tone=Tone.MUTED, icon="circle-minus", title=translate("Outbox", "It will not be sent"),
                          text=item.last_error or translate("Outbox", "You dropped it."),
                          repair=MessageRepair.RESEND, label=translate("Outbox", "Send after all"))  # fmt: skip
        case _:
            return None


def _unknown(item: OutboxItem, name: str) -> Notice:
    known = translate("Outbox", "Kata handed it to {channel} and heard nothing back.")
    if item.ask:
        asks = translate("Outbox", "As soon as {channel} is connected it is asked; only then it is sent again.")
    else:
        asks = translate("Outbox", "{channel} cannot be asked: only looking there tells whether it arrived.")
    text = " ".join((known.format(channel=name), asks.format(channel=name), item.last_error)).strip()
    risk = translate("Outbox", "If it did arrive, people see it twice. If it did not, they see it now.")
    return Notice(tone=Tone.WARN, icon="circle-help", title=translate("Outbox", "Nobody knows whether it arrived"),
                  text=text, risk=risk, repair=MessageRepair.RESEND,
                  label=translate("Outbox", "Send again anyway"))  # fmt: skip


def about(item: OutboxItem, when: LocalTime, channels: ChannelFaces) -> str:
    """Return the line below the title of the detail."""
    state = state_words(item, when)
    words = (channels.target(item.target_kind, item.target_address), state, tries_words(item))
    return " · ".join(word for word in words if word)


def facts(item: OutboxItem, when: LocalTime, channels: ChannelFaces, task_name: str) -> list[Fact]:
    """Return the details, only what is known."""
    ahead = item.state is OutboxState.PENDING and item.next_at is not None and item.next_at > when.now
    following = item.next_at if ahead else None
    found = (
        (translate("Outbox", "To"), channels.target(item.target_kind, item.target_address)),
        (translate("Outbox", "About"), _kind_words(item)),
        (translate("Outbox", "Task"), task_name),
        (translate("Outbox", "Queued"), when.moment(item.created_at) if item.created_at else ""),
        (translate("Outbox", "Tries"), tries_words(item) or translate("Outbox", "none yet")),
        (translate("Outbox", "Next try"), when.moment(following) if following else ""),
        (translate("Outbox", "Delivered"), when.moment(item.delivered_at) if item.delivered_at else ""),
        (translate("Outbox", "Parts"), _parts_words(item)),
    )
    return [(name, text) for name, text in found if text]


def _parts_words(item: OutboxItem) -> str:
    if not item.parts_sent or item.state is OutboxState.DELIVERED:
        return ""
    if item.parts_sent == 1:
        return translate("Outbox", "The first part of this long text surely arrived; sending goes on behind it.")
    return translate("Outbox", "%n parts of this long text surely arrived; sending goes on behind them.", "",
                     item.parts_sent)  # fmt: skip


def _kind_words(item: OutboxItem) -> str:
    return {
        NotificationKind.RESULT: translate("Outbox", "the result of a task"),
        NotificationKind.FAILURE: translate("Outbox", "a task that fails"),
        NotificationKind.RECOVERY: translate("Outbox", "a task that works again"),
        NotificationKind.MISSED: translate("Outbox", "what was missed"),
        NotificationKind.ATTENTION: translate("Outbox", "something that needs you"),
        NotificationKind.ANSWER: translate("Outbox", "an answer to somebody who wrote"),
        NotificationKind.TROUBLE: translate("Outbox", "trouble with Kata itself"),
    }[item.kind]


def _short(item: OutboxItem, when: LocalTime) -> str:
    if item.created_at is None:
        return ""
    today = when.day(item.created_at) == when.now.date()
    return when.clock(item.created_at) if today else when.short_day(when.day(item.created_at))
