"""From a message in Telegram to its answer there, by the whole engine: none lost, none twice, doubts told."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import pytest
import pytest_asyncio

from kata_desktop.domain.notification import OutboxState
from kata_desktop.store import outbox
from tests.support.channel_house import ChannelHouse
from tests.support.eventually import becomes, eventually
from tests.support.telegram_house import telegram_house
from tests.support.telegram_rules import ALICE, BOB, GROUP, Refusal
from tests.support.telegram_server import TelegramServer

ROOT = Path(__file__).parents[4]


@pytest_asyncio.fixture
async def house(telegram: TelegramServer, tmp_path: Path) -> AsyncIterator[ChannelHouse]:
    async with telegram_house(tmp_path / "home", telegram.address) as house:
        await house.connected()
        yield house


async def answers(telegram: TelegramServer, chat: int, number: int, *, limit: float = 30.0) -> list[str]:
    await eventually(f"{number} answers", lambda: len(telegram.to(chat)) >= number, limit=limit)
    return telegram.to(chat)


@pytest.mark.usefixtures("house")
async def test_messages_mentions_and_commands_are_answered(telegram: TelegramServer) -> None:
    await telegram.write(BOB, "from a stranger")
    await telegram.write(ALICE, "is **this** a < b?")
    assert await answers(telegram, ALICE, 1) == ["Heard: is this a < b?"]
    await telegram.write(ALICE, "/start")
    assert "/status" in (await answers(telegram, ALICE, 2))[1]
    await telegram.write(ALICE, "to the others", chat=GROUP)
    number = await telegram.write(ALICE, "@kata_bot hello", chat=GROUP)
    assert await answers(telegram, GROUP, 1) == ["Heard: hello"]
    assert telegram.said[-1]["reply_parameters"]["message_id"] == number
    assert telegram.to(BOB) == []
    await eventually("no eyes any more", lambda: (GROUP, number, "") in telegram.reactions)


@pytest.mark.usefixtures("house")
async def test_a_limit_delays_the_answer(telegram: TelegramServer) -> None:
    telegram.refuse.append(("sendMessage", Refusal(429, "Too Many Requests: retry after 1", retry_after=1)))
    await telegram.write(ALICE, "hello")
    assert await answers(telegram, ALICE, 1) == ["Heard: hello"]


@pytest.mark.usefixtures("house")
async def test_a_long_answer_comes_in_parts(telegram: TelegramServer) -> None:
    text = "\n\n".join(f"Paragraph {number}: " + "a < b & **c** " * 20 for number in range(30))
    await telegram.write(ALICE, text)
    parts = await answers(telegram, ALICE, 3)
    assert all(f"Paragraph {number}:" in "".join(parts) for number in range(30))
    assert "**" not in "".join(parts)


async def test_an_answer_whose_fate_was_lost_is_a_persons_matter(telegram: TelegramServer, house: ChannelHouse) -> None:
    telegram.lose.append(("sendMessage", True))
    await telegram.write(ALICE, "one")

    async def unknown() -> bool:
        items = await house.kata.database.read(lambda db: outbox.listed(db, limit=10))
        return any(item.state is OutboxState.UNKNOWN for item in items)

    await becomes("the doubt", unknown)
    await telegram.write(ALICE, "two")
    assert await answers(telegram, ALICE, 2) == ["Heard: one", "Heard: two"]


@contextmanager
def life(folder: Path, telegram: TelegramServer, how: str) -> Iterator[Popen[bytes]]:
    """The engine in a process of its own, killed at the end."""
    command = [sys.executable, "-m", "tests.support.telegram_house", str(folder), telegram.address, how]
    with Popen(command, cwd=ROOT, stdout=DEVNULL, stderr=PIPE) as process:
        try:
            yield process
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()


@pytest.mark.slow
async def test_a_kill_between_message_and_answer_loses_neither(telegram: TelegramServer, tmp_path: Path) -> None:
    with life(tmp_path / "home", telegram, "think"):
        number = await telegram.write(ALICE, "hello")
        await eventually("eyes", lambda: (ALICE, number, "👀") in telegram.reactions)
    await telegram.write(ALICE, "while it was dead")
    with life(tmp_path / "home", telegram, "answer"):
        said = await answers(telegram, ALICE, 2)
        await asyncio.sleep(1)  # nothing more comes
        assert sorted(said) == ["Heard: hello", "Heard: while it was dead"]
        assert len(telegram.said) == 2


@pytest.mark.slow
async def test_a_kill_while_sending_sends_it_at_most_once(telegram: TelegramServer, tmp_path: Path) -> None:
    telegram.stall = "sendMessage"
    with life(tmp_path / "home", telegram, "answer"):
        await telegram.write(ALICE, "hello")
        await answers(telegram, ALICE, 1)
    telegram.stall = ""
    with life(tmp_path / "home", telegram, "answer"):
        await telegram.write(ALICE, "again")
        said = await answers(telegram, ALICE, 2)
        await asyncio.sleep(1)  # nothing more comes
        assert said == ["Heard: hello", "Heard: again"]
        assert len(telegram.said) == 2
