"""A strict local Bot API, written from its published description: it refuses whatever Telegram would refuse, sends
again what was not confirmed, and tells every oddity in `violations`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

from aiohttp import web

from tests.support.telegram_html import shown_text
from tests.support.telegram_rules import (
    ALICE,
    BOB,
    BOT_ID,
    BOT_NAME,
    FORUM,
    GROUP,
    NOW,
    PARAMETERS,
    TOKEN,
    Parameters,
    Refusal,
    person,
    read_value,
)


@dataclass(kw_only=True)
class TelegramServer:
    """Telegram with two people, a group and a forum."""

    token: str = TOKEN
    said: list[dict[str, Any]] = field(default_factory=list)
    """What the bot said, oldest first."""
    reactions: list[tuple[int, int, str]] = field(default_factory=list)
    actions: list[tuple[int, str]] = field(default_factory=list)
    calls: list[tuple[str, Parameters]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    webhook: bool = False
    refuse: list[tuple[str, Refusal | None]] = field(default_factory=list)
    """Methods with how their next calls are refused; None lets one pass."""
    lose: list[tuple[str, bool]] = field(default_factory=list)
    """Methods whose next call gets no answer, and whether it is carried out."""
    stall: str = ""
    """A method that is carried out and never answers."""
    moved: dict[int, int] = field(default_factory=dict)
    """Groups that became bigger ones."""
    port: int = 0
    _pending: list[dict[str, Any]] = field(default_factory=list)
    _polls: int = 0
    _new: asyncio.Condition = field(default_factory=asyncio.Condition)
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _update_numbers: count[int] = field(default_factory=lambda: count(700))
    _runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def unconfirmed(self) -> list[int]:
        """Updates that would be sent again."""
        return [update["update_id"] for update in self._pending]

    async def __aenter__(self) -> Self:
        await self.come_back()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.go_away()

    async def come_back(self) -> None:
        """Listen, at the same place as before."""
        application = web.Application()
        application.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def go_away(self) -> None:
        """Nothing listens any more."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # -- people

    async def write(
        self, who: int, text: str, *, chat: int = 0, others: Mapping[str, object] | None = None, **fields: object
    ) -> int:
        """Somebody writes, to the bot or in a chat; returns the message's number. `others` replace what is there."""
        number = next(self._numbers)
        known = {"message_id": number, "date": NOW + number, "chat": self._chat(chat or who), "from": person(who)}
        message: dict[str, object] = {**known, **fields, **(others or {})}
        if text:
            message["text"] = text
        await self.happen({"message": message})
        return number

    async def happen(self, update: Mapping[str, object]) -> None:
        """Any update."""
        async with self._new:
            self._pending.append({"update_id": next(self._update_numbers), **update})
            self._new.notify_all()

    def to(self, chat: int) -> list[str]:
        """The texts that the bot said somewhere, as people see them."""
        return [str(message["shown"]) for message in self.said if message["chat_id"] == chat]

    def _chat(self, chat: int) -> dict[str, object]:
        if chat > 0:
            return {"id": chat, "type": "private", "first_name": person(chat)["first_name"]}
        forum = {"is_forum": True} if chat == FORUM else {}
        return {"id": chat, "type": "supergroup", "title": "Forum" if forum else "Team", **forum}

    # -- the API

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            self._check_token(request.match_info["token"])
            parameters = self._parameters(method, dict(await request.post()))
            self.calls.append((method, parameters))
            self._planned(method)
            lost = next((each for each in self.lose if each[0] == method), None)
            if lost is not None:
                self.lose.remove(lost)
            result: object = None
            if lost is None or lost[1]:
                result = await _METHODS[method](self, parameters)
            if lost is not None:
                assert request.transport
                request.transport.abort()
                return web.Response()
            if method == self.stall:
                await asyncio.sleep(3600)
        except Refusal as error:
            told: dict[str, object] = {"ok": False, "error_code": error.code, "description": str(error)}
            if error.parameters:
                told["parameters"] = error.parameters
            return web.json_response(told, status=error.code)
        return web.json_response({"ok": True, "result": result})

    def _check_token(self, token: str) -> None:
        if not re.fullmatch(r"\d+:[\w-]{20,}", token):
            raise Refusal(404, "Not Found")
        if token != self.token:
            raise Refusal(401, "Unauthorized")

    def _parameters(self, method: str, form: Mapping[str, object]) -> Parameters:
        if method not in PARAMETERS:
            self.violations.append(f"unknown method {method}")
            raise Refusal(404, "Not Found: method not found")
        needed, allowed = PARAMETERS[method]
        if unknown := set(form) - needed - allowed:
            self.violations.append(f"{method} has no {sorted(unknown)}")
        for name in sorted(needed):
            if not form.get(name):
                raise Refusal(400, f"Bad Request: {name if name != 'text' else 'message text'} is empty")
        return {name: read_value(str(value)) if name != "text" else str(value) for name, value in form.items()}

    def _planned(self, method: str) -> None:
        plan = next((each for each in self.refuse if each[0] == method), None)
        if plan is not None:
            self.refuse.remove(plan)
            if plan[1] is not None:
                raise plan[1]

    async def _me(self, _: Parameters) -> object:
        return {"id": BOT_ID, "is_bot": True, "first_name": "Kata", "username": BOT_NAME}

    async def _updates(self, asked: Parameters) -> object:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
        offset, allowed = asked.get("offset", 0), asked.get("allowed_updates") or []
        if asked.get("limit", 100) not in range(1, 101):
            self.violations.append("limit")
        async with self._new:
            self._pending = [update for update in self._pending if update["update_id"] >= offset]
            self._polls += 1
            mine = self._polls
            self._new.notify_all()
            try:
                async with asyncio.timeout(float(asked.get("timeout", 0))):
                    await self._new.wait_for(lambda: self._wanted(allowed) or self._polls != mine)
            except TimeoutError:
                return []
        if self._polls != mine:
            raise Refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance"
                          " is running")  # fmt: skip
        return self._wanted(allowed)[:100]

    def _wanted(self, allowed: list[str]) -> list[dict[str, Any]]:
        return [update for update in self._pending if not allowed or set(update) & set(allowed)]

    def _place(self, chat: object) -> int:
        if chat == "@publicgroup":
            return GROUP
        if chat in self.moved:
            sentence = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, sentence, migrate_to_chat_id=self.moved[int(str(chat))])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat not in (ALICE, BOB, GROUP, FORUM, *self.moved.values()):
            raise Refusal(400, "Bad Request: chat not found")
        return int(str(chat))

    async def _send(self, asked: Parameters) -> object:
        chat, text = self._place(asked["chat_id"]), str(asked["text"])
        try:
            shown = shown_text(text) if asked.get("parse_mode") == "HTML" else text
        except ValueError as error:
            raise Refusal(400, f"Bad Request: can't parse entities: {error}") from error
        if not shown.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(shown.encode("utf-16-le")) // 2 > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        number = next(self._numbers)
        self.said.append({**asked, "chat_id": chat, "shown": shown, "message_id": number})
        return {"message_id": number, "date": NOW + number, "chat": self._chat(chat), "text": shown}

    async def _act(self, asked: Parameters) -> object:
        self.actions.append((self._place(asked["chat_id"]), str(asked["action"])))
        return True

    async def _react(self, asked: Parameters) -> object:
        emoji = "".join(each["emoji"] for each in asked.get("reaction") or ())
        if emoji not in ("", "👀", "👍"):
            raise Refusal(400, "Bad Request: REACTION_INVALID")
        self.reactions.append((self._place(asked["chat_id"]), int(asked["message_id"]), emoji))
        return True


_METHODS: dict[str, Callable[[TelegramServer, Parameters], Awaitable[object]]] = {
    "getMe": TelegramServer._me,
    "getUpdates": TelegramServer._updates,
    "sendMessage": TelegramServer._send,
    "sendChatAction": TelegramServer._act,
    "setMessageReaction": TelegramServer._react,
}
