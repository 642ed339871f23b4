"""What Kata says in Matrix: addresses, keys, refusals, threads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kata_desktop.builtin.matrix.outgoing import KEY, LONGEST, content_of
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.store.database import Database
from tests.support.eventually import becomes
from tests.support.held_secrets import Secrets
from tests.support.matrix_channel import MatrixChannel
from tests.support.matrix_person import MatrixPerson
from tests.support.matrix_server import Gate, MatrixServer


async def shared(alice: MatrixPerson, kata: MatrixPerson, alias: str = "") -> str:
    changes: dict[str, Any] = {"room_alias_name": alias} if alias else {}
    room = await alice.room(kata.id, name="Team", **changes)

    async def there() -> bool:
        return kata.id in await alice.members(room)

    await becomes("the joining", there)
    return room


async def refused(channel: MatrixChannel, address: str, text: str = "hello") -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.adapter.send(address, text, "key")
    return caught.value


async def test_a_room_and_its_alias(channel: MatrixChannel, alice: MatrixPerson, kata: MatrixPerson) -> None:
    name = alice.id[1:].partition(":")[0]
    room = await shared(alice, kata, alias=f"team-of-{name}")
    await channel.adapter.send(room, "one", "k1")
    await channel.adapter.send(f"#team-of-{name}:localhost", "two", "k2")
    one, two = await alice.said(room, kata.id)
    assert (one["body"], one[KEY], one["m.mentions"]) == ("one", "k1", {})
    assert two["body"] == "two"
    assert "formatted_body" not in one


async def test_a_person_is_written_to_in_one_room(
    channel: MatrixChannel, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    assert await channel.adapter.lookup(alice.id, "k1") is False
    await channel.adapter.send(alice.id, "one", "k1")
    await channel.adapter.send(alice.id, "two", "k2")
    await channel.reconnect()
    await channel.adapter.send(alice.id, "three", "k3")
    (room,) = (await alice.call("GET", "sync", timeout="0"))["rooms"]["invite"]
    await alice.join(room)
    assert [content["body"] for content in await alice.said(room, kata.id)] == ["one", "two", "three"]
    await alice.say(room, "an answer")
    (message,) = await channel.took(1)
    assert message.reply_address == room
    await alice.call("POST", f"rooms/{room}/leave", {})
    await channel.adapter.send(alice.id, "four", "k4")
    assert await channel.adapter.lookup(alice.id, "k4") is True
    assert await channel.adapter.lookup(room, "k4") is False


async def test_the_room_of_a_followed_invitation_is_used(
    channel: MatrixChannel, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await alice.room(kata.id, direct=True)
    await alice.say(room, "hello")
    await channel.took(1)
    await channel.adapter.send(alice.id, "here", "k")
    assert [content["body"] for content in await alice.said(room, kata.id)] == ["here"]


async def test_the_same_key_is_said_once(channel: MatrixChannel, alice: MatrixPerson, kata: MatrixPerson) -> None:
    room = await shared(alice, kata)
    for _ in range(2):
        await channel.adapter.send(room, "hello", "k")
    await channel.reconnect()
    await channel.adapter.send(room, "hello", "k")
    assert len(await alice.said(room, kata.id)) == 1


async def test_a_lost_confirmation_is_uncertain_and_can_be_looked_up(
    channel: MatrixChannel, gate: Gate, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await shared(alice, kata)
    gate.swallow(b"/send/m.room.message/")
    error = await refused(channel, room)
    assert (error.retryable, error.certain) == (True, False)
    for number in range(120):
        await alice.say(room, f"{number}")
    assert await channel.adapter.lookup(room, "key") is True
    assert await channel.adapter.lookup(room, "other") is False


async def test_patience_is_handed_on(
    channel: MatrixChannel, matrix: MatrixServer, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await shared(alice, kata)
    await matrix.limit(kata, a_second=1, at_once=1)
    errors = []
    for number in range(3):
        try:
            await channel.adapter.send(room, f"{number}", f"k{number}")
        except DeliveryError as error:
            errors.append(error)
    assert errors
    assert {(error.retryable, error.certain) for error in errors} == {(True, True)}
    assert all(error.retry_after and timedelta() < error.retry_after <= timedelta(seconds=2) for error in errors)


@pytest.mark.parametrize(
    "address, word",
    [
        ("general", "no address"),
        ("@alice", "no address"),
        ("", "no address"),
        ("!room:localhost/$", "no address"),
        ("#nowhere:localhost", "no such room"),
        ("!nowhere:localhost", "may not write there"),
    ],
)
async def test_addresses_that_cannot_work_are_refused_for_good(channel: MatrixChannel, address: str, word: str) -> None:
    error = await refused(channel, address)
    assert word in error.sentence
    assert (error.retryable, error.certain) == (False, True)


async def test_without_a_connection_it_waits(matrix: MatrixServer, database: Database) -> None:
    channel = MatrixChannel(database, Secrets(), homeserver=matrix.address)
    error = await refused(channel, "!room:localhost")
    assert (error.retryable, error.certain) == (True, True)
    assert "waits for the connection" in error.sentence


@pytest.mark.parametrize("text", ["&" * LONGEST, "😀" * LONGEST, "**b** " * (LONGEST // 6), '"`<' * (LONGEST // 3)])
async def test_the_longest_message_is_taken(
    channel: MatrixChannel, alice: MatrixPerson, kata: MatrixPerson, text: str
) -> None:
    room = await shared(alice, kata)
    await channel.adapter.send(room, text, "k")
    (said,) = await alice.said(room, kata.id)
    assert said["body"] == text


async def test_typing_is_shown(channel: MatrixChannel, alice: MatrixPerson, kata: MatrixPerson) -> None:
    room = await shared(alice, kata)
    since = (await alice.call("GET", "sync", timeout="0"))["next_batch"]
    await alice.say(room, "Kata: hello")
    (message,) = await channel.took(1)
    await channel.adapter.working(message, on=True)
    since = await alice.sees_typing(room, since, [kata.id])
    await channel.adapter.working(message, on=False)
    await alice.sees_typing(room, since, [])


async def test_nobody_is_rung_by_accident(channel: MatrixChannel, alice: MatrixPerson, kata: MatrixPerson) -> None:
    room = await shared(alice, kata)
    await channel.adapter.send(room, f"@room and {alice.id} <b>bold</b>", "k")
    (said,) = await alice.said(room, kata.id)
    assert said["m.mentions"] == {}
    assert said["formatted_body"] == f"@room and {alice.id} &lt;b&gt;bold&lt;/b&gt;"
    told = await alice.call("GET", "notifications", limit="50", only="highlight")
    assert [each["event"]["sender"] for each in told["notifications"] if each["event"]["sender"] == kata.id] == []


def test_a_thread_is_told_to_old_programs_as_an_answer() -> None:
    relation = content_of("hello", "k", "$root")["m.relates_to"]
    assert relation == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$root"},
    }
