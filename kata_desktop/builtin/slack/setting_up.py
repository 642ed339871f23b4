"""The steps of setting Slack up, for a wizard and the command line alike: the app's manifest, tests, channels."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kata_desktop.builtin.slack.account import open_client
from kata_desktop.builtin.slack.addresses import parse_address
from kata_desktop.builtin.slack.directory import Directory
from kata_desktop.builtin.slack.errors import SlackRefusal, SlackUnreachable, channel_error
from kata_desktop.builtin.slack.settings import SlackSettings
from kata_desktop.plugins.sdk import ChannelError, ClockView, DeliveryError

if TYPE_CHECKING:
    from kata_desktop.builtin.slack.client import SlackClient

NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_json="
TEST_MESSAGE = "Hello from Kata Desktop: messages arrive here."
_MOST_CHANNELS = 2000


def app_manifest() -> str:
    """The manifest to paste at api.slack.com/apps under *Create New App*, *From a manifest*; JSON."""
    return files("kata_desktop.builtin.slack").joinpath("app_manifest.json").read_text(encoding="utf-8")


def new_app_address() -> str:
    """A web address that opens Slack's form for a new app with the manifest filled in."""
    return NEW_APP + quote(json.dumps(json.loads(app_manifest()), separators=(",", ":")), safe="")


def wanted_scopes() -> frozenset[str]:
    """The permissions that the manifest asks for."""
    manifest: dict[str, Any] = json.loads(app_manifest())
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])


async def check_connection(settings: SlackSettings) -> str:
    """Try both tokens; returns what to tell the person. Raises `ChannelError`."""
    async with _client(settings) as client:
        who, scopes = await client.whoami()
        await client.socket_address()
        bot_app = await _app_of_bot(client, str(who.get("bot_id", "")))
    token_app = _app_in(settings.app_token)
    if bot_app and token_app and bot_app != token_app:
        return (
            f"The tokens belong to two different apps ({bot_app} and {token_app}), so messages would never arrive; "
            "take both from the same app."
        )
    told = f"Both tokens work: @{who.get('user')} in {who.get('team')}."
    if scopes and (missing := sorted(wanted_scopes() - scopes)):
        return f"{told} The app lacks {_listed(missing)}; paste the app manifest again and reinstall the app in Slack."
    return f"{told} All permissions are there."


async def _app_of_bot(client: SlackClient, bot: str) -> str:
    try:
        answer = await client.call("bots.info", bot=bot)
    except SlackRefusal:  # without users:read; that one is named among the missing permissions
        return ""
    return str((answer.get("bot") or {}).get("app_id") or "")


def _app_in(app_token: str) -> str:
    """The app's id, which Slack's app tokens carry in the open: ``xapp-1-A0123-…``; empty where this one does not."""
    parts = app_token.split("-")
    return parts[2] if len(parts) > 3 and parts[2].startswith("A") else ""


async def list_channels(settings: SlackSettings) -> str:
    """The channels by name, one a line, those that Kata is in first. Raises `ChannelError`."""
    async with _client(settings) as client:
        rows = client.rows(
            "conversations.list", "channels", most_pages=_MOST_CHANNELS // 200, types="public_channel,private_channel",
            exclude_archived=True,
        )  # fmt: skip
        found = [(not row.get("is_member"), str(row.get("name", ""))) async for row in rows]
    if not found:
        return "Kata sees no channels; invite it to one in Slack with /invite @kata."
    lines = [f"#{name}" if not outside else f"#{name} (invite Kata first)" for outside, name in sorted(found)]
    return "\n".join(lines)


async def send_test_message(settings: SlackSettings, address: str, clock: ClockView) -> str:
    """Write a test message; returns what to tell the person. Raises `ChannelError`, `DeliveryError`."""
    if not address.strip():
        raise ChannelError("There is no place for test messages yet; choose a channel in the settings.", needs="set-up")
    target = parse_address(address)
    async with _client(settings) as client:
        directory = Directory(client, clock.monotonic)
        conversation = target.conversation
        if target.person:
            conversation = await directory.direct(target.person)
        elif target.name:
            conversation = await directory.find(target.name)
        try:
            await client.call("chat.postMessage", channel=conversation, text=TEST_MESSAGE)
        except SlackRefusal as error:
            raise DeliveryError(error.sentence, retryable=False) from error
    return f"The test message is in {address.strip()}."


@asynccontextmanager
async def _client(settings: SlackSettings) -> AsyncIterator[SlackClient]:
    client = await open_client(settings)
    try:
        yield client
    except (SlackRefusal, SlackUnreachable) as error:
        raise channel_error(error) from error
    finally:
        await client.close()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
