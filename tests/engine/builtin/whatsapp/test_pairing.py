"""Linking a phone, losing it, and linking it again."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from kata_desktop.domain.channel import ChannelState
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.plugin import PluginState
from tests.support.eventually import becomes, eventually
from tests.support.running_plugins import ACME, row_when, running
from tests.support.whatsapp.house import ALICE, House, device_processes, house_of, source
from tests.support.whatsapp.phone import Phone
from tests.support.whatsapp.shapes import PHONE, events, message, pair_error


async def test_without_a_link_nothing_is_started(house: House) -> None:
    await house.until(ChannelState.NEEDS_PAIRING)
    assert house.sentence == "No phone is linked yet; link one."
    assert device_processes() == []
    row = await house.kata.plugins.row(ACME, "whatsapp")
    assert row.state is PluginState.NEEDS_PAIRING
    assert {"pair", "unlink"} <= {action.id for action in row.actions}


async def test_nobody_is_linked_before_it_is_said_who_may_write(phone: Phone, tmp_path: Path) -> None:
    async with running(tmp_path / "home", source(phone.path)) as kata:
        await kata.plugins.change(ACME, "whatsapp", {"own_chat": "yes"})
        row = await row_when(kata, ACME, "whatsapp", PluginState.NEEDS_SETUP)
        assert row.sentence == "Fill in “May write directly” in its settings."
        with pytest.raises(Refused, match="say in its settings who may write"):
            await kata.plugins.start_pairing(ACME, "whatsapp")
        await kata.plugins.cancel_pairing(ACME, "whatsapp")
        assert await kata.plugins.act(ACME, "whatsapp", "unlink") == "No phone is linked."


async def test_codes_are_renewed_until_one_is_scanned(house: House) -> None:
    await house.pair()
    house.phone.offer("2@first")
    first = await house.until_step("waiting")
    assert (first.code, first.is_phone_code) == ("2@first", False)
    assert first.until is not None
    assert first.until > house.kata.clock.now()
    assert "may lock accounts" in first.sentence
    house.phone.offer("2@second")
    await eventually("the second code", lambda: house.step.code == "2@second")
    opens = house.phone.opens
    await eventually("a connection with new codes", lambda: house.phone.opens > opens)
    assert house.step.state == "waiting"
    house.phone.offer("2@third")
    await eventually("the third code", lambda: house.step.code == "2@third")
    await house.phone.accept()
    done = await house.until_step("linked")
    assert done.sentence == f"Linked with +{PHONE}."
    await house.until(ChannelState.CONNECTED)
    assert house.sentence == f"Linked with +{PHONE}"
    assert len(device_processes()) == 1  # the channel took over the process that linked it


async def test_the_phone_accepting_is_a_step_of_its_own(house: House) -> None:
    await house.pair()
    house.phone.offer("2@first")
    await house.until_step("waiting")
    seen: list[str] = []
    house.kata.bus.subscribe(object, lambda _: seen.append(house.step.state))
    await house.phone.accept()
    await house.until_step("linked")
    assert [state for n, state in enumerate(seen) if state not in seen[:n]] == ["scanned", "linked"]


async def test_codes_come_to_an_end(house: House) -> None:
    await house.pair()
    opens = house.phone.opens
    house.phone.offer("2@first")

    def expired() -> bool:
        nonlocal opens
        if house.phone.opens > opens:
            opens = house.phone.opens
            house.phone.offer("2@again")
        return house.step.state == "expired"

    await eventually("the end", expired)
    assert house.step.sentence == "Nobody used the code in time; ask for a new one."
    await eventually("no process", lambda: device_processes() == [])
    await house.pair()
    house.phone.offer("2@anew")
    assert (await house.until_step("waiting")).code == "2@anew"


async def test_a_code_to_type_on_the_phone(house: House) -> None:
    await house.pair("+49 151 0000 0001")
    house.phone.offer("2@unused")
    step = await house.until_step("waiting")
    assert (step.code, step.is_phone_code) == ("ABCD-EFGH", True)
    assert house.phone.phone_codes == ["4915100000001"]
    await house.phone.accept()
    await house.until_step("linked")


async def test_a_code_to_type_expires(house: House) -> None:
    await house.pair("0049 151 00000001")
    house.phone.offer("2@unused")
    await house.until_step("waiting")
    await house.until_step("expired")
    assert house.phone.phone_codes == ["4915100000001"]


async def test_wrong_numbers_are_refused(house: House) -> None:
    with pytest.raises(Refused, match="is no phone number with its country code"):
        await house.kata.plugins.start_pairing(ACME, "whatsapp", "0151 12")
    assert device_processes() == []


async def test_cancelling_ends_the_process(house: House) -> None:
    await house.pair()
    house.phone.offer("2@first")
    await house.until_step("waiting")
    await house.kata.plugins.cancel_pairing(ACME, "whatsapp")
    assert (house.step.state, house.step.sentence) == ("failed", "The linking was cancelled.")
    assert device_processes() == []
    assert house.state is ChannelState.NEEDS_PAIRING


async def test_what_whatsapp_says_about_a_failure_is_told(house: House) -> None:
    await house.pair()
    house.phone.offer("2@first")
    await house.until_step("waiting")
    house.phone.event(pair_error("invalid device signature"))
    step = await house.until_step("failed")
    assert step.sentence.startswith("WhatsApp did not link the device (invalid device signature)")


async def test_no_network_is_told_after_a_few_tries(house: House) -> None:
    house.phone.unreachable = 10
    await house.pair()
    step = await house.until_step("failed")
    assert "cannot be reached" in step.sentence
    assert "no such host" in step.sentence
    assert house.phone.opens == 3
    await eventually("no process", lambda: device_processes() == [])


async def test_the_first_dial_is_tried_again(house: House) -> None:
    house.phone.unreachable = 2
    await house.pair()
    await eventually("the third try", lambda: house.phone.opens == 3)
    house.phone.offer("2@first")
    await house.until_step("waiting")


async def test_another_phone_than_the_settings_name_is_unlinked(house: House) -> None:
    await house.kata.plugins.change(ACME, "whatsapp", {"phone_number": "+49 151 7777 7777"})
    await house.kata.plugins.manager.settled(ACME, "whatsapp")
    await house.pair()
    house.phone.offer("2@first")
    await house.until_step("waiting")
    await house.phone.accept()
    step = await house.until_step("failed")
    assert f"This phone is +{PHONE}, but the settings name +4915177777777" in step.sentence
    assert house.phone.logged_out == 1
    assert not (house.data / "session").exists()


async def test_it_stays_linked_over_a_restart(phone: Phone, tmp_path: Path) -> None:
    async with house_of(tmp_path / "home", phone) as house:
        await house.link()
        with pytest.raises(Refused, match="is linked already"):
            await house.kata.plugins.start_pairing(ACME, "whatsapp")
    await eventually("no process", lambda: device_processes() == [])
    async with house_of(tmp_path / "home", phone) as house:
        await house.until(ChannelState.CONNECTED)
        assert phone.linked


async def test_unlinked_on_the_phone_is_final_with_one_way_back(linked: House) -> None:
    linked.phone.unlink()
    await linked.until(ChannelState.REJECTED)
    assert linked.sentence == "The device was unlinked on the phone; link it again."
    row = await linked.kata.plugins.row(ACME, "whatsapp")
    assert row.state is PluginState.REJECTED
    assert "pair" in {action.id for action in row.actions}
    await eventually("no process", lambda: device_processes() == [])
    assert not (linked.data / "session").exists()
    assert await becomes("the word about it", partial(bodies, linked)) == [linked.sentence]
    await linked.link()
    linked.phone.write(message("A1", "hello"))
    assert await linked.arrived(ALICE, 1) == ["Heard: hello"]


async def bodies(house: House) -> list[str]:
    return [item.body for item in await house.outbox() if item.title == "WhatsApp was disconnected"]


async def test_unlinked_while_kata_was_away(phone: Phone, tmp_path: Path) -> None:
    async with house_of(tmp_path / "home", phone) as house:
        await house.link()
    phone.linked = False
    async with house_of(tmp_path / "home", phone) as house:
        await house.until(ChannelState.REJECTED)
    async with house_of(tmp_path / "home", phone) as house:
        await house.until(ChannelState.NEEDS_PAIRING)


async def test_unlinking_here_removes_the_session(linked: House) -> None:
    session = linked.data / "session"
    assert session.exists()
    said = await linked.kata.plugins.act(ACME, "whatsapp", "unlink")
    assert said == f"The link with +{PHONE} is given up, and its keys are removed."
    assert linked.phone.logged_out == 1
    assert not session.exists()
    await linked.until(ChannelState.NEEDS_PAIRING)
    assert [item for item in await linked.outbox() if "disconnected" in item.title] == []
    assert await linked.kata.plugins.act(ACME, "whatsapp", "unlink") == "No phone is linked."


async def test_bans_and_old_versions_are_told_apart(linked: House) -> None:
    linked.phone.event(events.TemporaryBan(Code=events.TemporaryBan.BLOCKED_BY_USERS, Expire=3600))
    await linked.until(ChannelState.RATE_LIMITED)
    assert "locked the account for a while" in linked.sentence


async def test_an_outdated_library_is_final(linked: House) -> None:
    linked.phone.event(events.ClientOutdated())
    await linked.until(ChannelState.REJECTED)
    assert "update Kata" in linked.sentence


async def test_a_replaced_session_is_final(linked: House) -> None:
    linked.phone.event(events.StreamReplaced())
    await linked.until(ChannelState.REJECTED)
    assert "Another program" in linked.sentence
