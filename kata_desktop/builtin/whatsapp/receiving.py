"""From what the linked device tells to the message that Kata takes on."""

from __future__ import annotations

from dataclasses import dataclass

from kata_desktop.builtin.whatsapp.numbers import OWN_CHAT, stable_id
from kata_desktop.builtin.whatsapp.sent import MARK, SentBook
from kata_desktop.builtin.whatsapp.settings import WhatsAppSettings
from kata_desktop.builtin.whatsapp.wire import Came, Online
from kata_desktop.domain.channel import Attachment, ConversationKind, Message, written_at

CHANNEL = "whatsapp"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads for one account."""

    me: Online
    settings: WhatsAppSettings
    sent: SentBook

    async def message(self, came: Came) -> Message | None:
        """The message; None when it is an echo of Kata's own, or nobody's."""
        if came.is_own and (not self.settings.own_chat or await self.sent.is_echo(came, self.me)):
            return None
        sender = stable_id(came.phone, came.lid, self.settings.named)
        if not sender:
            return None
        kind = _kind(came)
        conversation = OWN_CHAT if came.is_own else came.chat if came.is_group else sender
        return Message(
            id=f"{came.chat}/{came.id}" if came.is_group else came.id,
            channel=CHANNEL,
            account=account_of(self.me),
            sender=sender,
            sender_name=came.name,
            conversation=conversation,
            conversation_name=_conversation_name(came),
            kind=kind,
            text=came.text.removesuffix(MARK),
            mentioned=kind is not ConversationKind.GROUP or came.mentioned or await self.sent.has(came.quotes),
            at=written_at(came.at),
            attachments=tuple(
                Attachment(name=file.name, media_type=file.media_type, size=file.size or None) for file in came.files
            ),
            reply_address=conversation,
        )


def account_of(me: Online) -> str:
    """The stable id of the account."""
    return f"+{me.phone}"


def _kind(came: Came) -> ConversationKind:
    if came.is_group:
        return ConversationKind.GROUP
    return ConversationKind.OWN if came.is_own else ConversationKind.DIRECT


def _conversation_name(came: Came) -> str:
    if came.is_own:
        return "Yourself"
    return came.chat_name if came.is_group else came.name
