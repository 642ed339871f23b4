"""The engine with Matrix as its channel; as a program of its own, a life to be killed."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from kata_desktop.builtin.matrix.logins import Logins
from kata_desktop.domain.channel import ChannelRules
from tests.support.channel_house import Answer, ChannelHouse, channel_house, echo, think_for_ever
from tests.support.held_secrets import Secrets
from tests.support.matrix_channel import matrix_adapter


def matrix_house(
    folder: Path, homeserver: str, token: str, people: tuple[str, ...], *, answer: Answer = echo
) -> AbstractAsyncContextManager[ChannelHouse]:
    """These people may write and invite."""
    settings = {"homeserver": homeserver, "allow": people, "allow_in_groups": people}
    secrets, logins = Secrets(access_token=token), Logins("ws_acme")
    rules = ChannelRules(allow=people, allow_in_groups=people)
    return channel_house(folder, "matrix", lambda _: matrix_adapter(settings, secrets, logins), rules, answer=answer)


async def _live(folder: Path, homeserver: str, token: str, people: tuple[str, ...], answer: Answer) -> None:
    async with matrix_house(folder, homeserver, token, people, answer=answer):
        await asyncio.Event().wait()


if __name__ == "__main__":
    where, address, secret, how, *allowed = sys.argv[1:]
    asyncio.run(_live(Path(where), address, secret, tuple(allowed), think_for_ever if how == "think" else echo))
