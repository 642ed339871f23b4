"""Words with a slash that Kata answers itself, without a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from kata_desktop.channels.scheduler_link import Moves
from kata_desktop.domain.channel import ConversationKind, InboxItem
from kata_desktop.domain.events import SessionsChanged
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.listing import TaskQuery
from kata_desktop.domain.run import RunState
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.store import conversations, listing, runs, sessions
from kata_desktop.store.connection import Connection

MOST_TASKS = 20
_WORD = re.compile(r"/([a-z]+)(?:@\S+)?\s*", re.IGNORECASE)
"""A command alone in its message; some channels put the name of the bot behind it."""


class Command(StrEnum):
    """What people may ask for with a slash."""

    NEW = "new"
    """Begin a new conversation here."""
    RESET = "reset"
    """The same."""
    STOP = "stop"
    """Stop what is being worked on here."""
    STATUS = "status"
    """Say what goes on here."""
    TASKS = "tasks"
    """List the workspace's tasks; not in groups, where others read along."""
    HELP = "help"
    """Say what can be asked for."""


_HELP = (
    "{0}new – begin a new conversation ({0}reset does the same)\n"
    "{0}stop – stop what I am working on here\n"
    "{0}status – what goes on here\n"
    "{0}tasks – the tasks of this workspace, in direct messages\n"
    "{0}help – this list\n\n"
    "Everything else is a message to me."
)
"""To be filled with what people type before a command's word."""


def read_command(text: str) -> Command | str | None:
    """The command in a text; the word itself when it looks like one and is none; None for everything else."""
    found = _WORD.fullmatch(text.strip())
    if found is None:
        return None
    word = found[1].lower()
    return Command(word) if word in set(Command) else word


@dataclass(frozen=True, kw_only=True, slots=True)
class Here:
    """What an answer to a command needs to know of its moment and its channel."""

    now: datetime
    zone: str
    channel_name: str
    typed_before: str
    """What people type before a command's word; see `ChannelTraits.commands`."""

    @property
    def help(self) -> str:
        """What can be asked for, in the words that can be typed here."""
        return _HELP.format(self.typed_before)


def answer(db: Connection, moves: Moves, item: InboxItem, command: Command | str, here: Here) -> str:
    """Do what a command asks for, inside a transaction; returns what to say."""
    match command:
        case Command.NEW | Command.RESET:
            return _begin_anew(db, moves, item)
        case Command.STOP:
            return _stop(db, moves, item, here)
        case Command.STATUS:
            return _status(db, item)
        case Command.TASKS:
            return _tasks(db, item, here)
        case Command.HELP:
            return here.help
        case str():
            return f"I do not know /{command}.\n\n{here.help}"
        case _:
            assert_never(command)


def _begin_anew(db: Connection, moves: Moves, item: InboxItem) -> str:
    conversation = conversations.find(db, item.workspace_id, item.message)
    if conversation is not None:
        reset(db, moves, conversation)
    return "We begin anew. What was said before is kept, and I no longer think of it."


def reset(db: Connection, moves: Moves, conversation: conversations.Conversation) -> None:
    """Let a conversation go on in a new session; the one until now stays readable."""
    conversations.reset(db, conversation, new_id("ses"))
    sessions.close(db, conversation.session_id)
    moves.tell(SessionsChanged(workspace_id=conversation.workspace_id, session_id=conversation.session_id))


def _stop(db: Connection, moves: Moves, item: InboxItem, here: Here) -> str:
    who = item.message.sender_name or item.message.sender
    conversation = conversations.find(db, item.workspace_id, item.message)
    going = runs.open_of_session(db, conversation.session_id) if conversation is not None else []
    for run in going:
        moves.stop(run, f"{who} stopped it with /stop in {here.channel_name}.")
    return "Stopped." if going else "Nothing is going on here."


def _status(db: Connection, item: InboxItem) -> str:
    conversation = conversations.find(db, item.workspace_id, item.message)
    going = runs.open_of_session(db, conversation.session_id) if conversation is not None else []
    working = sum(run.state is RunState.RUNNING for run in going)
    if not going:
        return "I am here, and nothing is going on in this conversation."
    waiting = len(going) - working
    parts = ["I am working on an answer" if working else "Nothing is being worked on"]
    parts += [f"{waiting} more message{'s wait' if waiting > 1 else ' waits'}"] if waiting else []
    return f"{' and '.join(parts)} in this conversation."


def _tasks(db: Connection, item: InboxItem, here: Here) -> str:
    if item.message.kind is ConversationKind.GROUP:
        return "Others read along here; ask me for the tasks in a direct message."
    rows = listing.task_rows(db, TaskQuery(workspace_id=item.workspace_id))
    lines = [_line(row.task, here) for row in rows[:MOST_TASKS]]
    more = [f"… and {len(rows) - MOST_TASKS} more"] if len(rows) > MOST_TASKS else []
    return "\n".join(lines + more) or "There are no tasks in this workspace."


def _line(task: Task, at: Here) -> str:
    if task.state is TaskState.PAUSED:
        return f"- {task.spec.name}: paused"
    if task.next_slot is None:
        return f"- {task.spec.name}"
    local, here = task.next_slot.astimezone(ZoneInfo(at.zone)), at.now.astimezone(ZoneInfo(at.zone))
    when = f"{local:%H:%M}" if local.date() == here.date() else f"{local:%a} {local.day} {local:%b %H:%M}"
    return f"- {task.spec.name}: next {when}"
