"""The linking of a phone, step by step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from kata_desktop.builtin.whatsapp.device import Device
from kata_desktop.builtin.whatsapp.errors import LinkedAlready, NoPhoneNumber, NotSetUp, sentence_of
from kata_desktop.builtin.whatsapp.numbers import phone_number
from kata_desktop.builtin.whatsapp.receiving import account_of
from kata_desktop.builtin.whatsapp.settings import read_settings
from kata_desktop.builtin.whatsapp.wire import Code, Expired, Online, Over, Reason, Report, Scanned
from kata_desktop.plugins.sdk import PairingStep, PluginContext

RISK = (
    "Kata becomes a linked device of your phone and writes under your name. WhatsApp does not offer this to other "
    "programs: it may lock accounts that use one. Use a number that you can do without."
)
_SCAN = f"On the phone: Settings, Linked devices, Link a device; scan the code. {RISK}"
_TYPE = f"On the phone: Settings, Linked devices, Link a device, Link with phone number instead; type the code. {RISK}"
_EXPIRED = "Nobody used the code in time; ask for a new one."
_IDLE = PairingStep(state="failed", sentence="No phone is being linked.")


class PhonePairing:
    """See `Pairing`."""

    def __init__(self, context: Callable[[], PluginContext], device: Callable[[], Device | None]) -> None:
        self._context = context
        self._device_of = device
        self._step = _IDLE

    def step(self) -> PairingStep:
        """Where it stands."""
        return self._step

    async def start(self, phone_number: str = "") -> None:
        """Begin anew. Raises `Refused` for a wrong number, or when a phone is linked; `ChannelError` as settings do."""
        phone = _digits(phone_number)
        device = self._device()
        read_settings(self._context().settings)
        if account := await asyncio.to_thread(lambda: device.session.account):
            raise LinkedAlready(account)
        device.is_pairing = True
        device.on_report = self._heard
        self._go(PairingStep(state="starting", sentence="WhatsApp is being asked for a code …"))
        try:
            await asyncio.to_thread(device.session.forget)  # half of a link is none
            await device.start(pairing=True, phone=phone)
        except BaseException:
            await self._give_up(PairingStep(state="failed", sentence="The linking could not be started."))
            raise

    async def cancel(self) -> None:
        """End it without a link; what is linked stays so."""
        device = self._device_of()
        if device is not None and device.is_pairing:
            await self._give_up(PairingStep(state="failed", sentence="The linking was cancelled."))

    def _heard(self, report: Report) -> None:
        match report:
            case Code():
                self._go(
                    PairingStep(
                        state="waiting",
                        code=report.text,
                        is_phone_code=report.is_phone_code,
                        until=self._context().clock.now() + timedelta(seconds=report.seconds),
                        sentence=_TYPE if report.is_phone_code else _SCAN,
                    )
                )
            case Scanned():
                self._go(PairingStep(state="scanned", sentence="The phone has accepted; a moment …"))
            case Online():
                self._linked(report)
            case Expired():
                self._end(PairingStep(state="expired", sentence=_EXPIRED))
            case Over():
                self._end(PairingStep(state="failed", sentence=_why(report)))
            case _:
                pass

    def _linked(self, me: Online) -> None:
        wanted = read_settings(self._context().settings).number
        if wanted not in ("", account_of(me)):
            self._context().spawn(self._refuse(me, wanted), name="refusal of another phone")
            return
        device = self._device()
        device.is_pairing, device.on_report = False, _nobody
        self._go(PairingStep(state="linked", sentence=f"Linked with {account_of(me)}."))
        self._context().reconnect()  # the channel takes the process over

    async def _refuse(self, me: Online, wanted: str) -> None:
        device = self._device()
        device.on_report = _nobody
        await device.log_out()
        await device.forget()
        sentence = f"This phone is {account_of(me)}, but the settings name {wanted} as your number; it was unlinked."
        await self._give_up(PairingStep(state="failed", sentence=sentence))

    def _end(self, step: PairingStep) -> None:
        self._context().spawn(self._give_up(step), name="end of the linking")

    async def _give_up(self, step: PairingStep) -> None:
        device = self._device()
        device.on_report = _nobody
        try:
            await device.stop()
        finally:
            device.is_pairing = False
            self._go(step)

    def _device(self) -> Device:
        device = self._device_of()
        if device is None:
            raise NotSetUp
        return device

    def _go(self, step: PairingStep) -> None:
        self._step = step
        self._context().pairing_changed()


def _digits(typed: str) -> str:
    if not typed.strip():
        return ""
    number = phone_number(typed)
    if not number:
        raise NoPhoneNumber(typed.strip()[:40])
    return number.removeprefix("+")


def _why(over: Over) -> str:
    """While somebody waits for it, nothing is tried again by itself."""
    if over.reason is Reason.UNREACHABLE:
        said = f" ({over.detail})" if over.detail else ""
        return f"WhatsApp cannot be reached{said}; check the network and try again."
    return sentence_of(over)


def _nobody(_: Report) -> None:
    """Nobody listens."""
