"""The WhatsApp plugin: a channel over a linked device, its linking, and its unlinking."""

from __future__ import annotations

import sys

from kata_desktop.builtin.whatsapp.adapter import WhatsAppAdapter
from kata_desktop.builtin.whatsapp.device import BEAT, Device
from kata_desktop.builtin.whatsapp.numbers import sender_id
from kata_desktop.builtin.whatsapp.pairing import PhonePairing
from kata_desktop.plugins.sdk import Plugin, PluginContext, Registrar


class WhatsAppPlugin(Plugin):
    """Brings the channel ``whatsapp``.

    Attributes:
        argv: The program of the linked device.
        beat: Seconds between heartbeats.
    """

    argv: tuple[str, ...] = (sys.executable, "-P", "-m", "kata_desktop.builtin.whatsapp.child")
    beat = BEAT
    _device: Device | None = None

    def register(self, registrar: Registrar) -> None:
        """Bring the channel, the linking and the unlinking."""
        registrar.channel(self._adapter, sender_id=sender_id)
        registrar.pairing(PhonePairing(lambda: self.context, lambda: self._device))
        registrar.action("unlink", "Unlink this device", self.unlink)

    async def initialize(self, context: PluginContext) -> None:
        """Get ready; starts no process."""
        self._device = Device(
            folder=context.data_folder,
            argv=self.argv,
            programs=context.programs,
            clock=context.clock,
            log=context.log,
            spawn=lambda work, name: context.spawn(work, name=name),
            beat=self.beat,
        )

    async def shutdown(self) -> None:
        """End the process."""
        if self._device is not None:
            await self._device.stop()

    async def unlink(self) -> str:
        """Give the link up and remove the session with its keys."""
        device = self._device
        account = device.session.account if device is not None else ""
        if device is None or not account:
            return "No phone is linked."
        told = await device.log_out()
        await device.forget()
        self.context.reconnect()
        if told:
            return f"The link with +{account} is given up, and its keys are removed."
        return (
            f"The keys of the link with +{account} are removed here. WhatsApp could not be told: remove the device on "
            "the phone too, under Linked devices."
        )

    def _adapter(self, context: PluginContext) -> WhatsAppAdapter:
        assert self._device is not None
        return WhatsAppAdapter(device=self._device, settings=context.settings, memory=context.memory)
