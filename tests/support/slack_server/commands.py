"""Slash commands and the addresses where they are answered."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.slack_server.journal import Journal
from tests.support.slack_server.socket_mode import Envelope

MOST_ANSWERS = 5


@dataclass(kw_only=True)
class Command:
    """One slash command as its writer sees it."""

    trigger: str
    envelope: Envelope
    answers: list[dict[str, Any]] = field(default_factory=list)
    """What was posted to its address."""
    expired: bool = False
    """Its half hour is over."""

    @property
    def acknowledged(self) -> bool:
        """False is what the writer sees as "operation_timeout"."""
        return self.envelope.acknowledged.is_set()


class ResponseUrls:
    """Takes posts to ``/commands/<secret>``."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._commands: dict[str, Command] = {}
        self.breaking = 0
        """How many posts are taken whose answer gets lost."""
        self.refusals: list[web.Response] = []
        """What the next posts are answered with instead of being taken."""

    def make(self) -> str:
        """The last part of a new address."""
        return secrets.token_urlsafe(18)

    def bind(self, secret: str, command: Command) -> None:
        """From now on the address answers that command."""
        self._commands[secret] = command

    async def answer(self, request: web.Request) -> web.Response:
        """One post, refused as Slack refuses it."""
        if self.refusals:
            return self.refusals.pop(0)
        command = self._commands.get(request.match_info["secret"])
        if command is None:
            return self._refused(404, "no_service")
        if command.expired or len(command.answers) >= MOST_ANSWERS:
            return self._refused(404, "expired_url" if command.expired else "used_url")
        body = await _answer_in(request)
        if body is None:
            return self._refused(400, "invalid_payload")
        command.answers.append(body)
        self._journal.note("answered", "command", **body)
        if self.breaking:
            self.breaking -= 1
            assert request.transport
            request.transport.abort()
        return web.Response(text="ok")

    def _refused(self, status: int, error: str) -> web.Response:
        self._journal.note("refused", "response_url", error=error)
        return web.Response(status=status, text=error)


async def _answer_in(request: web.Request) -> dict[str, Any] | None:
    try:
        body = json.loads(await request.text())
        good = request.content_type == "application/json" and isinstance(body["text"], str) and bool(body["text"])
    except (ValueError, KeyError, TypeError):
        return None
    return body if good and body.get("response_type", "ephemeral") in ("ephemeral", "in_channel") else None
