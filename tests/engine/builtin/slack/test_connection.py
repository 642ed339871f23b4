"""Connections that end, and what was said meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from kata_desktop.channels.inbox import StoredMarks
from kata_desktop.store.database import Database
from tests.support.eventually import eventually
from tests.support.slack_channel import ALL_TOKENS, PLACE, SlackChannel
from tests.support.slack_server.access import APP_TOKEN, BOT_TOKEN
from tests.support.slack_server.slack_server import SlackServer
from tests.support.slack_server.world import BOT_USER


async def reconnected(slack: SlackServer, channel: SlackChannel, before: int) -> None:
    await eventually("another connection", lambda: len(slack.journal.of("connected")) > before or None)
    await channel.healthy()


async def missing(slack: SlackServer, channel: SlackChannel) -> None:
    """The line is down, and Slack gives up on what happens now."""
    slack.timing.redeliver_after = ()
    slack.sockets.delivering = False
    channel.pause = 0.5
    slack.sockets.drop()


async def test_it_tells_as_whom_it_is_connected(channel: SlackChannel) -> None:
    assert channel.connected
    assert channel.connected.account == "T0ACME:U0KATA"
    assert channel.connected.sentence == "Connected as @kata in Acme"


async def test_what_was_said_before_the_first_connection_is_left_alone(slack: SlackServer, database: Database) -> None:
    slack.world.say("C0GEN", "U0ALICE", "old <@U0KATA>", ts=slack.world.ago(3600))
    async with SlackChannel(database, slack.base_url) as channel:
        await channel.healthy()
        slack.mention("U0ALICE", "C0GEN", "new")
        await channel.took(1)
        assert channel.texts == ["new"]


async def test_missed_messages_are_fetched_in_their_order(slack: SlackServer, channel: SlackChannel) -> None:
    slack.mention("U0ALICE", "C0GEN", "before")
    await channel.took(1)
    await missing(slack, channel)
    slack.mention("U0ALICE", "C0GEN", "one")
    slack.direct("U0BOB", "a new conversation")
    slack.mention("U0BOB", "C0GEN", "two")
    slack.mention("U0ALICE", "C0SECRET", "private")
    taken = await channel.took(5)
    in_channel = [message.text for message in taken if message.conversation == "C0GEN"]
    assert in_channel == ["before", "one", "two"]
    assert {"a new conversation", "private"} < set(channel.texts)
    assert [message.mentioned for message in taken] == [True] * 5


async def test_missed_replies_are_fetched_in_old_and_new_threads(slack: SlackServer, channel: SlackChannel) -> None:
    old = slack.post("U0ALICE", "C0GEN", "a thread that begins early")
    await channel.took(1)
    await missing(slack, channel)
    slack.mention("U0BOB", "C0GEN", "missed reply in the old one", thread=old)
    new = slack.mention("U0ALICE", "C0GEN", "missed thread")
    slack.mention("U0ALICE", "C0GEN", "missed reply in the new one", thread=new)
    taken = await channel.took(4)
    assert channel.texts[1:] == ["missed reply in the old one", "missed thread", "missed reply in the new one"]
    assert [message.thread for message in taken] == [old, old, new, new]


async def test_a_thread_of_long_ago_is_remembered_where_kata_has_answered(
    slack: SlackServer, channel: SlackChannel
) -> None:
    ts = slack.world.ago(30 * 24 * 3600)
    slack.world.say("C0GEN", "U0ALICE", "long ago", ts=ts)
    await channel.adapter.send(f"C0GEN/{ts}", "answer", "k")
    await missing(slack, channel)
    slack.post("U0ALICE", "C0GEN", "still there?", thread=ts)
    await channel.took(1)
    assert channel.texts == ["still there?"]
    assert channel.taken[0].mentioned


async def test_missed_messages_come_in_pages(slack: SlackServer, channel: SlackChannel) -> None:
    thread = slack.mention("U0ALICE", "C0TEAM", "thread")
    await channel.took(1)
    await missing(slack, channel)
    for number in range(450):
        slack.post("U0ALICE", "C0GEN", f"message {number}")
    for number in range(230):
        slack.post("U0BOB", "C0TEAM", f"reply {number}", thread=thread)
    await channel.took(681, limit=40)
    assert [text for text in channel.texts if text.startswith("message")] == [f"message {n}" for n in range(450)]
    assert [text for text in channel.texts if text.startswith("reply")] == [f"reply {n}" for n in range(230)]
    assert len(channel.taken) == 681


async def test_patience_is_kept_while_fetching(slack: SlackServer, channel: SlackChannel) -> None:
    await missing(slack, channel)
    slack.limit("conversations.history", times=2, retry_after=0.4)
    slack.limit("users.conversations", retry_after=0.4)
    slack.mention("U0ALICE", "C0GEN", "missed")
    await channel.took(1)
    assert channel.texts == ["missed"]
    assert len(slack.journal.of("connected")) == 2


@pytest.mark.slow
async def test_live_messages_do_not_wait_for_a_slow_fetch(slack: SlackServer, channel: SlackChannel) -> None:
    await missing(slack, channel)
    slack.limit("users.conversations", retry_after=3)  # longer than live messages wait for missed ones
    slack.mention("U0ALICE", "C0GEN", "missed")
    await eventually("the fetch", lambda: slack.journal.of("refused", "users.conversations") or None)
    slack.sockets.delivering = True
    slack.mention("U0BOB", "C0GEN", "live")
    await channel.took(1)
    assert channel.texts == ["live"]
    assert slack.journal.of("given up") == slack.journal.of("given up")[:2]
    await channel.took(2)
    assert channel.texts == ["live", "missed"]


async def test_a_crash_during_a_slow_fetch_loses_nothing(slack: SlackServer, database: Database) -> None:
    async with SlackChannel(database, slack.base_url) as before:
        await before.healthy()
    marks = StoredMarks(database, PLACE, "T0ACME:U0KATA")
    hour = slack.world.ago(3600)
    for scope in ("since", "C0GEN"):
        await marks.put(scope, hour)
    slack.world.say("C0GEN", "U0ALICE", "missed", ts=slack.world.ago(1800))
    slack.limit("users.conversations", retry_after=60)
    async with SlackChannel(database, slack.base_url) as first:
        await first.healthy()
        slack.mention("U0BOB", "C0GEN", "live")
        await first.took(1)
        await eventually("its acknowledgement", lambda: slack.journal.of("acknowledged") or None)
        assert first.texts == ["live"]
    assert await marks.get("C0GEN") == hour
    slack.api.forgive()
    async with SlackChannel(database, slack.base_url) as second:
        await second.took(1)
        assert second.texts == ["missed"]


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
        await eventually("another line", lambda: len(slack.journal.of("connected")) == 2)


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
