"""Anybody in a room can send any event, and any homeserver may say anything of it: none may hold up the others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.builtin.matrix.reading import Reader
from kata_desktop.builtin.matrix.rooms import Room
from kata_desktop.builtin.matrix.settings import MatrixSettings
from kata_desktop.domain.channel import ConversationKind, Message
from tests.engine.builtin.matrix.test_receiving import group
from tests.support.matrix_channel import MatrixChannel
from tests.support.matrix_person import MatrixPerson

KATA = "@kata:localhost"
TAKEN_BY_SYNAPSE: list[dict[str, Any]] = [
    {"msgtype": "m.text", "body": "x", "m.relates_to": [1]},
    {"msgtype": "m.text", "body": "x", "m.relates_to": {"rel_type": ["m.thread"], "event_id": 7}},
    {"msgtype": "m.text", "body": "x", "formatted_body": {"b": 2}},
    {"msgtype": "m.file", "body": "x", "filename": [1], "info": {"size": "big", "mimetype": {"x": 1}}},
]
"""Other homeservers check less."""


class OneRoom:
    """A room with a name in which everybody is."""

    async def room(self, _: str) -> Room:
        return Room(names={KATA: "Kata", "@alice:localhost": "Alice", "@bob:localhost": "Bob"}, name="Team")

    async def kind(self, _: str) -> ConversationKind:
        return ConversationKind.GROUP

    async def follows(self, _: str, root: str) -> bool:
        assert root.startswith("$"), "the homeserver would be asked for it"
        assert root.isprintable()
        return False


def read(event: dict[str, Any]) -> Message | None:
    settings = MatrixSettings(user_id="", homeserver="http://localhost", access_token="t", password="")
    rooms: Any = OneRoom()
    reading = Reader(account=KATA, rooms=rooms, threads=rooms, settings=settings).message("!r:x", event)
    try:
        reading.send(None)  # nothing in it waits
    except StopIteration as read:
        return read.value  # type: ignore[no-any-return]
    raise AssertionError("it waits for something")


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("m.thread")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
keys = ("msgtype", "body", "filename", "formatted_body", "m.mentions", "m.relates_to", "info")
contents = st.fixed_dictionaries({}, optional=dict.fromkeys(keys, anything)).map(dict)
said = st.one_of(st.just("m.text"), st.just("m.file"), anything)
relations = st.fixed_dictionaries({}, optional={"rel_type": anything, "event_id": anything, "m.in_reply_to": anything})


@given(contents, said, relations, anything)
def test_no_event_is_too_strange_to_be_read(
    content: dict[str, Any], msgtype: object, relation: dict[str, Any], at: object
) -> None:
    event = {"type": "m.room.message", "event_id": "$e", "sender": "@eve:evil.org", "origin_server_ts": at}
    strange = {**content, "msgtype": msgtype, "m.relates_to": relation}
    message = read({**event, "content": strange})
    assert message is None or (message.sender == "@eve:evil.org" and message.at.year in range(1970, 2300))


@pytest.mark.parametrize("at", [2**53, 2**63, 10**400, -(10**400), -1, 1e400, float("nan"), "1", None, True, [1]])
def test_the_clock_of_another_homeserver_may_say_anything(at: object) -> None:
    content = {"msgtype": "m.text", "body": "hi"}
    event = {"type": "m.room.message", "event_id": "$e", "sender": "@eve:evil.org", "content": content}
    message = read({**event, "origin_server_ts": at})
    assert message is not None
    assert message.at.year in range(1970, 2300)


async def test_strange_events_do_not_hold_up_the_others(
    channel: MatrixChannel, alice: MatrixPerson, bob: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await group(alice, kata, bob)
    for content in TAKEN_BY_SYNAPSE:
        await bob.send(room, "m.room.message", content)
    await alice.say(room, "Kata: are you there?")
    await channel.took(len(TAKEN_BY_SYNAPSE) + 1)
    assert channel.texts[-1] == "are you there?"
    assert channel.errors == []
