"""The verbs about people who write and what they wrote, for windows, socket and command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from kata_desktop.channels.commands import reset
from kata_desktop.channels.host import ChannelHost
from kata_desktop.channels.scheduler_link import Moves, SchedulerLink
from kata_desktop.domain.channel import InboxItem, InboxState, Sender, SenderState, TargetSuggestion
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.events import InboxChanged, SendersChanged, SessionsChanged
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import conversations, inbox, senders, sessions
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database


class ChannelService:
    """See `control.plugin_services.ChannelVerbs`; works without a connected channel."""

    def __init__(
        self, *, database: Database, bus: EventBus, clock: Clock, link: SchedulerLink, host: ChannelHost
    ) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._link = link
        self._host = host

    async def senders(self, workspace_id: str, channel: str = "") -> list[Sender]:
        """Everybody the owner decided about or who waits, those who wait first; requests that ran out are gone."""
        now = self._clock.now()
        found = await self._database.read(lambda db: senders.listed(db, workspace_id, channel))
        return [
            sender
            for sender in found
            if sender.state is not SenderState.PENDING or sender.expires_at is None or sender.expires_at > now
        ]

    async def allow(self, sender: Sender, *, direct: bool, group: bool) -> Sender:
        """Let somebody write; the message that asked is not processed, they write again.

        Raises `Refused` when neither kind of conversation is named.
        """
        if not direct and not group:
            raise Refused("Nothing was allowed; name direct messages, groups or both, or block the sender.")
        allowed = replace(sender, state=SenderState.ALLOWED, direct=direct, group=group, code="", expires_at=None)
        return await self._decided(allowed)

    async def block(self, sender: Sender) -> Sender:
        """Never answer somebody, and never ask about them again."""
        blocked = replace(sender, state=SenderState.BLOCKED, direct=False, group=False, code="", expires_at=None)
        return await self._decided(blocked)

    async def forget(self, sender: Sender) -> None:
        """As if they had never written."""
        await self._database.write(partial(senders.forget, sender=sender))
        self._tell(sender)

    async def inbox(
        self, workspace_id: str = "", *, states: tuple[InboxState, ...] = (), search: str = "", limit: int = 100,
        offset: int = 0,
    ) -> list[InboxItem]:  # fmt: skip
        """What came in, newest first; all words of `search` are somewhere in it."""
        return await self._database.read(
            lambda db: inbox.listed(db, workspace_id, states=states, search=search, limit=limit, offset=offset)
        )

    async def inbox_counts(self, workspace_id: str, *, search: str = "") -> Mapping[InboxState, int]:
        """How many messages of a workspace with these words are in each state; zeros are left out."""
        return await self._database.read(lambda db: inbox.counts(db, workspace_id, search=search))

    async def targets(self, workspace_id: str) -> list[TargetSuggestion]:
        """Where somebody has written from in a workspace, the last first."""
        return await self._host.targets(workspace_id)

    async def retry(self, inbox_id: str) -> InboxItem:
        """Take on a message that failed or was left out, as if it came in now. Raises NotFound, Refused."""
        now = self._clock.now()

        def work(db: Connection) -> InboxItem:
            before = inbox.get(db, inbox_id)
            if not inbox.reopen(db, inbox_id, now):
                why = {InboxState.RECEIVED: "waits for its turn", InboxState.HANDLED: "was answered already"}
                raise Refused(f"The message {why.get(before.state, 'was taken on already; see its run')}.")
            return inbox.get(db, inbox_id)

        item = await self._database.write(work)
        self._bus.publish(InboxChanged(workspace_id=item.workspace_id, channel=item.message.channel))
        self._host.route(item.workspace_id, item.message.channel)
        return item

    async def reset(self, session_id: str) -> None:
        """Let the conversation of a session begin anew with its next message. Raises NotFound."""
        await self._link.together(partial(_reset, session_id=session_id))

    async def _decided(self, sender: Sender) -> Sender:
        now = self._clock.now()
        await self._database.write(lambda db: senders.put(db, sender, now))
        self._tell(sender)
        return sender

    def _tell(self, sender: Sender) -> None:
        self._bus.publish(SendersChanged(workspace_id=sender.workspace_id, channel=sender.channel))


def _reset(db: Connection, moves: Moves, *, session_id: str) -> None:
    conversation = conversations.of_session(db, session_id)
    if conversation is not None:
        reset(db, moves, conversation)
        return
    session = sessions.get(db, session_id)
    sessions.close(db, session_id)
    moves.tell(SessionsChanged(workspace_id=session.workspace_id, session_id=session_id))
