"""What Kata writes in Slack: addresses, keys, refusals, and the sign that it is at work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web

from kata_desktop.domain.notification import DeliveryError
from kata_desktop.store.database import Database
from tests.support.eventually import eventually
from tests.support.slack_channel import SlackChannel
from tests.support.slack_server.slack_server import SlackServer


async def refused(channel: SlackChannel, address: str, text: str = "hello") -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.adapter.send(address, text, "key")
    return caught.value


@pytest.mark.parametrize(
    "address, conversation",
    [
        ("#general", "C0GEN"),
        ("#Team", "C0TEAM"),
        ("#secret", "C0SECRET"),
        ("C0TEAM", "C0TEAM"),
        ("@alice", "D00ALICE"),
        ("@Alice", "D00ALICE"),
        ("U0BOB", "D00BOB"),
    ],
)
async def test_addresses(slack: SlackServer, channel: SlackChannel, address: str, conversation: str) -> None:
    await channel.adapter.send(address, "hello", "key-1")
    (message,) = slack.said(conversation)
    assert message["text"] == "hello"
    assert message["metadata"] == {"event_type": "kata_message", "event_payload": {"key": "key-1"}}
    assert "thread_ts" not in message


async def test_an_answer_goes_into_its_thread(slack: SlackServer, channel: SlackChannel) -> None:
    ts = slack.mention("U0ALICE", "C0GEN", "question")
    (message,) = await channel.took(1)
    await channel.adapter.send(message.reply_address, "answer", "k")
    assert [(one["text"], one["thread_ts"]) for one in slack.said("C0GEN")] == [("answer", ts)]


@pytest.mark.parametrize(
    "address, word",
    [
        ("@Sam", "U0SAM1, U0SAM2"),
        ("@nobody", "no @nobody"),
        ("#nowhere", "no #nowhere"),
        ("C0NONE", "no such conversation"),
        ("#elsewhere", "/invite @kata"),
        ("general", "no address"),
        ("C0GEN/yesterday", "no address"),
        ("", "no address"),
    ],
)
async def test_addresses_that_cannot_work_are_refused_for_good(
    slack: SlackServer, channel: SlackChannel, address: str, word: str
) -> None:
    error = await refused(channel, address)
    assert word in error.sentence
    assert (error.retryable, error.certain) == (False, True)
    assert not any(slack.said(conversation) for conversation in slack.world.conversations)


async def test_names_are_not_asked_for_again_and_again(slack: SlackServer, channel: SlackChannel) -> None:
    await channel.adapter.send("@alice", "hello", "k1")
    await channel.adapter.send("@bob", "hello", "k2")
    await refused(channel, "@eve")
    assert len(slack.journal.of("call", "users.list")) == 1


async def test_patience_is_handed_on(slack: SlackServer, channel: SlackChannel) -> None:
    slack.limit("chat.postMessage", retry_after=7)
    error = await refused(channel, "C0GEN")
    assert (error.retryable, error.certain, error.retry_after) == (True, True, timedelta(seconds=7))
    assert len(slack.journal.of("call", "chat.postMessage")) == 1


async def test_a_lost_answer_is_uncertain_and_can_be_looked_up(slack: SlackServer, channel: SlackChannel) -> None:
    slack.swallow("chat.postMessage")
    error = await refused(channel, "C0GEN")
    assert (error.retryable, error.certain) == (True, False)
    assert await channel.adapter.lookup("C0GEN", "key") is True


async def test_a_lost_call_is_uncertain_and_can_be_looked_up(slack: SlackServer, channel: SlackChannel) -> None:
    slack.cut("chat.postMessage")
    error = await refused(channel, "C0GEN")
    assert (error.retryable, error.certain) == (True, False)
    assert await channel.adapter.lookup("C0GEN", "key") is False


async def test_trouble_at_slack_is_uncertain(slack: SlackServer, channel: SlackChannel) -> None:
    slack.refuse("chat.postMessage", "internal_error", status=500)
    error = await refused(channel, "C0GEN")
    assert (error.retryable, error.certain) == (True, False)


async def test_nothing_listens_is_certain(slack: SlackServer, channel: SlackChannel) -> None:
    await slack.go_away()
    error = await refused(channel, "C0GEN")
    assert (error.retryable, error.certain) == (True, True)


async def test_without_a_connection_it_waits(slack: SlackServer, database: Database) -> None:
    channel = SlackChannel(database, slack.base_url)
    error = await refused(channel, "C0GEN")
    assert (error.retryable, error.certain) == (True, True)
    assert "waits for the connection" in error.sentence


async def test_lookup_searches_threads_pages_and_direct_messages(slack: SlackServer, channel: SlackChannel) -> None:
    ts = slack.mention("U0ALICE", "C0GEN", "question")
    await channel.took(1)
    await channel.adapter.send(f"C0GEN/{ts}", "answer", "in thread")
    await channel.adapter.send("@bob", "hello", "direct")
    await channel.adapter.send("#team", "hello", "early")
    for number in range(450):
        slack.world.say("C0TEAM", "U0ALICE", f"{number}")
    assert await channel.adapter.lookup(f"C0GEN/{ts}", "in thread") is True
    assert await channel.adapter.lookup("C0GEN", "in thread") is False
    assert await channel.adapter.lookup("@bob", "direct") is True
    assert await channel.adapter.lookup("#team", "early") is True
    assert await channel.adapter.lookup("#team", "never") is False


async def test_lookup_does_not_guess_beyond_what_it_reads(slack: SlackServer, channel: SlackChannel) -> None:
    await channel.adapter.send("#team", "hello", "early")
    for number in range(2100):
        slack.world.say("C0TEAM", "U0ALICE", f"{number}")
    assert await channel.adapter.lookup("#team", "early") is None


async def test_the_answer_to_an_expired_command_comes_directly(slack: SlackServer, channel: SlackChannel) -> None:
    command = slack.command("U0ALICE", "C0ELSE", "slow question")
    (message,) = await channel.took(1)
    command.expired = True
    await channel.adapter.send(message.reply_address, "answer", "k")
    assert [one["text"] for one in slack.said("D00ALICE")] == ["answer"]
    assert await channel.adapter.lookup(message.reply_address, "k") is True


@pytest.mark.parametrize("status", [200, 404])
async def test_an_address_of_a_command_that_is_refused_in_json_is_given_up(
    slack: SlackServer, channel: SlackChannel, status: int
) -> None:
    slack.command("U0ALICE", "C0ELSE", "question")
    (message,) = await channel.took(1)
    slack.responses.refusals.append(web.json_response({"ok": False, "error": "used_url"}, status=status))
    await channel.adapter.send(message.reply_address, "answer", "k")
    assert [one["text"] for one in slack.said("D00ALICE")] == ["answer"]


async def test_patience_is_asked_for_at_the_address_of_a_command_as_well(
    slack: SlackServer, channel: SlackChannel
) -> None:
    command = slack.command("U0ALICE", "C0ELSE", "question")
    (message,) = await channel.took(1)
    patience = {"Retry-After": "7"}
    slack.responses.refusals.append(web.Response(status=429, text="slow down", headers=patience))
    with pytest.raises(DeliveryError) as caught:
        await channel.adapter.send(message.reply_address, "answer", "k")
    assert caught.value.retry_after == timedelta(seconds=7)
    assert await channel.adapter.lookup(message.reply_address, "k") is False
    await channel.adapter.send(message.reply_address, "answer", "k")
    assert [answer["text"] for answer in command.answers] == ["answer"]


async def test_an_answer_of_many_parts_goes_on_directly(slack: SlackServer, channel: SlackChannel) -> None:
    command = slack.command("U0ALICE", "C0ELSE", "long question")
    (message,) = await channel.took(1)
    for part in range(7):
        await channel.adapter.send(message.reply_address, f"part {part}", f"k:{part}")
    assert [answer["text"] for answer in command.answers] == [f"part {part}" for part in range(5)]
    assert [one["text"] for one in slack.said("D00ALICE")] == ["part 5", "part 6"]


async def test_what_became_of_an_answer_to_a_command_is_known_after_a_restart(
    slack: SlackServer, database: Database
) -> None:
    async with SlackChannel(database, slack.base_url) as channel:
        await channel.healthy()
        command = slack.command("U0ALICE", "C0GEN", "question")
        (message,) = await channel.took(1)
        await channel.adapter.send(message.reply_address, "arrives", "k1")
        slack.responses.breaking = 1
        with pytest.raises(DeliveryError):
            await channel.adapter.send(message.reply_address, "arrives, who knows", "k2")
    async with SlackChannel(database, slack.base_url) as channel:
        await channel.healthy()
        lookup = [await channel.adapter.lookup(message.reply_address, key) for key in ("k1", "k2", "k3")]
        assert lookup == [True, None, False]
        await channel.adapter.send(message.reply_address, "after the restart", "k3")
    assert [answer["text"] for answer in command.answers][-1] == "after the restart"


async def test_eyes_show_that_it_works(slack: SlackServer, channel: SlackChannel) -> None:
    ts = slack.mention("U0ALICE", "C0GEN", "question")
    (message,) = await channel.took(1)
    shown = slack.world.conversations["C0GEN"].find(ts)
    assert shown
    for _ in range(2):  # the second time Slack refuses, which does not matter
        await channel.adapter.working(message, on=True)
        assert shown["reactions"] == ["eyes"]
    for _ in range(2):
        await channel.adapter.working(message, on=False)
        assert shown["reactions"] == []


async def test_a_status_shows_that_it_works(slack: SlackServer, database: Database) -> None:
    async with SlackChannel(database, slack.base_url, working="status") as channel:
        await channel.healthy()
        ts = slack.mention("U0ALICE", "C0GEN", "question")
        (message,) = await channel.took(1)
        await channel.adapter.working(message, on=True)
        await channel.adapter.working(message, on=False)
    assert slack.messages.statuses == [("C0GEN", ts, "is working on it…"), ("C0GEN", ts, "")]


async def test_nothing_shows_it_where_that_was_chosen(slack: SlackServer, database: Database) -> None:
    async with SlackChannel(database, slack.base_url, working="nothing") as channel:
        await channel.healthy()
        slack.mention("U0ALICE", "C0GEN", "question")
        (message,) = await channel.took(1)
        await channel.adapter.working(message, on=True)
    assert not slack.journal.of("call", "reactions.add")


async def test_nobody_is_called_by_accident(slack: SlackServer, channel: SlackChannel) -> None:
    text = channel.adapter.markup("<!channel> <!here> @here <@U0ALICE> [x](<!everyone>) `<!here>` & <b>")
    await channel.adapter.send("C0GEN", text, "k")
    assert slack.messages.shouts == []
    await eventually("its own event", lambda: slack.journal.of("acknowledged") or None)
    assert channel.taken == []
