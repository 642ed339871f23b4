"""What people write in Telegram, and what becomes a message of it."""

from __future__ import annotations

from datetime import UTC, datetime

from kata_desktop.domain.channel import ConversationKind
from kata_desktop.store.database import Database
from tests.support.eventually import eventually
from tests.support.telegram_channel import TelegramChannel
from tests.support.telegram_rules import ALICE, BOB, BOT_ID, FORUM, GROUP, NOW
from tests.support.telegram_server import TelegramServer


async def test_a_private_message(telegram: TelegramServer, channel: TelegramChannel) -> None:
    number = await telegram.write(ALICE, "hello")
    (message,) = await channel.took(1)
    assert (message.id, message.sender, message.sender_name) == (f"{ALICE}:{number}", str(ALICE), "Alice")
    assert (message.kind, message.mentioned, message.thread) == (ConversationKind.DIRECT, True, "")
    assert (message.account, message.conversation, message.reply_address) == (str(BOT_ID), str(ALICE), str(ALICE))
    assert message.at == datetime.fromtimestamp(NOW + number, UTC)
    assert channel.connected
    assert channel.connected.sentence == "Connected as @kata_bot"


async def test_mentions_answers_and_commands_in_a_group(telegram: TelegramServer, channel: TelegramChannel) -> None:
    own = {"id": BOT_ID, "is_bot": True, "first_name": "Kata", "username": "kata_bot"}
    team = {"id": GROUP, "type": "supergroup", "title": "Team"}
    answered = {"message_id": 1, "date": NOW, "chat": team, "from": own, "text": "x"}
    pill = [{"type": "text_mention", "offset": 3, "length": 4, "user": own}]
    first = await telegram.write(BOB, "to the others", chat=GROUP)
    await telegram.write(BOB, "@Kata_Bot, what is new?", chat=GROUP)
    await telegram.write(BOB, "an answer", chat=GROUP, reply_to_message=answered)
    await telegram.write(BOB, "😀 Kata, hello", chat=GROUP, entities=pill)
    await telegram.write(BOB, "/status@kata_bot", chat=GROUP)
    await telegram.write(BOB, "/status", chat=GROUP)
    await telegram.write(BOB, "/new@other_bot", chat=GROUP)
    await telegram.write(BOB, "mail me at bob@kata_bot.example", chat=GROUP)
    await telegram.write(BOB, "ask @kata_bot_two", chat=GROUP)
    taken = await channel.took(9)
    assert [(message.text, message.mentioned) for message in taken] == [
        ("to the others", False),
        ("what is new?", True),
        ("an answer", True),
        ("😀 Kata, hello", True),
        ("/status", True),
        ("/status", False),
        ("/new@other_bot", False),
        ("mail me at bob@kata_bot.example", False),
        ("ask @kata_bot_two", False),
    ]
    assert (taken[0].kind, taken[0].conversation_name) == (ConversationKind.GROUP, "Team")
    assert taken[0].reply_address == f"{GROUP}#{first}"


async def test_topics_are_threads_and_chains_of_answers_are_not(
    telegram: TelegramServer, channel: TelegramChannel
) -> None:
    number = await telegram.write(ALICE, "@kata_bot one", chat=FORUM, message_thread_id=7, is_topic_message=True)
    await telegram.write(ALICE, "@kata_bot two", chat=GROUP, message_thread_id=55)
    one, two = await channel.took(2)
    assert (one.thread, one.reply_address) == ("7", f"{FORUM}/7#{number}")
    assert two.thread == ""


async def test_what_is_no_message_is_dropped(telegram: TelegramServer, channel: TelegramChannel) -> None:
    await telegram.write(ALICE, "first")
    chat = {"id": GROUP, "type": "supergroup", "title": "Team"}
    edited = {"message_id": 1, "date": NOW, "edit_date": NOW, "chat": chat, "text": "edited"}
    await telegram.happen({"edited_message": {**edited, "from": {"id": ALICE, "is_bot": False, "first_name": "Alice"}}})
    await telegram.write(99, "a bot's", others={"from": {"id": 99, "is_bot": True, "first_name": "Bot"}})
    await telegram.write(ALICE, "", chat=GROUP, new_chat_title="Other")
    await telegram.write(ALICE, "a post", others={"chat": {"id": -100700, "type": "channel", "title": "News"}})
    await telegram.write(ALICE, "last")
    await channel.took(2)
    assert channel.texts == ["first", "last"]


async def test_files_and_the_start_button(telegram: TelegramServer, channel: TelegramChannel) -> None:
    await telegram.write(ALICE, "/start")
    await telegram.write(ALICE, "/start from-a-link")
    file = {"file_id": "f", "file_unique_id": "u", "file_name": "sales.csv", "mime_type": "text/csv", "file_size": 12}
    await telegram.write(ALICE, "", document=file, caption="look at this")
    size = {"file_id": "p", "file_unique_id": "q", "width": 1, "height": 1, "file_size": 9}
    await telegram.write(ALICE, "", photo=[size])
    taken = await channel.took(4)
    assert channel.texts == ["/help", "/help", "look at this", ""]
    assert [(each.name, each.media_type, each.size) for message in taken for each in message.attachments] == [
        ("sales.csv", "text/csv", 12),
        ("photo", "image/jpeg", 9),
    ]


async def test_only_what_is_stored_is_confirmed(telegram: TelegramServer, channel: TelegramChannel) -> None:
    channel.pause = 0.5
    channel.refuse = 1
    await telegram.write(ALICE, "one")
    await eventually("the failure", lambda: channel.errors)
    assert len(telegram.unconfirmed) == 1
    await telegram.write(ALICE, "two")
    await channel.took(2)
    assert channel.texts == ["one", "two"]
    await eventually("the confirmation", lambda: not telegram.unconfirmed)


async def test_what_comes_again_is_known(telegram: TelegramServer, channel: TelegramChannel) -> None:
    await telegram.write(ALICE, "one")
    await channel.took(1)
    await telegram.go_away()  # before, or just after, it could be confirmed
    await telegram.come_back()
    await telegram.write(ALICE, "two")
    await channel.took(2)
    assert channel.texts == ["one", "two"]


async def test_more_than_one_batch_after_an_absence(telegram: TelegramServer, database: Database) -> None:
    for number in range(250):
        await telegram.write(ALICE, f"{number}")
    async with TelegramChannel(database, telegram.address) as channel:
        await channel.took(250)
        assert channel.texts == [f"{number}" for number in range(250)]
        assert channel.doubles == []


async def test_no_number_is_asked_for_before_one_was_seen(telegram: TelegramServer, channel: TelegramChannel) -> None:
    await telegram.write(ALICE, "one")
    await channel.took(1)
    first = next(parameters for method, parameters in telegram.calls if method == "getUpdates")
    assert "offset" not in first
    assert first["allowed_updates"] == ["message"]
