"""The engine with Slack as its channel; as a program of its own, a life to be killed."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.builtin.slack.adapter import SlackAdapter
from kata_desktop.builtin.slack.patience import Patience
from kata_desktop.domain.channel import ChannelRules
from tests.support.channel_house import WORKSPACE, Answer, ChannelHouse, channel_house, echo, think_for_ever
from tests.support.slack_channel import slack_adapter

PEOPLE = ("U0ALICE", "U0BOB", "U0SAM1", "U0SAM2")


def slack_house(folder: Path, base_url: str, *, answer: Answer = echo) -> AbstractAsyncContextManager[ChannelHouse]:
    """Alice, Bob and both Sams may write, elsewhere when they mention Kata."""
    patience = Patience()  # the plugin's own outlives its connections, too

    def adapter(kata: Kata) -> SlackAdapter:
        return slack_adapter(kata.database, {"base_url": base_url}, workspace_id=WORKSPACE, patience=patience)

    rules = ChannelRules(allow=PEOPLE, allow_in_groups=PEOPLE)
    return channel_house(folder, "slack", adapter, rules, answer=answer)


async def _live(folder: Path, base_url: str, answer: Answer) -> None:
    async with slack_house(folder, base_url, answer=answer):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_live(Path(sys.argv[1]), sys.argv[2], think_for_ever if sys.argv[3] == "think" else echo))
