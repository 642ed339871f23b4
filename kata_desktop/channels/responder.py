"""The visible task that answers a channel's messages: its settings are how the owner sets what answers may do."""

from __future__ import annotations

import json
from datetime import timedelta

from kata_desktop.domain.channel import ConversationKind, InboxItem
from kata_desktop.domain.task import Overlap, RetryPolicy, TaskSpec
from kata_desktop.domain.trigger import Event, EventType

STANDING_INSTRUCTION = "Answer the messages that people write here. Be friendly, helpful and brief."


def principal_of(channel: str) -> str:
    """Who owns the task that answers a channel's messages."""
    return f"channel:{channel}"


def responder_spec(workspace_id: str, channel: str, name: str) -> TaskSpec:
    """The task as it is made when a channel is switched on for the first time; the owner may change all of it."""
    return TaskSpec(
        name=f"Answer messages in {name}",
        prompt=STANDING_INSTRUCTION,
        trigger=Event(type=EventType.CONVERSATION, source=channel),
        workspace_id=workspace_id,
        targets=(),
        retry=RetryPolicy(retries=3, base_delay=timedelta(seconds=15)),
        overlap=Overlap.PARALLEL,
    )


def arguments_of(item: InboxItem, text: str) -> str:
    """What the run that answers a message is given."""
    message = item.message
    return json.dumps(
        {
            "reply": text,
            "to": {"kind": message.channel, "address": message.reply_address},
            "message": item.id,
            "from": {
                "id": message.sender,
                "name": message.sender_name,
                "where": message.conversation_name,
                "kind": message.kind.value,
                "owner": message.kind is ConversationKind.OWN,
            },
        },
        ensure_ascii=False,
    )
