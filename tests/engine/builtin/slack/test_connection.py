"""Connections that end, and what was said meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from kata_desktop.store.database import Database
from tests.engine.builtin.slack.conftest import reconnected
from tests.support.eventually import eventually
from tests.support.slack_channel import ALL_TOKENS, SlackChannel
from tests.support.slack_server.access import APP_TOKEN, BOT_TOKEN
from tests.support.slack_server.slack_server import SlackServer
from tests.support.slack_server.world import BOT_USER


async def test_it_tells_as_whom_it_is_connected(channel: SlackChannel) -> None:
    assert channel.connected
    assert channel.connected.account == "T0ACME:U0KATA"
    assert channel.connected.sentence == "Connected as @kata in Acme"


async def test_words_that_are_no_frames_are_passed_over(slack: SlackServer, channel: SlackChannel) -> None:
    for words in ("Ping from applink-3", "[1]", "{"):
        await slack.sockets.murmur(words)
    slack.mention("U0ALICE", "C0GEN", "hello")
    await channel.took(1)
    assert channel.connections == 1


async def test_an_announced_end_is_bridged(slack: SlackServer, channel: SlackChannel) -> None:
    for reason in ("refresh_requested", "warning"):
        before = len(slack.journal.of("connected"))
        await slack.sockets.announce(reason)
        slack.mention("U0ALICE", "C0GEN", f"during {reason}")
        await reconnected(slack, channel, before)
        await eventually("the old one's end", lambda: len(slack.sockets.connections) == 1 or None)
        slack.mention("U0ALICE", "C0GEN", f"after {reason}")
    await channel.took(4)
    assert channel.connections == 1
    assert channel.errors == []


async def test_two_connections_share_what_comes(slack: SlackServer, channel: SlackChannel) -> None:
    slack.timing.close_after = 3.0
    await slack.sockets.announce("refresh_requested")
    await eventually("both connections", lambda: len(slack.sockets.connections) == 2 or None)
    for number in range(20):
        slack.direct("U0ALICE", f"{number}")
    await channel.took(20)
    assert sorted(channel.texts, key=int) == [str(number) for number in range(20)]
    assert len({entry.detail["number"] for entry in slack.journal.of("sent")}) == 2


@pytest.mark.slow
async def test_a_silent_line_is_noticed_and_replaced(slack: SlackServer, database: Database) -> None:
    async with SlackChannel(database, slack.base_url, heartbeat=0.5) as channel:
        await channel.healthy()
        slack.sockets.freeze()
        slack.mention("U0ALICE", "C0GEN", "into the void")
        await channel.took(1)
        await eventually("another line", lambda: len(slack.journal.of("connected")) >= 2)


async def test_an_address_for_a_connection_works_once(slack: SlackServer, channel: SlackChannel) -> None:
    slack.sockets.drop()
    await reconnected(slack, channel, 1)
    assert not slack.journal.of("refused", "link")


@pytest.mark.slow
async def test_slack_may_be_away_for_a_while(slack: SlackServer, channel: SlackChannel) -> None:
    slack.mention("U0ALICE", "C0GEN", "before")
    await channel.took(1)
    slack.timing.redeliver_after = ()
    await slack.go_away()
    slack.mention("U0ALICE", "C0GEN", "meanwhile")
    await eventually("several tries that fail", lambda: len(channel.errors) >= 5 or None)
    assert not channel.adapter.is_healthy()
    assert channel.final is None
    await slack.come_back()
    await channel.took(2)
    assert channel.texts == ["before", "meanwhile"]


async def test_switched_off_socket_mode_is_final(slack: SlackServer, channel: SlackChannel) -> None:
    slack.sockets.enabled = False
    await slack.sockets.announce("link_disabled")
    await eventually("the end", lambda: channel.final)
    assert channel.final
    assert "Socket Mode is switched off" in channel.final.sentence


async def test_socket_mode_that_was_never_on_is_final(slack: SlackServer, database: Database) -> None:
    slack.sockets.enabled = False
    async with SlackChannel(database, slack.base_url) as channel:
        await eventually("the end", lambda: channel.final)
        assert "Socket Mode is switched off" in channel.errors[0].sentence


async def test_too_many_connections_are_waited_out(slack: SlackServer, channel: SlackChannel) -> None:
    await slack.sockets.announce("too_many_websockets")
    await eventually("the error", lambda: channel.errors or None)
    (error,) = channel.errors
    assert error.retry_after
    assert not error.final


@pytest.mark.parametrize(
    "code, word",
    [("token_revoked", "revoked"), ("invalid_auth", "does not know"), ("account_inactive", "removed")],
)
async def test_refused_tokens_are_final(slack: SlackServer, channel: SlackChannel, code: str, word: str) -> None:
    slack.revoke(code)
    await eventually("the end", lambda: channel.final)
    assert channel.final
    assert word in channel.final.sentence
    calls = len(slack.journal.entries)
    await asyncio.sleep(0.3)  # nothing is tried again
    assert len(slack.journal.entries) == calls


async def test_a_token_revoked_behind_an_open_line_is_noticed_when_writing(
    slack: SlackServer, channel: SlackChannel
) -> None:
    slack.access.ended = {BOT_TOKEN: "token_revoked"}
    with pytest.raises(Exception, match="revoked"):
        await channel.adapter.send("C0GEN", "hello", "k")
    await eventually("the end", lambda: channel.final)


async def test_an_uninstalled_app_is_final(slack: SlackServer, channel: SlackChannel) -> None:
    slack.sockets.deliver("events_api", slack.wrap({"type": "app_uninstalled"}))
    await eventually("the end", lambda: channel.final)
    assert channel.final
    assert "install it again" in channel.final.sentence


async def test_the_end_of_the_bots_token_is_acknowledged_and_final(slack: SlackServer, channel: SlackChannel) -> None:
    event = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}
    slack.sockets.deliver("events_api", slack.wrap(event))
    await eventually("the end", lambda: channel.final)
    assert channel.final
    assert "revoked" in channel.final.sentence
    await eventually("the acknowledgement", lambda: slack.journal.of("acknowledged") or None)


async def test_the_end_of_a_persons_token_is_none_of_katas(slack: SlackServer, channel: SlackChannel) -> None:
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U0ALICE"], "bot": []}}
    slack.sockets.deliver("events_api", slack.wrap(event))
    slack.mention("U0ALICE", "C0GEN", "hello")
    await channel.took(1)
    assert channel.connections == 1
    assert channel.final is None


@pytest.mark.parametrize(
    "tokens, word",
    [
        ({"bot_token": APP_TOKEN, "app_token": BOT_TOKEN}, "swapped"),
        ({"bot_token": BOT_TOKEN, "app_token": BOT_TOKEN}, "xapp-"),
        ({"bot_token": BOT_TOKEN, "app_token": "xapp-1-wrong"}, "does not know"),
        ({"bot_token": "xoxb-wrong", "app_token": APP_TOKEN}, "does not know"),
    ],
)
async def test_wrong_tokens_are_told_apart(
    slack: SlackServer, database: Database, tokens: dict[str, str], word: str
) -> None:
    async with SlackChannel(database, slack.base_url, tokens=tokens) as channel:
        await eventually("the end", lambda: channel.final)
        assert word in channel.errors[0].sentence
        assert not any(token in channel.errors[0].sentence for token in tokens.values())


async def test_missing_tokens_ask_for_the_set_up(slack: SlackServer, database: Database) -> None:
    async with SlackChannel(database, slack.base_url, tokens={"bot_token": BOT_TOKEN}) as channel:
        await eventually("the error", lambda: channel.errors or None)
        assert channel.errors[0].needs == "set-up"
        assert "app token" in channel.errors[0].sentence
    assert slack.journal.entries == []


async def test_each_token_is_used_for_its_own_calls_only(slack: SlackServer, channel: SlackChannel) -> None:
    await channel.adapter.send("@alice", "hello", "k")
    assert not slack.journal.of("refused")
    assert {"auth.test", "apps.connections.open", "chat.postMessage"} <= {one.name for one in slack.journal.of("call")}
    assert ALL_TOKENS["bot_token"] != ALL_TOKENS["app_token"]


async def test_a_channel_that_kata_is_invited_to_begins_there(slack: SlackServer, channel: SlackChannel) -> None:
    slack.world.say("C0ELSE", "U0ALICE", f"<@{BOT_USER}> said before")
    slack.invite("C0ELSE")
    await eventually("the event", lambda: slack.journal.of("acknowledged") or None)
    slack.mention("U0ALICE", "C0ELSE", "said after")
    await channel.took(1)
    assert channel.texts == ["said after"]
