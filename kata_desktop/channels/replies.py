"""What Kata itself says to people who write, and to its owner about them; everything goes through the outbox."""

from __future__ import annotations

from kata_desktop.channels.policy import AskToPair
from kata_desktop.domain.channel import InboxItem
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.notification import ABOUT_PEOPLE, NotificationKind, OutboxItem
from kata_desktop.domain.task import DESKTOP


def reply_to(item: InboxItem, key: str, text: str, *, title: str) -> OutboxItem:
    """A message back to where another one was written; `title` is for the outbox's list alone."""
    message = item.message
    return OutboxItem(
        id=new_id("msg"),
        key=key,
        kind=NotificationKind.ANSWER,
        target_kind=message.channel,
        target_address=message.reply_address,
        title=title,
        body=text,
        workspace_id=item.workspace_id,
    )


def pairing_code(item: InboxItem, asked: AskToPair) -> OutboxItem:
    """The code that a stranger is told, once for each request."""
    text = (
        f"I do not know you yet. Your code is {asked.code}; tell it to whoever runs Kata here, who can let you in "
        "within the hour. I have not read your message; please write again then."
    )
    return reply_to(item, f"{ABOUT_PEOPLE}{_who(item)}:{asked.code}", text, title="Pairing code")


def pairing_notice(item: InboxItem, asked: AskToPair, channel_name: str) -> OutboxItem:
    """What the owner is told about a stranger; once a day for each, however often they ask."""
    message = item.message
    who = f"“{message.sender_name}” ({message.sender})" if message.sender_name else message.sender
    return OutboxItem(
        id=new_id("msg"),
        key=f"{ABOUT_PEOPLE}{_who(item)}:owner:{asked.expires_at:%Y%m%d}",
        kind=NotificationKind.ATTENTION,
        target_kind=DESKTOP.kind,
        title=f"Somebody wants to write to Kata in {channel_name}",
        body=f"{who} was told the code {asked.code}. Allow or block them under Plugins; without you nothing happens.",
        workspace_id=item.workspace_id,
    )


def _who(item: InboxItem) -> str:
    message = item.message
    return f"{item.workspace_id}:{message.channel}:{message.account}:{message.sender}"
