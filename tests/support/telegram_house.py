"""The engine with Telegram as its channel; as a program of its own, a life to be killed."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from kata_desktop.domain.channel import ChannelRules
from tests.support.channel_house import Answer, ChannelHouse, channel_house, echo, think_for_ever
from tests.support.telegram_channel import held, telegram_adapter
from tests.support.telegram_rules import ALICE

PEOPLE = (str(ALICE),)


def telegram_house(folder: Path, base_url: str, *, answer: Answer = echo) -> AbstractAsyncContextManager[ChannelHouse]:
    """Alice may write."""
    rules = ChannelRules(allow=PEOPLE, allow_in_groups=PEOPLE)
    settings = {"base_url": base_url}
    return channel_house(folder, "telegram", lambda _: telegram_adapter(settings, held()), rules, answer=answer)


async def _live(folder: Path, base_url: str, answer: Answer) -> None:
    async with telegram_house(folder, base_url, answer=answer):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_live(Path(sys.argv[1]), sys.argv[2], think_for_ever if sys.argv[3] == "think" else echo))
