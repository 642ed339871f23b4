"""From a message in Matrix to its answer there, by the whole engine: one each, whatever fails in between."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import pytest
import pytest_asyncio

from kata_desktop.domain.channel import ChannelState
from tests.support.channel_house import ChannelHouse
from tests.support.eventually import becomes, eventually
from tests.support.matrix_house import matrix_house
from tests.support.matrix_person import MatrixPerson
from tests.support.matrix_server import Gate, MatrixServer

ROOT = Path(__file__).parents[4]


@pytest_asyncio.fixture
async def house(gate: Gate, tmp_path: Path, kata: MatrixPerson, alice: MatrixPerson) -> AsyncIterator[ChannelHouse]:
    async with matrix_house(tmp_path / "home", gate.address, kata.token, (alice.id,)) as house:
        await house.connected()
        yield house


async def direct(alice: MatrixPerson, kata: MatrixPerson) -> str:
    room = await alice.room(kata.id, direct=True)

    async def there() -> bool:
        return kata.id in await alice.members(room)

    await becomes("the joining", there)
    return room


def bodies(said: list[dict[str, Any]]) -> list[str]:
    return [content["body"] for content in said]


async def test_a_mention_is_answered_in_its_thread(
    house: ChannelHouse, alice: MatrixPerson, bob: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await alice.room(kata.id, bob.id, name="Team")
    await bob.join(room)
    root = await alice.say(room, "is **this** a < b?", mention=kata.id)
    (answer,) = await alice.hears(room, kata.id)
    assert answer["body"] == "Heard: is **this** a < b?"
    assert answer["formatted_body"] == "Heard: is <strong>this</strong> a &lt; b?"
    assert (answer["m.relates_to"]["rel_type"], answer["m.relates_to"]["event_id"]) == ("m.thread", root)
    await bob.say(room, "from somebody who may not", thread=root)
    await alice.say(room, "and now?", thread=root)
    answers = await alice.hears(room, kata.id, 2)
    assert bodies(answers) == ["Heard: is **this** a < b?", "Heard: and now?"]
    runs = [await house.kata.scheduling.run(item.run_id) for item in await house.items() if item.run_id]
    assert len({run.session_id for run in runs}) == 1


@pytest.mark.usefixtures("house")
async def test_a_direct_message_and_a_command(alice: MatrixPerson, kata: MatrixPerson) -> None:
    room = await direct(alice, kata)
    await alice.say(room, "hello")
    await alice.hears(room, kata.id)
    await alice.say(room, "!help")
    answers = bodies(await alice.hears(room, kata.id, 2))
    assert answers[0] == "Heard: hello"
    assert "/status" in answers[1]


@pytest.mark.usefixtures("house")
async def test_a_limit_delays_the_answer(matrix: MatrixServer, alice: MatrixPerson, kata: MatrixPerson) -> None:
    room = await direct(alice, kata)
    await matrix.limit(kata, a_second=1, at_once=1)
    await alice.say(room, "hello")
    assert bodies(await alice.hears(room, kata.id)) == ["Heard: hello"]


@pytest.mark.usefixtures("house")
async def test_an_answer_whose_confirmation_was_lost_is_there_once(
    gate: Gate, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await direct(alice, kata)
    gate.swallow(b"/send/m.room.message/")
    await alice.say(room, "one")
    await alice.hears(room, kata.id)
    await alice.say(room, "two")
    assert bodies(await alice.hears(room, kata.id, 2)) == ["Heard: one", "Heard: two"]


async def test_an_answer_outlives_the_homeservers_absence(
    house: ChannelHouse, gate: Gate, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await direct(alice, kata)
    await gate.shut()
    await alice.say(room, "into the void")
    await eventually("the loss", lambda: house.status.state is ChannelState.RECONNECTING)
    assert "cannot be reached" in house.status.sentence
    await gate.open()
    await house.connected()
    assert bodies(await alice.hears(room, kata.id)) == ["Heard: into the void"]


async def test_a_revoked_token_is_told(house: ChannelHouse, kata: MatrixPerson) -> None:
    await kata.call("POST", "logout", {})
    await eventually("the end", lambda: house.status.state is ChannelState.REJECTED)
    assert "does not accept the access token any more" in house.status.sentence


async def test_the_row_names_rooms_that_cannot_be_read(
    house: ChannelHouse, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    state = [{"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]
    room = await alice.room(kata.id, name="Secret", initial_state=state)
    await alice.send(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"})
    await alice.hears(room, kata.id)

    def told() -> bool:
        house.host.retry()  # look now, and not after the watchdog's quarter of a minute
        return "Kata cannot read Secret" in house.status.sentence

    await eventually("the remark", told)
    assert house.status.state is ChannelState.CONNECTED
    assert house.status.sentence.startswith(f"Connected as {kata.id}. ")


async def test_a_long_answer_comes_in_parts(house: ChannelHouse, alice: MatrixPerson, kata: MatrixPerson) -> None:
    room = await direct(alice, kata)
    paragraphs = "\n\n".join(f"Paragraph {number}: " + "a < b & **c** " * 30 for number in range(40))
    await alice.say(room, paragraphs)
    answers = await alice.hears(room, kata.id, 3)
    told = "\n\n".join(bodies(answers))
    assert [f"Paragraph {number}:" in told for number in range(40)] == [True] * 40
    assert all(answer["formatted_body"].count("<p>") > 1 for answer in answers)
    assert len(await house.items()) == 1


@contextmanager
def life(folder: Path, address: str, kata: MatrixPerson, how: str, *people: str) -> Iterator[Popen[bytes]]:
    """The engine in a process of its own, killed at the end."""
    command = [sys.executable, "-m", "tests.support.matrix_house", str(folder), address, kata.token, how]
    with Popen([*command, *people], cwd=ROOT, stdout=DEVNULL, stderr=PIPE) as process:
        try:
            yield process
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()


@pytest.mark.slow
async def test_a_kill_between_message_and_answer_loses_neither(
    matrix: MatrixServer, tmp_path: Path, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    with life(tmp_path / "home", matrix.address, kata, "think", alice.id):
        room = await direct(alice, kata)
        since = (await alice.call("GET", "sync", timeout="0"))["next_batch"]
        await alice.say(room, "hello")
        await alice.sees_typing(room, since, [kata.id])
    await alice.say(room, "while it was dead")
    with life(tmp_path / "home", matrix.address, kata, "answer", alice.id):
        await alice.hears(room, kata.id, 2)
        await asyncio.sleep(1)  # nothing more comes
        said = bodies(await alice.said(room, kata.id))
        assert sorted(said) == ["Heard: hello", "Heard: while it was dead"]


@pytest.mark.slow
async def test_a_kill_while_sending_sends_it_once(
    matrix: MatrixServer, gate: Gate, tmp_path: Path, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await alice.room(kata.id, direct=True)
    gate.stall(b"/send/m.room.message/")
    with life(tmp_path / "home", gate.address, kata, "answer", alice.id):
        await alice.say(room, "hello")
        await alice.hears(room, kata.id)
    with life(tmp_path / "home", matrix.address, kata, "answer", alice.id):
        await alice.say(room, "again")
        await alice.hears(room, kata.id, 2)
        await asyncio.sleep(1)  # nothing more comes
        assert bodies(await alice.said(room, kata.id)) == ["Heard: hello", "Heard: again"]
