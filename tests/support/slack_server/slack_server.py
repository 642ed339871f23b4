"""A strict Slack on this computer: Web API, Socket Mode and slash commands, driven by a test."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Self

from aiohttp import web

from tests.support.slack_server.access import APP_TOKEN, BOT_TOKEN, Access
from tests.support.slack_server.commands import Command, ResponseUrls
from tests.support.slack_server.conversation_methods import ConversationMethods
from tests.support.slack_server.journal import Journal
from tests.support.slack_server.message_methods import MessageMethods
from tests.support.slack_server.people_methods import PeopleMethods
from tests.support.slack_server.socket_mode import Envelope, SocketMode, Timing
from tests.support.slack_server.web_api import Fault, FaultKind, WebApi
from tests.support.slack_server.world import APP, BOT_USER, TEAM, World


class SlackServer:
    """Start it, hand `base_url` and the tokens to a client, then act as the people in its workspace.

    Alice (U0ALICE), Bob (U0BOB) and two people called Sam are there, and the channels #general (C0GEN) and #team
    (C0TEAM) with Kata in them, #secret (C0SECRET, private) with Kata, and #elsewhere (C0ELSE) without.
    """

    def __init__(self, timing: Timing | None = None) -> None:
        self.timing = timing or Timing()
        self.journal = Journal()
        self.world = World()
        self.access = Access()
        self.sockets = SocketMode(self.journal, self.timing, self._spawn)
        self.messages = MessageMethods(self.world, self._tell)
        self.responses = ResponseUrls(self.journal)
        self.conversations, people = ConversationMethods(self.world, self.access), PeopleMethods(self.world)
        sockets = {"apps.connections.open": self.sockets.open}
        tables = self.conversations.table, self.messages.table, people.table, sockets
        self.api = WebApi(self.access, self.journal, *tables)
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self._people_the_world()

    def _people_the_world(self) -> None:
        self.world.add_user("U0ALICE", "alice", display_name="Alice")
        self.world.add_user("U0BOB", "bob", display_name="Bob")
        self.world.add_user("U0SAM1", "sam.one", display_name="Sam")
        self.world.add_user("U0SAM2", "sam.two", display_name="Sam")
        everybody = ("U0ALICE", "U0BOB", "U0SAM1", "U0SAM2")
        self.world.add_channel("C0GEN", "general", *everybody, BOT_USER)
        self.world.add_channel("C0TEAM", "team", *everybody, BOT_USER)
        self.world.add_channel("C0SECRET", "secret", "U0ALICE", BOT_USER, private=True)
        self.world.add_channel("C0ELSE", "elsewhere", *everybody)

    async def __aenter__(self) -> Self:
        await self.come_back()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.go_away()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def base_url(self) -> str:
        """For ``KATA_SLACK_BASE_URL``."""
        return f"http://127.0.0.1:{self.port}/api/"

    async def come_back(self) -> None:
        """Listen, at the same port as before."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self.api.answer)
        app.router.add_get("/link", self.sockets.serve)
        app.router.add_post("/commands/{secret}", self.responses.answer)
        self._runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.sockets.address = f"ws://127.0.0.1:{self.port}/link"

    async def go_away(self) -> None:
        """Cut everything and refuse connections."""
        self.sockets.drop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    # People

    def post(self, user: str, channel: str, text: str, *, thread: str = "", **more: Any) -> str:
        """Say something in a channel; returns its timestamp. A mention arrives as two events, as in the real one."""
        message = self.world.say(channel, user, text, thread_ts=thread, **more)
        self._tell(channel, message)
        return str(message["ts"])

    def mention(self, user: str, channel: str, text: str, *, thread: str = "") -> str:
        """Speak to Kata by name."""
        return self.post(user, channel, f"<@{BOT_USER}> {text}", thread=thread)

    def direct(self, user: str, text: str, *, thread: str = "") -> str:
        """Write to Kata alone."""
        return self.post(user, self.world.direct(user).id, text, thread=thread)

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Change a message; the app is told."""
        message = self.world.conversations[channel].find(ts)
        assert message
        message |= {"text": text, "edited": {"user": message["user"], "ts": self.world.next_ts()}}
        event = {"type": "message", "subtype": "message_changed", "channel": channel, "message": message}
        self._event(event | {"ts": self.world.next_ts(), "channel_type": "channel", "hidden": True})

    def invite(self, channel: str) -> None:
        """Take Kata into a channel."""
        self.world.conversations[channel].members.add(BOT_USER)
        event = {"type": "member_joined_channel", "user": BOT_USER, "channel": channel, "channel_type": "C"}
        self._event(event | {"team": TEAM, "event_ts": self.world.next_ts()})

    def command(self, user: str, channel: str, text: str, *, name: str = "/kata", **more: Any) -> Command:
        """Type a slash command; a field of its payload that is given as None is left out."""
        secret, trigger = self.responses.make(), self.world.next_id("trigger.")
        payload = {
            "team_id": TEAM, "team_domain": "acme", "channel_id": channel, "user_id": user, "command": name,
            "channel_name": self.world.conversations[channel].name or "directmessage", "text": text,
            "user_name": self.world.users[user].name, "api_app_id": APP, "is_enterprise_install": "false",
            "response_url": f"http://127.0.0.1:{self.port}/commands/{secret}", "trigger_id": trigger,
        }  # fmt: skip
        payload = {key: value for key, value in (payload | more).items() if value is not None}
        envelope = self.sockets.deliver("slash_commands", payload, accepts_payload=True)
        command = Command(trigger=trigger, envelope=envelope)
        self.responses.bind(secret, command)
        return command

    def press(self, user: str, action: str) -> Envelope:
        """Press a button in a message."""
        payload = {"type": "block_actions", "user": {"id": user}, "actions": [{"action_id": action}]}
        return self.sockets.deliver("interactive", payload, accepts_payload=True)

    def said(self, channel: str) -> list[dict[str, Any]]:
        """What Kata wrote in a conversation."""
        return [one for one in self.world.conversations[channel].messages if one["user"] == BOT_USER]

    # Trouble

    def limit(self, method: str, *, times: int = 1, retry_after: float = 1.0) -> None:
        """Ask for patience at the next calls."""
        self.api.expect(method, Fault(kind=FaultKind.LIMIT, times=times, retry_after=retry_after))

    def refuse(self, method: str, error: str, *, times: int = 1, status: int = 200) -> None:
        """Refuse the next calls."""
        self.api.expect(method, Fault(kind=FaultKind.REFUSE, times=times, error=error, status=status))

    def page(self, method: str, *, times: int = 1, status: int = 503) -> None:
        """Let something before Slack answer the next calls with a page."""
        self.api.expect(method, Fault(kind=FaultKind.PAGE, times=times, status=status))

    def slow(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Answer the next calls late."""
        self.api.expect(method, Fault(kind=FaultKind.SLOW, times=times, retry_after=seconds))

    def swallow(self, method: str, *, times: int = 1) -> None:
        """Do what the next calls ask, and lose the answer."""
        self.api.expect(method, Fault(kind=FaultKind.SWALLOW, times=times))

    def hold(self, method: str) -> None:
        """Do what the next call asks, and leave it without an answer."""
        self.api.expect(method, Fault(kind=FaultKind.HOLD, times=1))

    def cut(self, method: str, *, times: int = 1) -> None:
        """Lose the next calls before anything is done."""
        self.api.expect(method, Fault(kind=FaultKind.BREAK, times=times))

    def revoke(self, error: str = "token_revoked") -> None:
        """End both tokens and whatever is connected."""
        self.access.ended = {BOT_TOKEN: error, APP_TOKEN: error}
        self.sockets.drop()

    # Events

    def _tell(self, channel: str, message: dict[str, Any]) -> None:
        conversation = self.world.conversations[channel]
        if BOT_USER not in conversation.members:
            return
        shown = {key: value for key, value in message.items() if key != "metadata"}
        event = shown | {"channel": channel, "channel_type": conversation.event_type, "event_ts": message["ts"]}
        self._event(event)
        if conversation.kind != "im" and f"<@{BOT_USER}>" in message["text"] and "bot_id" not in message:
            plain = {key: value for key, value in event.items() if key != "channel_type"}
            self._event(plain | {"type": "app_mention"})

    def _event(self, event: dict[str, Any]) -> Envelope:
        return self.sockets.deliver("events_api", self.wrap(event))

    def wrap(self, event: dict[str, Any]) -> dict[str, Any]:
        """An event in the wrapping that the Events API gives it."""
        authorizations = [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}]
        return {
            "type": "event_callback", "team_id": TEAM, "api_app_id": APP, "event": event,
            "event_id": self.world.next_id("Ev"), "event_time": int(float(event.get("event_ts", event.get("ts", 0)))),
            "authorizations": authorizations,
        }  # fmt: skip

    def again(self, channel: str, ts: str) -> None:
        """Deliver a message's events once more, as if they had never been acknowledged."""
        message = self.world.conversations[channel].find(ts)
        assert message
        self._tell(channel, message)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name="local Slack")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
