"""From a message in WhatsApp to its answer there, by the whole engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

from kata_desktop.builtin.whatsapp.sent import MARK
from kata_desktop.domain.channel import ChannelState, ConversationKind, InboxState
from kata_desktop.domain.handler import HandlerSpec, Result, RunContext
from kata_desktop.domain.notification import OutboxState
from kata_desktop.domain.task import PROMPT_HANDLER
from tests.support.eventually import eventually
from tests.support.running_plugins import ACME
from tests.support.whatsapp.house import ALICE, BOB, TEAM, House, echo, house_of
from tests.support.whatsapp.phone import Phone
from tests.support.whatsapp.shapes import DEVICE, LID, PHONE, contents, message, own

ME = f"{PHONE}@s.whatsapp.net"


async def test_an_allowed_person_is_answered(linked: House) -> None:
    linked.phone.write(message("A1", "is **this** so?", at=linked.kata.clock.now()))
    assert await linked.arrived(ALICE, 1) == ["Heard: is *this* so?"]
    (item,) = await linked.items()
    assert item.message.id == "A1"
    assert item.message.account == f"+{PHONE}"
    assert (item.message.sender, item.message.sender_name) == ("+4915100000002", "Alice")
    assert (item.message.conversation, item.message.kind) == ("+4915100000002", ConversationKind.DIRECT)
    await eventually("typing shown and ended", lambda: linked.phone.typing == [(ALICE, True), (ALICE, False)])
    await eventually("nothing kept by the process", lambda: list((linked.data / "arrived").iterdir()) == [])


async def test_the_task_that_answers_calls_the_channel_by_its_name(linked: House) -> None:
    linked.phone.write(message("A1", "hi", at=linked.kata.clock.now()))
    await linked.arrived(ALICE, 1)
    (row,) = await linked.kata.scheduling.tasks()
    assert (row.task.spec.name, row.sentence) == ("Answer messages in WhatsApp", "When somebody writes in WhatsApp")


async def test_strangers_are_not_answered_nor_asked(linked: House) -> None:
    linked.phone.write(
        message("B1", "let me in", sender=BOB), message("B2", "@Kata hi", chat=TEAM, sender=BOB, mentions=(ME,))
    )
    items = await linked.decided(2)
    assert [(item.state, item.reason) for item in items] == [
        (InboxState.IGNORED, "This sender is not allowed to write to Kata directly."),
        (InboxState.IGNORED, "This sender is not allowed to write to Kata in groups."),
    ]
    assert linked.phone.sent == []
    assert await linked.outbox() == []


async def test_who_is_allowed_by_number_is_known_by_the_hidden_id_too(linked: House) -> None:
    alice = "55500000000002@lid"
    linked.phone.write(message("L1", "both", chat=alice, sender=alice, alt=ALICE))
    assert await linked.arrived(ALICE, 1) == ["Heard: both"]
    linked.phone.numbers["55500000000002"] = "4915100000002"
    linked.phone.write(message("L2", "hidden alone", chat=alice, sender=alice))
    assert await linked.arrived(ALICE, 2) == ["Heard: both", "Heard: hidden alone"]
    linked.phone.numbers.clear()
    linked.phone.write(message("L3", "nobody knows", chat=alice, sender=alice))
    assert (await linked.decided(3))[2].state is InboxState.IGNORED
    sessions = {(await linked.kata.scheduling.run(item.run_id)).session_id for item in (await linked.items())[:2]}
    assert len(sessions) == 1


async def test_who_is_allowed_by_hidden_id_is_answered_there(linked: House) -> None:
    await linked.kata.plugins.change(ACME, "whatsapp", {"allow": "55500000000009@lid"})
    await linked.kata.plugins.manager.settled(ACME, "whatsapp")
    await linked.until(ChannelState.CONNECTED)
    hidden = "55500000000009@lid"
    linked.phone.write(message("H1", "hello", chat=hidden, sender=hidden, alt=BOB))
    assert await linked.arrived(hidden, 1) == ["Heard: hello"]


async def test_in_groups_only_when_mentioned(linked: House) -> None:
    linked.phone.write(message("G1", "to the others", chat=TEAM))
    linked.phone.write(message("G2", f"@{LID} and you?", chat=TEAM, mentions=(f"{LID}@lid",)))
    assert await linked.arrived(TEAM, 1) == ["Heard: and you?"]
    first, second = await linked.decided(2)
    assert (first.state, first.reason) == (InboxState.IGNORED, "Kata was not mentioned.")
    assert (second.message.conversation, second.message.conversation_name) == (TEAM, "Team")
    answer = "3EB00000000000000001"
    linked.phone.write(message("G3", "go on", chat=TEAM, quotes=answer), message("G4", "no", chat=TEAM, quotes="G1"))
    assert await linked.arrived(TEAM, 2) == ["Heard: and you?", "Heard: go on"]
    assert (await linked.decided(4))[3].reason == "Kata was not mentioned."


async def test_in_groups_without_a_mention_where_the_settings_say_so(linked: House) -> None:
    await linked.kata.plugins.change(ACME, "whatsapp", {"mention_needed": "no"})
    await linked.kata.plugins.manager.settled(ACME, "whatsapp")
    await linked.until(ChannelState.CONNECTED)
    linked.phone.write(message("G1", "to everybody", chat=TEAM))
    assert await linked.arrived(TEAM, 1) == ["Heard: to everybody"]


async def test_the_own_chat_is_a_private_channel_without_a_loop(linked: House) -> None:
    linked.phone.echoes = DEVICE + 1  # the worst: it looks as if another program of the owner's had written it
    linked.phone.write(own("O1", "remind me"))
    assert await linked.arrived(ME, 1) == ["Heard: remind me"]
    (item,) = await linked.decided(1)
    assert (item.message.kind, item.message.sender, item.message.reply_address) == (
        ConversationKind.OWN, f"+{PHONE}", "me",
    )  # fmt: skip
    linked.phone.write(own("O2", "from the web", device=DEVICE + 2), own("O3", "by hidden id", chat=f"{LID}@lid"))
    assert sorted((await linked.arrived(ME, 3))[1:]) == ["Heard: by hidden id", "Heard: from the web"]
    linked.phone.write(message("A9", "last"))
    await linked.arrived(ALICE, 1)
    assert len(linked.phone.texts(ME)) == 3
    assert {item.message.id for item in await linked.decided(4)} == {"O1", "O2", "O3", "A9"}


async def test_each_sign_alone_tells_an_echo(phone: Phone, tmp_path: Path) -> None:
    async with house_of(tmp_path / "home", phone) as house:
        await house.link()
        house.phone.write(own("O1", "one"))
        await house.arrived(ME, 1)
        await eventually("the id is known", lambda: house.phone.sent)
        known = "3EB00000000000000001"
    async with house_of(tmp_path / "home", phone) as house:
        await house.until(ChannelState.CONNECTED)
        phone.write(
            own(known, "the id alone, from the phone's own history"),
            own("E2", "this very device", device=DEVICE),
            own("E3", f"the mark, by another Kata{MARK}", device=DEVICE + 3),
            own("O2", f"the owner copied an answer{MARK}"),
        )
        assert await house.arrived(ME, 2) == ["Heard: one", "Heard: the owner copied an answer"]
        assert [item.message.id for item in await house.decided(2)] == ["O1", "O2"]


async def test_the_own_chat_can_be_left_alone(linked: House) -> None:
    await linked.kata.plugins.change(ACME, "whatsapp", {"own_chat": "no"})
    await linked.kata.plugins.manager.settled(ACME, "whatsapp")
    await linked.until(ChannelState.CONNECTED)
    linked.phone.write(own("O1", "a note of mine"), message("A1", "hello"))
    await linked.arrived(ALICE, 1)
    assert [item.message.id for item in await linked.items()] == ["A1"]


async def test_what_the_owner_writes_to_others_is_nobodys_business(linked: House) -> None:
    linked.phone.write(
        message("X1", "private", chat=ALICE, sender=ME, from_me=True),
        message("X2", "private", chat=TEAM, sender=ME, from_me=True, mentions=(ME,)),
        message("X3", "changed", edit="1"),
        message("X4", "status", chat="status@broadcast"),
        message("X5", content=contents.Message(reactionMessage=contents.ReactionMessage(text="👍"))),
        message("A1", "hello"),
    )
    await linked.arrived(ALICE, 1)
    assert [item.message.id for item in await linked.items()] == ["A1"]


async def test_what_was_written_while_kata_was_away_is_answered(phone: Phone, tmp_path: Path) -> None:
    async with house_of(tmp_path / "home", phone) as house:
        await house.link()
        now = house.kata.clock.now()
    phone.write(own("O1", "first", device=0), own("O2", "second"))
    async with house_of(tmp_path / "home", phone) as house:
        assert sorted(await house.arrived(ME, 2)) == ["Heard: first", "Heard: second"]
        assert all(item.received_at > now for item in await house.items() if item.received_at)


async def test_long_answers_come_in_parts(linked: House) -> None:
    async def long(context: RunContext) -> Result:
        said = await echo(context)
        return Result(output="\n\n".join(["word " * 300] * 5), targets=said.targets, session_id=said.session_id)

    linked.kata.engine.register(HandlerSpec(name=PROMPT_HANDLER, run=long))
    linked.phone.write(message("A1", "tell me"))
    await eventually(
        "all words", lambda: sum(part.count("word") for part in linked.phone.texts(ALICE)) == 1500, limit=10
    )
    assert 2 <= len(linked.phone.texts(ALICE)) <= 5
    assert all(len(part) <= 4096 for part in linked.phone.texts(ALICE))


async def test_what_whatsapp_refuses_is_told_and_not_repeated(linked: House) -> None:
    linked.phone.send_errors.append({"error": "server returned error 463", "certain": True, "retryable": False})
    linked.phone.write(message("A1", "hello"))
    await _outbox_in(linked, OutboxState.FAILED)
    assert linked.phone.sent == []


async def test_what_surely_did_not_leave_is_sent_again(linked: House) -> None:
    linked.phone.send_errors.append({"error": "websocket not connected", "certain": True, "retryable": True})
    linked.phone.write(message("A1", "hello"))
    assert await linked.arrived(ALICE, 1, limit=40) == ["Heard: hello"]


async def test_what_may_have_left_is_not(linked: House) -> None:
    linked.phone.send_errors.append({"error": "timed out", "certain": False, "retryable": True})
    linked.phone.write(message("A1", "hello"))
    await _outbox_in(linked, OutboxState.UNKNOWN)
    assert linked.phone.sent == []


async def test_results_go_to_addresses_that_people_type(linked: House) -> None:
    adapter = linked.kata.channel_host.runner(ACME, "whatsapp")
    assert adapter is not None
    assert adapter.adapter is not None
    for address in ("me", "+49 151 0000 0003", TEAM, "55500000000009@lid"):
        await adapter.adapter.send(address, "done", f"key:{address}")
    assert [where for where, _ in linked.phone.sent] == [ME, BOB, TEAM, "55500000000009@lid"]
    assert linked.phone.sent[0][1] == f"done{MARK}"
    assert linked.phone.sent[1][1] == "done"


async def _outbox_in(house: House, state: OutboxState) -> None:
    end = asyncio.get_running_loop().time() + 15
    while not any(item.state is state for item in await house.outbox()):
        assert asyncio.get_running_loop().time() < end, await house.outbox()
        await asyncio.sleep(0.02)
