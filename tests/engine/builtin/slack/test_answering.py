"""From a message in Slack to its answer there, by the whole engine: one each, whatever fails in between."""

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

from kata_desktop.domain.channel import ChannelRules, ChannelState
from tests.support.channel_house import ChannelHouse
from tests.support.eventually import eventually
from tests.support.slack_house import slack_house
from tests.support.slack_server.slack_server import SlackServer

ROOT = Path(__file__).parents[4]


@pytest_asyncio.fixture
async def house(slack: SlackServer, tmp_path: Path) -> AsyncIterator[ChannelHouse]:
    async with slack_house(tmp_path / "home", slack.base_url) as house:
        await house.connected()
        yield house


async def answers(slack: SlackServer, conversation: str, count: int, *, limit: float = 30.0) -> list[str]:
    await eventually(f"{count} answers", lambda: len(slack.said(conversation)) >= count or None, limit=limit)
    return [message["text"] for message in slack.said(conversation)]


async def test_a_mention_is_answered_in_its_thread(slack: SlackServer, house: ChannelHouse) -> None:
    ts = slack.mention("U0ALICE", "C0GEN", "is **this** a < b?")
    assert await answers(slack, "C0GEN", 1) == ["Heard: is *this* a &lt; b?"]
    assert slack.said("C0GEN")[0]["thread_ts"] == ts
    slack.post("U0ALICE", "C0GEN", "and now?", thread=ts)
    assert await answers(slack, "C0GEN", 2) == ["Heard: is *this* a &lt; b?", "Heard: and now?"]
    sessions = {
        run.session_id for run in [await house.kata.scheduling.run(item.run_id) for item in await house.items()]
    }
    assert len(sessions) == 1


@pytest.mark.usefixtures("house")
async def test_direct_messages_and_commands_are_answered(slack: SlackServer) -> None:
    slack.direct("U0BOB", "hello")
    assert await answers(slack, "D00BOB", 1) == ["Heard: hello"]
    command = slack.command("U0ALICE", "C0ELSE", "what is new?")
    await eventually("the answer", lambda: command.answers or None)
    assert [answer["text"] for answer in command.answers] == ["Heard: what is new?"]
    status = slack.command("U0ALICE", "C0ELSE", "help")
    await eventually("the answer", lambda: status.answers or None)
    assert "/status" in status.answers[0]["text"]


async def test_who_is_not_allowed_is_not_answered(slack: SlackServer, house: ChannelHouse) -> None:
    house.given = ChannelRules(allow=("U0ALICE",))
    slack.direct("U0BOB", "let me in")
    slack.mention("U0ALICE", "C0GEN", "in a group")
    slack.direct("U0ALICE", "hello")
    assert await answers(slack, "D00ALICE", 1) == ["Heard: hello"]
    await eventually("all decided", lambda: slack.journal.of("acknowledged") or None)
    assert slack.said("D00BOB") == []
    assert slack.said("C0GEN") == []


async def test_without_a_mention_only_where_the_rules_say_so(slack: SlackServer, house: ChannelHouse) -> None:
    slack.post("U0ALICE", "C0GEN", "to the others")
    slack.mention("U0ALICE", "C0TEAM", "to Kata")
    await answers(slack, "C0TEAM", 1)
    assert slack.said("C0GEN") == []
    house.given = ChannelRules(allow_in_groups=("U0ALICE",), mention_needed=False)
    slack.post("U0ALICE", "C0GEN", "to everybody")
    assert await answers(slack, "C0GEN", 1) == ["Heard: to everybody"]


@pytest.mark.usefixtures("house")
async def test_a_limit_delays_the_answer(slack: SlackServer) -> None:
    slack.limit("chat.postMessage", retry_after=1)
    slack.direct("U0ALICE", "hello")
    assert await answers(slack, "D00ALICE", 1) == ["Heard: hello"]
    assert len(slack.journal.of("refused", "chat.postMessage")) == 1


@pytest.mark.usefixtures("house")
async def test_an_answer_whose_fate_was_lost_is_not_sent_again(slack: SlackServer) -> None:
    slack.swallow("chat.postMessage")
    slack.direct("U0ALICE", "one")
    await answers(slack, "D00ALICE", 1)
    slack.direct("U0ALICE", "two")
    assert await answers(slack, "D00ALICE", 2) == ["Heard: one", "Heard: two"]
    await eventually("the look", lambda: slack.journal.of("call", "conversations.history") or None)


@pytest.mark.usefixtures("house")
async def test_eyes_are_on_the_message_while_it_is_answered(slack: SlackServer) -> None:
    slack.mention("U0ALICE", "C0GEN", "hello")
    await answers(slack, "C0GEN", 1)
    await eventually("eyes", lambda: slack.journal.of("call", "reactions.add") or None)
    await eventually("no eyes", lambda: slack.journal.of("call", "reactions.remove") or None)


async def test_a_revoked_token_is_told_and_repaired(slack: SlackServer, house: ChannelHouse) -> None:
    slack.revoke()

    def state() -> ChannelState | None:
        status = house.host.status("ws_acme", "slack")
        return status.state if status else None

    await eventually("the end", lambda: state() is ChannelState.REJECTED)
    slack.access.ended.clear()
    house.host.retry("ws_acme", "slack")
    slack.mention("U0ALICE", "C0GEN", "meanwhile")
    assert await answers(slack, "C0GEN", 1) == ["Heard: meanwhile"]


@contextmanager
def life(folder: Path, base_url: str, how: str) -> Iterator[Popen[bytes]]:
    """The engine in a process of its own, killed at the end."""
    command = [sys.executable, "-m", "tests.support.slack_house", str(folder), base_url, how]
    with Popen(command, cwd=ROOT, stdout=DEVNULL, stderr=PIPE) as process:
        try:
            yield process
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()


@pytest.mark.slow
async def test_a_kill_between_message_and_answer_loses_neither(slack: SlackServer, tmp_path: Path) -> None:
    with life(tmp_path / "home", slack.base_url, "think"):
        await eventually("a connection", lambda: slack.sockets.connections or None)
        slack.mention("U0ALICE", "C0GEN", "hello")
        await eventually("eyes", lambda: slack.journal.of("call", "reactions.add") or None)
        await eventually("both acknowledgements", lambda: len(slack.journal.of("acknowledged")) >= 2)
    slack.mention("U0BOB", "C0GEN", "while it was dead")
    with life(tmp_path / "home", slack.base_url, "answer"):
        said = await answers(slack, "C0GEN", 2)
        await asyncio.sleep(1)  # nothing more comes
        assert sorted(said) == ["Heard: hello", "Heard: while it was dead"]
        assert len(slack.said("C0GEN")) == 2


@pytest.mark.slow
async def test_a_kill_while_sending_sends_it_once(slack: SlackServer, tmp_path: Path) -> None:
    slack.hold("chat.postMessage")
    with life(tmp_path / "home", slack.base_url, "answer"):
        await eventually("a connection", lambda: slack.sockets.connections or None)
        slack.direct("U0ALICE", "hello")
        await answers(slack, "D00ALICE", 1)
    with life(tmp_path / "home", slack.base_url, "answer"):
        slack.direct("U0ALICE", "again")
        said = await answers(slack, "D00ALICE", 2)
        await asyncio.sleep(1)  # nothing more comes
        assert said == ["Heard: hello", "Heard: again"]
        assert len(slack.said("D00ALICE")) == 2
    assert slack.journal.of("call", "conversations.history")
