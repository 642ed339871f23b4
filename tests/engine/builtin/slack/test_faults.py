"""Many messages while everything goes wrong in a random but repeatable way: none is lost, none is answered twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from kata_desktop.domain.channel import ChannelRules
from tests.support.channel_house import ChannelHouse
from tests.support.eventually import eventually
from tests.support.slack_house import slack_house
from tests.support.slack_server.commands import Command
from tests.support.slack_server.slack_server import SlackServer
from tests.support.slack_server.socket_mode import Timing

ROUNDS, A_FEW = 40, 12
PEOPLE = tuple(f"U1P{number:02}" for number in range(30))
"""So many that nobody writes too fast to be answered."""


class Storm:
    """One run of messages and faults."""

    def __init__(self, slack: SlackServer, house: ChannelHouse, seed: int) -> None:
        self.slack = slack
        self.house = house
        self.random = Random(seed)
        self.wrote: list[str] = []
        self.threads: list[tuple[str, str]] = []
        self.commands: list[Command] = []
        for number, person in enumerate(PEOPLE):
            slack.world.add_user(person, f"person{number}")
        house.given = ChannelRules(allow=PEOPLE, allow_in_groups=PEOPLE)

    def write(self) -> None:
        """Somebody says something to Kata, somewhere."""
        text = f"message {len(self.wrote)}."
        self.wrote.append(text)
        who = self.random.choice(PEOPLE)
        match self.random.choice(("mention", "mention", "reply", "direct", "direct", "twice")):
            case "reply" if self.threads:
                channel, thread = self.random.choice(self.threads)
                self.slack.mention(who, channel, text, thread=thread)
            case "direct":
                self.slack.direct(who, text)
            case "twice":
                ts = self.slack.mention(who, "C0TEAM", text)
                self.slack.again("C0TEAM", ts)
            case _:
                channel = self.random.choice(("C0GEN", "C0TEAM"))
                self.threads.append((channel, self.slack.mention(who, channel, text)))

    def command(self) -> None:
        """Somebody types a slash command while the line is up."""
        if self.slack.sockets.connections and self.house.is_connected:
            person, text = self.random.choice(PEOPLE), f"command {len(self.commands)}."
            self.commands.append(self.slack.command(person, "C0GEN", text))

    async def fault(self) -> None:
        """Something goes wrong."""
        slack, sockets = self.slack, self.slack.sockets
        choices: list[Callable[[], None]] = [
            sockets.drop,
            sockets.freeze,
            lambda: slack.swallow("chat.postMessage"),
            lambda: slack.cut("chat.postMessage"),
            lambda: slack.limit("chat.postMessage", retry_after=0.3),
            lambda: slack.refuse("chat.postMessage", "internal_error", status=500),
            lambda: slack.limit("conversations.history", retry_after=0.3),
            lambda: slack.cut("conversations.replies"),
            lambda: slack.page("conversations.history"),
            lambda: slack.page("chat.postMessage", status=200),
            lambda: slack.slow("users.info", 2.0),
            lambda: slack.refuse("apps.connections.open", "internal_error"),
            lambda: slack.refuse("users.info", "internal_error", times=3),
            self._lose_events,
            self.command,
        ]
        chosen = self.random.choice([*choices, None, None])
        if chosen is None:
            await sockets.announce(self.random.choice(("refresh_requested", "warning")))
        else:
            chosen()

    def _lose_events(self) -> None:
        self.slack.sockets.delivering = False

    def end_of_loss(self) -> None:
        """Events flow again; where some were lost, the line had been down, as it is with the real one."""
        if not self.slack.sockets.delivering:
            self.slack.sockets.delivering = True
            self.slack.sockets.drop()
        self.house.hurry()

    def answers(self) -> Counter[str]:
        """How often each message was answered, wherever."""
        said = [one["text"] for place in self.slack.world.conversations for one in self.slack.said(place)]
        return Counter(text.removeprefix("Heard: ") for text in said)

    async def all_answered(self) -> None:
        """Wait until every message has its answer."""
        end = asyncio.get_running_loop().time() + 90
        while missing := sorted(set(self.wrote) - set(self.answers())):
            told = [(item.message.text, item.state, item.reason) for item in await self.house.items()]
            fates = [fate for fate in told if fate[0] in missing]
            assert asyncio.get_running_loop().time() < end, f"unanswered: {missing}; in the inbox: {fates}"
            self.house.hurry()
            await asyncio.sleep(0.2)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_nothing_is_lost_and_nothing_is_answered_twice(tmp_path: Path) -> None:
    await weathered(tmp_path, seed=3, rounds=A_FEW)


@pytest.mark.torture
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_is_lost_and_nothing_is_answered_twice_in_long_storms(tmp_path: Path, seed: int) -> None:
    await weathered(tmp_path, seed=seed, rounds=ROUNDS)


async def weathered(tmp_path: Path, *, seed: int, rounds: int) -> None:
    """Live through a storm, then look at what became of every message."""
    timing = Timing(acknowledge_within=0.5, redeliver_after=(0.0, 0.5), close_after=0.5)
    async with SlackServer(timing) as slack, slack_house(tmp_path / "home", slack.base_url) as house:
        await eventually("a connection", lambda: house.is_connected or None)
        storm = Storm(slack, house, seed)
        for _ in range(rounds):
            for _ in range(storm.random.randint(1, 4)):
                storm.write()
            await storm.fault()
            await asyncio.sleep(storm.random.random() * 0.25)  # the storm has a pace of its own
            storm.end_of_loss()
        slack.api.forgive()
        slack.sockets.drop()
        await storm.all_answered()
        # A command that was not acknowledged is one whose writer saw it fail: Slack does not deliver it again.
        taken = [command for command in storm.commands if command.acknowledged]
        await eventually("commands", lambda: all(command.answers for command in taken) or None)
        await asyncio.sleep(1)  # nothing more comes
        assert storm.answers() == Counter(storm.wrote)
        assert all(len(command.answers) <= 1 for command in storm.commands)
        assert slack.journal.violations == []
        assert len(slack.journal.of("connected")) > rounds / 8, "lines went down"
