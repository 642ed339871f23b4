"""Who and what the ids of a Slack workspace stand for, and back; asked once, remembered for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kata_desktop.builtin.slack.errors import SlackRefusal, SlackUnreachable
from kata_desktop.domain.notification import DeliveryError

if TYPE_CHECKING:
    from kata_desktop.builtin.slack.client import SlackClient

_HOLDS = 600.0
"""Seconds that a list of names is believed."""
_PATIENCE = 1.0
"""Seconds that a message may wait for a name: it has to be acknowledged within three."""
_SPARED = 30.0
"""Seconds in which no name is asked for after one did not come in time: each message would wait for its own."""
_MOST_PAGES = 50


class Directory:
    """Names of people and channels."""

    def __init__(self, client: SlackClient, monotonic: Callable[[], float]) -> None:
        self._client = client
        self._monotonic = monotonic
        self._names: dict[str, str] = {}
        """By id; empty where Slack refuses to say it."""
        self._spared_until = 0.0
        self._direct: dict[str, str] = {}
        self._lists: dict[str, tuple[float, dict[str, set[str]]]] = {}

    async def person(self, user: str) -> str:
        """What people call somebody; empty when Slack does not say it quickly."""
        return await self._name(user, "users.info", "user", _called)

    async def channel(self, conversation: str) -> str:
        """The name of a channel with its ``#``; empty for direct conversations."""
        if conversation.startswith("D"):
            return ""
        return await self._name(conversation, "conversations.info", "channel", _hashed)

    async def _name(self, ident: str, method: str, key: str, read: Callable[[Mapping[str, Any]], str]) -> str:
        if ident in self._names or self._monotonic() < self._spared_until:
            return self._names.get(ident, "")
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._client.call(method, **{key: ident})
        except (SlackUnreachable, TimeoutError):
            self._spared_until = self._monotonic() + _SPARED
            return ""
        except SlackRefusal as error:
            if error.passes:
                return ""
            answer = {}
        self._names[ident] = read(answer.get(key) or {})
        return self._names[ident]

    async def direct(self, user: str) -> str:
        """The direct conversation with somebody, opened if need be. Raises `SlackRefusal`, `SlackUnreachable`."""
        if user not in self._direct:
            answer = await self._client.call("conversations.open", users=user)
            self._direct[user] = str(answer["channel"]["id"])
        return self._direct[user]

    async def find(self, name: str) -> str:
        """The conversation that ``#channel`` or ``@person`` stands for; a person's direct one is opened.

        Raises:
            DeliveryError: nobody has that name, or several.
            SlackRefusal, SlackUnreachable: Slack could not be asked.
        """
        wanted = name[1:].strip().casefold()
        read = self._people if name.startswith("@") else self._channels
        found = (await self._listed(name[0], read)).get(wanted, set())
        if not found:  # it may be new
            found = (await self._listed(name[0], read, anew=True)).get(wanted, set())
        match sorted(found):
            case []:
                hint = "" if name.startswith("@") else ", or invite Kata there with /invite @kata"
                raise DeliveryError(
                    f"Slack has no {name} that Kata can see; check the spelling{hint}.", retryable=False
                )
            case [ident]:
                return await self.direct(ident) if name.startswith("@") else ident
            case several:
                ids = ", ".join(several)
                raise DeliveryError(f"{name} could be any of {ids} in Slack; use the id instead.", retryable=False)

    async def _listed(self, kind: str, read: Callable[[], Any], *, anew: bool = False) -> dict[str, set[str]]:
        now = self._monotonic()
        at, names = self._lists.get(kind, (-_HOLDS, {}))
        if now - at >= (30.0 if anew else _HOLDS):
            names = await read()
            self._lists[kind] = (now, names)
        return names

    async def _channels(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = {}
        rows = self._client.rows(
            "conversations.list", "channels", most_pages=_MOST_PAGES, types="public_channel,private_channel",
            exclude_archived=True,
        )  # fmt: skip
        async for row in rows:
            names.setdefault(str(row.get("name", "")).casefold(), set()).add(str(row["id"]))
        return names

    async def _people(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = {}
        async for row in self._client.rows("users.list", "members", most_pages=_MOST_PAGES):
            if row.get("deleted") or row.get("is_bot") or row.get("id") == "USLACKBOT":
                continue
            profile = row.get("profile") or {}
            for called in {row.get("name"), profile.get("display_name"), profile.get("real_name")} - {None, ""}:
                names.setdefault(str(called).casefold(), set()).add(str(row["id"]))
        return names


def _called(user: Mapping[str, Any]) -> str:
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or profile.get("real_name") or user.get("name") or "")


def _hashed(channel: Mapping[str, Any]) -> str:
    return f"#{channel['name']}" if channel.get("name") else ""
