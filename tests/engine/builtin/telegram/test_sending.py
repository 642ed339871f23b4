"""What Kata says in Telegram: addresses, refusals, markup, length, and the sign that it is at work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.builtin.telegram.html import to_html
from kata_desktop.builtin.telegram.outgoing import LONGEST
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.store.database import Database
from tests.support.telegram_channel import TelegramChannel
from tests.support.telegram_html import shown_text
from tests.support.telegram_rules import ALICE, BOB, FORUM, GROUP, Refusal
from tests.support.telegram_server import TelegramServer


async def refused(channel: TelegramChannel, address: str, text: str = "hello") -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.adapter.send(address, text, "key")
    return caught.value


async def test_addresses(telegram: TelegramServer, channel: TelegramChannel) -> None:
    for address in (str(ALICE), str(GROUP), "@publicgroup", f"{FORUM}/7", f"{FORUM}/7#12", f"{GROUP}#12"):
        await channel.adapter.send(address, "hello", "k")
    told = [
        (each["chat_id"], each.get("message_thread_id"), (each.get("reply_parameters") or {}).get("message_id"))
        for each in telegram.said
    ]
    assert told == [
        (ALICE, None, None), (GROUP, None, None), (GROUP, None, None), (FORUM, 7, None), (FORUM, 7, 12),
        (GROUP, None, 12),
    ]  # fmt: skip
    assert {each["link_preview_options"]["is_disabled"] for each in telegram.said} == {True}
    assert telegram.said[-1]["reply_parameters"]["allow_sending_without_reply"] is True


@pytest.mark.parametrize(
    "address, word",
    [
        ("alice", "no address"),
        ("@al", "no address"),
        ("", "no address"),
        ("1001/x", "no address"),
        ("555", "chat not found"),
        (str(BOB), "does not let the bot write"),
    ],
)
async def test_addresses_that_cannot_work_are_refused_for_good(
    telegram: TelegramServer, channel: TelegramChannel, address: str, word: str
) -> None:
    telegram.blocked.add(BOB)
    error = await refused(channel, address)
    assert word in error.sentence
    assert (error.retryable, error.certain) == (False, True)
    assert telegram.said == []


async def test_patience_is_handed_on(telegram: TelegramServer, channel: TelegramChannel) -> None:
    telegram.refuse.append(("sendMessage", Refusal(429, "Too Many Requests: retry after 7", retry_after=7)))
    error = await refused(channel, str(ALICE))
    assert (error.retryable, error.certain, error.retry_after) == (True, True, timedelta(seconds=7))


@pytest.mark.parametrize("carried_out", [True, False])
async def test_a_lost_answer_is_uncertain_and_cannot_be_looked_up(
    telegram: TelegramServer, channel: TelegramChannel, carried_out: bool
) -> None:
    telegram.lose.append(("sendMessage", carried_out))
    error = await refused(channel, str(ALICE))
    assert (error.retryable, error.certain) == (True, False)
    assert len(telegram.said) == carried_out
    assert channel.adapter.traits.can_lookup is False
    assert await channel.adapter.lookup(str(ALICE), "key") is None


async def test_trouble_at_telegram_is_uncertain(telegram: TelegramServer, channel: TelegramChannel) -> None:
    telegram.refuse.append(("sendMessage", Refusal(502, "Bad Gateway")))
    error = await refused(channel, str(ALICE))
    assert (error.retryable, error.certain) == (True, False)


async def test_nothing_listens_is_certain(telegram: TelegramServer, channel: TelegramChannel) -> None:
    await telegram.go_away()
    error = await refused(channel, str(ALICE))
    assert (error.retryable, error.certain) == (True, True)


async def test_without_a_connection_it_waits(telegram: TelegramServer, database: Database) -> None:
    error = await refused(TelegramChannel(database, telegram.address), str(ALICE))
    assert (error.retryable, error.certain) == (True, True)
    assert "waits for the connection" in error.sentence


async def test_a_group_that_became_a_bigger_one_is_followed(telegram: TelegramServer, channel: TelegramChannel) -> None:
    telegram.moved[-77] = -100777
    await channel.adapter.send("-77#5", "hello", "k")
    assert telegram.to(-100777) == ["hello"]


@pytest.mark.parametrize("text", ["&" * LONGEST, "😀" * LONGEST, "**b** " * (LONGEST // 6), "<b>" * (LONGEST // 3)])
async def test_the_longest_message_is_taken(telegram: TelegramServer, channel: TelegramChannel, text: str) -> None:
    await channel.adapter.send(str(ALICE), text, "k")
    assert "".join(telegram.to(ALICE)).replace(" ", "") == text.replace("*", "").replace(" ", "")


async def test_what_has_begun_to_arrive_is_never_sent_again_by_itself(
    telegram: TelegramServer, channel: TelegramChannel
) -> None:
    too_many = Refusal(429, "Too Many Requests", retry_after=1)
    telegram.refuse += [("sendMessage", None), ("sendMessage", too_many)]
    error = await refused(channel, str(ALICE), "😀" * LONGEST)
    assert "Only the beginning has arrived" in error.sentence
    assert not error.certain
    assert len(telegram.said) == 1


async def test_what_does_not_parse_is_sent_as_it_stands(telegram: TelegramServer, channel: TelegramChannel) -> None:
    telegram.refuse.append(("sendMessage", Refusal(400, "Bad Request: can't parse entities: whatever")))
    await channel.adapter.send(str(ALICE), "**bold** & <b>", "k")
    assert telegram.to(ALICE) == ["**bold** & <b>"]


async def test_eyes_or_typing_show_that_it_works(telegram: TelegramServer, database: Database) -> None:
    for how in ("reaction", "typing", "nothing"):
        async with TelegramChannel(database, telegram.address, working=how) as channel:
            number = await telegram.write(ALICE, how)
            (message,) = await channel.took(1)
            await channel.adapter.working(message, on=True)
            await channel.adapter.working(message, on=False)
            if how == "reaction":
                assert telegram.reactions == [(ALICE, number, "👀"), (ALICE, number, "")]
    assert telegram.actions == [(ALICE, "typing")]
    assert len(telegram.reactions) == 2


@pytest.mark.parametrize(
    "markdown, html",
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("# Title\n\n**bold** _it_", "<b>Title</b>\n\n<strong>bold</strong> <em>it</em>"),
        ("~~gone~~ `x<y`", "<del>gone</del> <code>x&lt;y</code>"),
        ("- a\n  - [x] b\n3. c", "• a\n  ☑ b\n3. c"),
        ("> a\n> > **b**\nc", "<blockquote>a\n<strong>b</strong></blockquote>\nc"),
        ("```py\na < b\n```", '<pre><code class="language-py">a &lt; b</code></pre>'),
        ("| a | b |\n|---|---|\n| 1 | **2** |", "<pre>a  b\n-  -\n1  2</pre>"),
        ("[x](https://a.example/?a&b)", '<a href="https://a.example/?a&amp;b">x</a>'),
        ("[x](tg://user?id=1)", "x (tg://user?id=1)"),
        ("---", "──────────"),
    ],
)  # fmt: skip
def test_what_becomes_of_markdown(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


_PIECES = st.sampled_from(
    ["<b>", "</b>", "&", "&amp;", '"', "`", "```", "**", "_", "~~", "[", "](", ")", "https://a.example/", "\n",
     "> ", "- ", "# ", "|", "|-|", "word", " ", "\\", "<https://x>"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_telegram_can_parse_whatever_comes_out(markdown: str) -> None:
    shown_text(to_html(markdown))
