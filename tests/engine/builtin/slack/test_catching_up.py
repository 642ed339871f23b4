"""What was said while there was no connection."""

from __future__ import annotations

import pytest

from kata_desktop.channels.inbox import StoredMarks
from kata_desktop.store.database import Database
from tests.engine.builtin.slack.conftest import reconnected
from tests.support.eventually import eventually
from tests.support.slack_channel import PLACE, SlackChannel
from tests.support.slack_server.slack_server import SlackServer


async def missing(slack: SlackServer, channel: SlackChannel) -> None:
    """The line is down, and Slack gives up on what happens now."""
    slack.timing.redeliver_after = ()
    slack.sockets.delivering = False
    channel.pause = 0.5
    slack.sockets.drop()


async def test_what_was_said_before_the_first_connection_is_left_alone(slack: SlackServer, database: Database) -> None:
    slack.world.say("C0GEN", "U0ALICE", "old <@U0KATA>", ts=slack.world.ago(3600))
    slack.world.say("C0GEN", "U0BOB", "answered by another computer <@U0KATA>", ts=slack.world.ago(60))
    async with SlackChannel(database, slack.base_url) as channel:
        await channel.healthy()
        slack.mention("U0ALICE", "C0GEN", "new")
        await channel.took(1)
        before = len(slack.journal.of("connected"))
        slack.sockets.drop()
        await reconnected(slack, channel, before)
        slack.mention("U0ALICE", "C0GEN", "newer")
        await channel.took(2)
        assert channel.texts == ["new", "newer"]


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


async def test_what_slack_fails_to_show_is_asked_for_again(slack: SlackServer, channel: SlackChannel) -> None:
    """A conversation that were passed over would be lost: its next message moves the mark."""
    await missing(slack, channel)
    slack.page("conversations.history")
    slack.refuse("users.conversations", "internal_error")
    slack.mention("U0ALICE", "C0GEN", "missed")
    await channel.took(1)
    assert channel.texts == ["missed"]
    assert len(slack.journal.of("connected")) == 2


@pytest.mark.slow
async def test_a_conversation_that_cannot_be_shown_keeps_its_mark(slack: SlackServer, channel: SlackChannel) -> None:
    await missing(slack, channel)
    slack.refuse("conversations.history", "fatal_error", times=4)
    slack.mention("U0ALICE", "C0GEN", "missed")
    await eventually("a third connection", lambda: len(slack.journal.of("connected")) == 3 or None, limit=30)
    await channel.took(1)
    assert channel.texts == ["missed"]
    assert "fatal_error" in channel.errors[-1].sentence


async def test_missed_replies_are_fetched_where_nothing_counts_them(slack: SlackServer, channel: SlackChannel) -> None:
    slack.conversations.counts_replies = False
    answered = slack.mention("U0ALICE", "C0GEN", "answered")
    await channel.took(1)
    await channel.adapter.send(f"C0GEN/{answered}", "answer", "k")
    await missing(slack, channel)
    slack.post("U0ALICE", "C0GEN", "goes on", thread=answered)
    new = slack.post("U0ALICE", "C0GEN", "new thread")
    slack.mention("U0BOB", "C0GEN", "reply", thread=new)
    await channel.took(4)
    assert channel.texts == ["answered", "goes on", "new thread", "reply"]


async def test_rows_that_leave_their_type_out_are_messages(slack: SlackServer, channel: SlackChannel) -> None:
    await missing(slack, channel)
    message = slack.world.say("C0GEN", "U0ALICE", "missed")
    del message["type"]
    await channel.took(1)
    assert channel.texts == ["missed"]


async def test_missed_messages_are_found_in_the_list_of_all_conversations(
    slack: SlackServer, channel: SlackChannel
) -> None:
    await missing(slack, channel)
    slack.refuse("users.conversations", "unknown_method")
    slack.mention("U0ALICE", "C0GEN", "missed")
    slack.direct("U0BOB", "missed too")
    await channel.took(2)
    assert set(channel.texts) == {"missed", "missed too"}
    assert len(slack.journal.of("connected")) == 2


@pytest.mark.slow
async def test_live_messages_do_not_wait_for_a_slow_fetch(slack: SlackServer, channel: SlackChannel) -> None:
    await missing(slack, channel)
    slack.limit("users.conversations", retry_after=6)  # much longer than live messages wait for missed ones
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
