"""What a plugin's channel says when it fails is shown and kept without its secrets."""

from __future__ import annotations

import logging

import pytest

from kata_desktop.channels.adapter import ChannelAdapter, ChannelError, ChannelTraits, Connected, Marks, OnMessage
from kata_desktop.desktop.redaction import HIDDEN, Redactor
from kata_desktop.domain.errors import KataError
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.plugins.guarded_adapter import GuardedAdapter
from kata_desktop.plugins.scope import Scope
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.runtime.spawn import Spawner

SECRET = "canary in a sentence"


class Talkative(ChannelAdapter):
    """Raises what it is given, or tells its secret as if nothing were wrong."""

    traits = ChannelTraits(id="talk", name="Talk", longest=1000)

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    async def connect(self) -> Connected:
        self._fail()
        return Connected(account="A", sentence=f"Connected with {SECRET}")

    async def run(self, on_message: OnMessage, marks: Marks) -> None: ...

    async def close(self) -> None: ...

    def is_healthy(self) -> bool:
        return True

    def remark(self) -> str:
        return f"with {SECRET}"

    async def send(self, address: str, text: str, key: str) -> None:  # noqa: ARG002
        self._fail()

    def _fail(self) -> None:
        if self._error is not None:
            raise self._error


def guarded(error: Exception | None) -> GuardedAdapter:
    redactor, log = Redactor(), logging.LoggerAdapter(logging.getLogger("tests.talk"))
    redactor.add(SECRET)
    scope = Scope("plugin talk", clock=SystemClock(), spawner=Spawner(), log=log)
    return GuardedAdapter(Talkative(error), scope, redactor.hide)


@pytest.mark.parametrize(
    "error",
    [ChannelError(f"{SECRET} was refused", final=True), RuntimeError(f"401 for {SECRET}"), KataError(f"no {SECRET}")],
)
async def test_a_failed_connection_tells_no_secret_and_stays_what_it_is(error: Exception) -> None:
    with pytest.raises(KataError) as caught:
        await guarded(error).connect()

    assert HIDDEN in caught.value.sentence
    assert SECRET not in caught.value.sentence
    if isinstance(error, ChannelError):
        assert caught.value is error
        assert error.final


@pytest.mark.parametrize("certain", [True, False])
async def test_a_failed_delivery_tells_no_secret_and_stays_what_it_is(*, certain: bool) -> None:
    with pytest.raises(DeliveryError, match=HIDDEN) as caught:
        await guarded(DeliveryError(f"{SECRET} is no address", certain=certain)).send("a", "b", "k")
    assert caught.value.certain is certain

    with pytest.raises(DeliveryError, match=HIDDEN) as caught:
        await guarded(RuntimeError(f"401 for {SECRET}")).send("a", "b", "k")
    assert SECRET not in str(caught.value)


async def test_what_it_says_of_itself_tells_no_secret() -> None:
    adapter = guarded(None)

    assert (await adapter.connect()).sentence == f"Connected with {HIDDEN}"
    assert adapter.remark() == f"with {HIDDEN}"
