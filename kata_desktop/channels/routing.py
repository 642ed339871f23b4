"""What becomes of a message that came in: ignored, answered with a word of our own, or taken on by a run.

A message, its new state and whatever follows from it change in one transaction: it is never lost and never taken on
twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from kata_desktop.channels import flood, policy, replies
from kata_desktop.channels.adapter import ChannelTraits
from kata_desktop.channels.commands import Here, answer, read_command
from kata_desktop.channels.responder import arguments_of, principal_of, responder_spec
from kata_desktop.channels.scheduler_link import Moves
from kata_desktop.domain.channel import ChannelRules, InboxItem, InboxState, Message, Sender, SenderState
from kata_desktop.domain.events import InboxChanged, SendersChanged, SessionsChanged
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.session import title_from
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.domain.trigger import EventType
from kata_desktop.store import conversations, inbox, runs, senders, sessions
from kata_desktop.store.connection import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """What a decision about messages needs to know of its channel and its moment."""

    workspace_id: str
    traits: ChannelTraits
    rules: ChannelRules
    now: datetime
    zone: str


def responder(moves: Moves, workspace_id: str, traits: ChannelTraits) -> Task:
    """The visible task that answers a channel's messages in a workspace, made when there is none yet."""
    spec = responder_spec(workspace_id, traits.id, traits.name)
    return moves.declare(spec, principal=principal_of(traits.id), owner_key=workspace_id)


def decide(db: Connection, moves: Moves, item: InboxItem, at: Situation) -> None:
    """Decide about one message, inside a transaction. Raises `Refused` when it cannot be taken on now."""
    fresh = inbox.find(db, item.id)
    if fresh is None or fresh.state is not InboxState.RECEIVED:
        return
    moves.tell(InboxChanged(workspace_id=at.workspace_id, channel=fresh.message.channel))
    match _verdict(db, fresh.message, at):
        case policy.Ignore(reason=reason):
            inbox.settle(db, fresh.id, InboxState.IGNORED, reason=reason)
        case policy.AskToPair() as asked:
            _pair(db, moves, fresh, asked, at)
        case policy.Allow():
            _allowed(db, moves, fresh, at)
        case verdict:
            assert_never(verdict)


def _verdict(db: Connection, message: Message, at: Situation) -> policy.Verdict:
    who = (at.workspace_id, message.channel, message.account)
    circumstances = policy.Circumstances(
        rules=at.rules,
        sender=senders.find(db, *who, message.sender),
        pending=senders.pending(db, *who, at.now),
        allow_list_only=at.traits.allow_list_only,
        now=at.now,
    )
    return policy.judge(message, circumstances)


def _pair(db: Connection, moves: Moves, item: InboxItem, asked: policy.AskToPair, at: Situation) -> None:
    """Tell the stranger a code and the owner about the stranger; the message itself is not processed."""
    message = item.message
    stranger = Sender(
        workspace_id=at.workspace_id,
        channel=message.channel,
        account=message.account,
        id=message.sender,
        name=message.sender_name,
        state=SenderState.PENDING,
        code=asked.code,
        expires_at=asked.expires_at,
    )
    senders.put(db, stranger, at.now)
    moves.queue(replies.pairing_code(item, asked))
    moves.queue(replies.pairing_notice(item, asked, at.traits.name))
    moves.tell(SendersChanged(workspace_id=at.workspace_id, channel=message.channel))
    inbox.settle(db, item.id, InboxState.IGNORED, reason="Its sender was told a code and waits for your decision.")


def _allowed(db: Connection, moves: Moves, item: InboxItem, at: Situation) -> None:
    message = item.message
    too_much = flood.too_long(message.text) or flood.too_fast(_pace(db, item, at))
    if too_much is None:
        kind = EventType.CHANNEL_MESSAGE.value
        moves.emit(kind, source=message.channel, value=message.text, workspace_id=at.workspace_id)
    if why := policy.not_for_us(message, at.rules):
        inbox.settle(db, item.id, InboxState.IGNORED, reason=why)
    elif too_much is not None:
        _leave_out(db, moves, item, too_much, at)
    elif (command := read_command(message.text)) is not None:
        here = Here(now=at.now, zone=at.zone, channel_name=at.traits.name, typed_before=at.traits.commands)
        said = answer(db, moves, item, command, here)
        moves.queue(replies.reply_to(item, f"{item.id}:command", said, title=f"Answer to /{command}"))
        inbox.settle(db, item.id, InboxState.HANDLED)
    else:
        _take_on(db, moves, item, at)


def _pace(db: Connection, item: InboxItem, at: Situation) -> int:
    """How fast the sender writes: what was fetched after a lost connection came in at once, but was not written so."""
    received = item.received_at or at.now
    came = inbox.received_between(db, item, received - flood.MINUTE)
    if came <= flood.MOST_A_MINUTE:
        return came
    return min(came, inbox.written_between(db, item, item.message.at - flood.MINUTE, received - flood.MINUTE))


def _take_on(db: Connection, moves: Moves, item: InboxItem, at: Situation) -> None:
    """Start the run that answers."""
    task, text = responder(moves, at.workspace_id, at.traits), _text_of(item.message)
    if why := _why_not(task, item, text, at):
        inbox.settle(db, item.id, InboxState.IGNORED, reason=why)
        return
    if (too_much := flood.too_many(runs.open_count(db, task.id))) is not None:
        _leave_out(db, moves, item, too_much, at)
        return
    conversation = conversations.heard(db, at.workspace_id, item.message, new_id("ses"), at.now)
    session_id = conversation.session_id
    sessions.begin(db, session_id, at.workspace_id, task.id, title_from(text), at.now)
    run = moves.start(task, arguments=arguments_of(item, text), session_id=session_id)
    moves.tell(SessionsChanged(workspace_id=at.workspace_id, session_id=session_id))
    inbox.settle(db, item.id, InboxState.QUEUED, run_id=run.id)


def _why_not(task: Task, item: InboxItem, text: str, at: Situation) -> str:
    if task.unreadable:
        return task.unreadable
    if task.state is not TaskState.ACTIVE:
        return f"“{task.spec.name}” is switched off."
    if not text:
        return "There is no text in it."
    if at.now - item.message.at > task.spec.window:
        return f"It was written more than {task.spec.window.days} days before Kata could read it."
    return ""


def _leave_out(db: Connection, moves: Moves, item: InboxItem, too_much: flood.TooMuch, at: Situation) -> None:
    """Keep it, and say so once a minute at most."""
    message = item.message
    key = f"flood:{at.workspace_id}:{message.channel}:{message.account}:{message.sender}:{flood.minute_of(at.now)}"
    moves.queue(replies.reply_to(item, key, too_much.notice, title="Too much to answer"))
    inbox.settle(db, item.id, InboxState.IGNORED, reason=too_much.reason)


def _text_of(message: Message) -> str:
    """The text, with what is known about files that came along."""
    names = [", ".join(part for part in (file.name, file.media_type) if part) for file in message.attachments]
    files = "\n".join(f"(Attached, and not fetched: {name})" for name in names if name)
    return "\n\n".join(part for part in (message.text.strip(), files) if part)
