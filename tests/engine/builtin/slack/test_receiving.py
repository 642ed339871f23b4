"""What people write in Slack, as it reaches the inbox."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kata_desktop.domain.channel import ConversationKind
from tests.support.eventually import eventually
from tests.support.slack_channel import SlackChannel
from tests.support.slack_server.slack_server import SlackServer
from tests.support.slack_server.world import BOT_USER


async def all_acknowledged(slack: SlackServer, count: int) -> None:
    await eventually(f"{count} acknowledgements", lambda: len(slack.journal.of("acknowledged")) >= count)


async def test_a_mention_arrives_once_though_slack_tells_it_twice(slack: SlackServer, channel: SlackChannel) -> None:
    ts = slack.mention("U0ALICE", "C0GEN", "what is new?")
    await all_acknowledged(slack, 2)
    (message,) = channel.taken
    assert channel.doubles == [f"C0GEN:{ts}"]
    assert (message.text, message.sender, message.sender_name) == ("what is new?", "U0ALICE", "Alice")
    assert (message.conversation, message.conversation_name) == ("C0GEN", "#general")
    assert (message.kind, message.mentioned) == (ConversationKind.GROUP, True)
    assert (message.thread, message.reply_address) == (ts, f"C0GEN/{ts}")
    assert (message.account, message.channel) == ("T0ACME:U0KATA", "slack")
    assert message.at == datetime.fromtimestamp(float(ts), UTC)


async def test_a_reply_belongs_to_the_thread_of_its_mention(slack: SlackServer, channel: SlackChannel) -> None:
    ts = slack.mention("U0ALICE", "C0GEN", "first")
    await channel.took(1)
    slack.mention("U0BOB", "C0GEN", "second", thread=ts)
    first, second = await channel.took(2)
    assert first.thread == second.thread == ts
    assert first.reply_address == second.reply_address


async def test_a_reply_needs_no_mention_where_kata_has_answered(slack: SlackServer, channel: SlackChannel) -> None:
    ts = slack.mention("U0ALICE", "C0GEN", "first")
    await channel.took(1)
    slack.post("U0ALICE", "C0GEN", "before the answer", thread=ts)
    await channel.took(2)
    await channel.adapter.send(f"C0GEN/{ts}", "The answer", "key")
    slack.post("U0ALICE", "C0GEN", "after the answer", thread=ts)
    await channel.took(3)
    assert [message.mentioned for message in channel.taken] == [True, False, True]


async def test_a_direct_message_goes_on_in_one_conversation(slack: SlackServer, channel: SlackChannel) -> None:
    ts = slack.direct("U0ALICE", "hello")
    slack.direct("U0ALICE", "in a thread", thread=ts)
    first, second = await channel.took(2)
    assert (first.kind, first.thread, first.mentioned) == (ConversationKind.DIRECT, "", True)
    assert first.reply_address == first.conversation == "D00ALICE"
    assert (second.thread, second.reply_address) == (ts, f"D00ALICE/{ts}")


async def test_what_is_said_to_others_comes_unmentioned(slack: SlackServer, channel: SlackChannel) -> None:
    slack.post("U0ALICE", "C0SECRET", f"<@U0BOB> knows that {BOT_USER} is not spoken to")
    (message,) = await channel.took(1)
    assert (message.mentioned, message.text) == (False, "@Bob knows that U0KATA is not spoken to")


async def test_own_messages_bots_edits_and_joins_are_dropped(slack: SlackServer, channel: SlackChannel) -> None:
    ts = slack.mention("U0ALICE", "C0GEN", "one")
    await channel.took(1)
    await channel.adapter.send("C0GEN", f"<@{BOT_USER}> me", "own")
    slack.post("U0BOB", "C0GEN", "from a bot", bot_id="B0OTHER")
    slack.post("U0BOB", "C0GEN", "joined", subtype="channel_join")
    slack.edit("C0GEN", ts, "changed")
    slack.post("U0ALICE", "C0GEN", "two")
    await channel.took(2)
    assert channel.texts == ["one", "two"]
    assert channel.connections == 1


async def test_slacks_markup_is_read_as_people_read_it(slack: SlackServer, channel: SlackChannel) -> None:
    text = "<@U0KATA>, ask <@U0BOB> in <#C0TEAM|team> about <https://a.example/?x=1&amp;y=2|this> &lt;b&gt; <!here>"
    slack.post("U0ALICE", "C0GEN", text)
    (message, *_) = await channel.took(1)
    assert message.text == "ask @Bob in #team about [this](https://a.example/?x=1&amp;y=2) <b> @here".replace(
        "&amp;", "&"
    )


async def test_words_in_blocks_alone_are_read(slack: SlackServer, channel: SlackChannel) -> None:
    section = [
        {"type": "user", "user_id": BOT_USER},
        {"type": "text", "text": " is a < b for "},
        {"type": "user", "user_id": "U0BOB"},
        {"type": "link", "url": "https://a.example", "text": "there"},
    ]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": section}]}
    more = {"type": "section", "text": {"type": "mrkdwn", "text": "and *more*"}}
    slack.post("U0ALICE", "C0GEN", "", blocks=[rich, {"type": "divider"}, more])
    (message,) = await channel.took(1)
    assert message.text == "is a < b for @Bob[there](https://a.example)\nand *more*"
    assert message.mentioned


@pytest.mark.slow
async def test_slow_names_hold_up_no_acknowledgement(slack: SlackServer, channel: SlackChannel) -> None:
    for number in range(8):
        slack.world.add_user(f"U1P{number}", f"person{number}")
    slack.slow("users.info", 4.0, times=20)
    slack.slow("conversations.info", 4.0, times=20)
    for number in range(8):
        slack.mention(f"U1P{number}", "C0GEN", f"{number}")
    await channel.took(8)
    await all_acknowledged(slack, 16)
    assert not slack.journal.of("late")
    assert channel.texts == [f"{number}" for number in range(8)]


async def test_a_name_that_slack_does_not_say_is_asked_for_once(slack: SlackServer, channel: SlackChannel) -> None:
    slack.refuse("users.info", "user_not_visible", times=5)
    for text in ("one", "two"):
        slack.direct("U0ALICE", text)
    await channel.took(2)
    assert [message.sender_name for message in channel.taken] == ["", ""]
    assert len(slack.journal.of("call", "users.info")) == 1


async def test_files_are_named(slack: SlackServer, channel: SlackChannel) -> None:
    file = {"name": "plan.pdf", "mimetype": "application/pdf", "size": 1234, "url_private": "https://x.example"}
    slack.post("U0ALICE", "C0GEN", "look", subtype="file_share", files=[file])
    (message,) = await channel.took(1)
    (attachment,) = message.attachments
    assert (attachment.name, attachment.media_type, attachment.size) == ("plan.pdf", "application/pdf", 1234)


async def test_a_message_is_acknowledged_only_when_it_is_stored(slack: SlackServer, channel: SlackChannel) -> None:
    def fail_once(_message: object) -> None:
        channel.before_storing = lambda _message: None
        raise OSError(28, "No space left on device")

    slack.timing.acknowledge_within = 2.0
    channel.before_storing = fail_once
    slack.direct("U0ALICE", "remember me")
    await channel.took(1)
    await all_acknowledged(slack, 1)
    attempts = [entry.detail["attempt"] for entry in slack.journal.of("sent")]
    assert attempts == [0, 1]
    assert channel.connections == 1


async def test_a_late_acknowledgement_makes_no_second_message(slack: SlackServer, channel: SlackChannel) -> None:
    slack.timing.acknowledge_within = 0.2
    channel.delay = 0.5
    slack.direct("U0ALICE", "slowly")
    await channel.took(1)
    await eventually("the redelivery", lambda: slack.journal.of("late") or None)
    await eventually("its double", lambda: channel.doubles or None)
    assert channel.texts == ["slowly"]


async def test_a_duplicate_envelope_makes_no_second_message(slack: SlackServer, channel: SlackChannel) -> None:
    ts = slack.direct("U0ALICE", "once")
    await channel.took(1)
    slack.again("D00ALICE", ts)
    await all_acknowledged(slack, 2)
    assert channel.texts == ["once"]


async def test_a_slash_command_is_acknowledged_and_answered_in_place(slack: SlackServer, channel: SlackChannel) -> None:
    command = slack.command("U0ALICE", "C0ELSE", "what is the time?")
    (message,) = await channel.took(1)
    await eventually("the acknowledgement", lambda: command.acknowledged)
    assert command.envelope.answer is None
    assert (message.kind, message.sender, message.text) == (ConversationKind.DIRECT, "U0ALICE", "what is the time?")
    await channel.adapter.send(message.reply_address, "Late.", "k1")
    assert [answer["text"] for answer in command.answers] == ["Late."]
    assert command.answers[0]["response_type"] == "ephemeral"


async def test_a_command_may_lack_what_tells_it_from_others(slack: SlackServer, channel: SlackChannel) -> None:
    command = slack.command("U0ALICE", "C0GEN", "hello", trigger_id=None)
    nowhere = slack.command("U0BOB", "C0GEN", "no address", response_url=None)
    for message in await channel.took(2):
        await channel.adapter.send(message.reply_address, f"To {message.text}.", f"k {message.text}")
    assert [answer["text"] for answer in command.answers] == ["To hello."]
    assert nowhere.answers == []
    assert [message["text"] for message in slack.said("D00BOB")] == ["To no address."]


async def test_commands_of_two_people_in_one_channel_share_no_conversation(
    slack: SlackServer, channel: SlackChannel
) -> None:
    slack.command("U0ALICE", "C0GEN", "mine")
    slack.command("U0BOB", "C0GEN", "mine")
    slack.post("U0BOB", "C0GEN", "said aloud")
    taken = await channel.took(3)
    assert len({(message.conversation, message.thread) for message in taken}) == 3


async def test_words_of_command_need_no_second_slash(slack: SlackServer, channel: SlackChannel) -> None:
    for words in ("status", "", "New", "status of the project?"):
        slack.command("U0ALICE", "C0GEN", words)
    await channel.took(4)
    assert sorted(channel.texts) == ["/New", "/help", "/status", "status of the project?"]


async def test_commands_are_read_behind_the_name_since_slack_keeps_words_with_a_slash(
    slack: SlackServer, channel: SlackChannel
) -> None:
    """That is how help names them: `/kata new` speaks of another conversation, and is not there in threads."""
    typed = f"<@{BOT_USER}> /new"
    slack.direct("U0ALICE", typed)
    ts = slack.mention("U0ALICE", "C0GEN", "hello")
    slack.post("U0ALICE", "C0GEN", typed, thread=ts)
    await channel.took(3)
    assert channel.texts.count("/new") == 2
    assert channel.adapter.traits.commands == "@kata /"


async def test_the_writer_of_a_command_is_told_when_it_cannot_be_stored(
    slack: SlackServer, channel: SlackChannel
) -> None:
    def fail(_message: object) -> None:
        raise OSError(28, "No space left on device")

    channel.before_storing = fail
    command = slack.command("U0ALICE", "C0GEN", "hello")
    await eventually("the acknowledgement", lambda: command.acknowledged)
    assert "try again" in command.envelope.answer["text"]


async def test_buttons_are_acknowledged(slack: SlackServer, channel: SlackChannel) -> None:
    envelope = slack.press("U0ALICE", "something")
    await eventually("the acknowledgement", envelope.acknowledged.is_set)
    assert channel.taken == []
