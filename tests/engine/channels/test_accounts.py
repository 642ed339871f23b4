"""Adapters that take their time, and accounts that go from one workspace to another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.domain.channel import ChannelState, Message
from tests.engine.channels.conftest import House
from tests.engine.channels.test_answering import echo
from tests.engine.channels.test_between import state_of
from tests.support.fake_channel import FakeAdapter, FarEnd, WantedFake, wrote


class SlowToClose(FakeAdapter):
    """Takes its time to give the connection back."""

    def __init__(self, far: FarEnd, may_close: asyncio.Event) -> None:
        super().__init__(far)
        self._may_close = may_close

    async def close(self) -> None:
        await self._may_close.wait()
        await super().close()


@dataclass(kw_only=True)
class WantedSlow(WantedFake):
    """A channel whose adapter is slow to close."""

    may_close: asyncio.Event

    @property
    def build(self) -> Callable[[], ChannelAdapter]:
        return lambda: SlowToClose(self.far, self.may_close)


class SlowSigns(FakeAdapter):
    """Takes its time to show that work has begun."""

    def __init__(self, far: FarEnd, may_show: asyncio.Event) -> None:
        super().__init__(far)
        self._may_show = may_show

    async def working(self, message: Message, *, on: bool) -> None:
        if on:
            await self._may_show.wait()
        await super().working(message, on=on)


@dataclass(kw_only=True)
class WantedSigns(WantedFake):
    """A channel whose adapter is slow to show signs."""

    may_show: asyncio.Event

    @property
    def build(self) -> Callable[[], ChannelAdapter]:
        return lambda: SlowSigns(self.far, self.may_show)


async def test_the_end_of_work_is_never_shown_before_its_beginning(house: House) -> None:
    house.answer_with(echo)
    await house.host.detach("ws_acme", "fake")
    may_show = asyncio.Event()
    house.host.attach(WantedSigns(far=house.far, may_show=may_show))
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    await house.answers(1)
    await house.until(lambda: not house.kata.engine.running)
    for _ in range(100):  # whoever was woken by the end has acted on it
        await asyncio.sleep(0)
    assert house.far.signs == []
    may_show.set()
    await house.until(lambda: house.far.signs == [("m1", True), ("m1", False)])


async def test_an_account_that_becomes_free_while_its_refusal_is_tidied_up_is_taken(house: House) -> None:
    await house.until(lambda: house.far.connects == 1)
    may_close, far = asyncio.Event(), FarEnd()
    house.host.attach(WantedSlow(far=far, workspace_id="ws_home", may_close=may_close))
    await house.until(lambda: far.connects == 1)
    await house.host.detach("ws_acme", "fake")
    may_close.set()
    await house.until(lambda: state_of(house, "ws_home") is ChannelState.CONNECTED)


async def test_accounts_that_change_places_are_answered_once_each(house: House) -> None:
    house.answer_with(echo)
    other = FarEnd(account="A2")
    house.host.attach(WantedFake(far=other, workspace_id="ws_home"))
    at = house.kata.clock.now()
    house.far.forgets_to_acknowledge = True
    await house.hear(wrote("m1", "to A1", at=at))
    await house.answers(1)
    await asyncio.gather(house.host.detach("ws_acme", "fake"), house.host.detach("ws_home", "fake"))
    house.host.attach(WantedFake(far=other))
    house.host.attach(WantedFake(far=house.far, workspace_id="ws_home"))
    for place in ("ws_acme", "ws_home"):
        await house.until(lambda place=place: state_of(house, place) is ChannelState.CONNECTED)  # type: ignore[misc]
    house.far.write(wrote("m2", "to A1 again", at=at))
    other.write(wrote("m1", "to A2", account="A2", at=at))
    await house.until(lambda: len(house.far.arrived) == 2 and len(other.arrived) == 1)
    assert house.far.texts == ["Heard: to A1", "Heard: to A1 again"]
    assert (house.far.twice, other.texts) == ([], ["Heard: to A2"])
    places = [(item.message.id, item.message.account, item.workspace_id) for item in await house.items()]
    assert sorted(places) == [("m1", "A1", "ws_acme"), ("m1", "A2", "ws_acme"), ("m2", "A1", "ws_home")]
