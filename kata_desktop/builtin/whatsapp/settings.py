"""The plugin's settings as its code uses them."""

from __future__ import annotations

from dataclasses import dataclass

from kata_desktop.builtin.whatsapp.numbers import phone_number, sender_id
from kata_desktop.plugins.sdk import ChannelError, SettingsView


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatsAppSettings:
    """What a person chose."""

    own_chat: bool
    typing: bool
    number: str
    """The only number that may be linked, with its plus sign; empty when any may."""
    named: frozenset[str]
    """Stable ids of everybody in the lists of senders."""


def read_settings(settings: SettingsView) -> WhatsAppSettings:
    """Read everything. Raises `ChannelError` for a number that is none."""
    typed = settings.text("phone_number").strip()
    number = phone_number(typed)
    if typed and not number:
        raise ChannelError(
            f"“{typed}” is no phone number with its country code; correct “Your number” in the settings.",
            needs="set-up",
        )
    named = (*settings.texts("allow"), *settings.texts("allow_in_groups"))
    return WhatsAppSettings(
        own_chat=settings.switch("own_chat"),
        typing=settings.switch("typing"),
        number=number,
        named=frozenset(sender_id(entry) for entry in named),
    )
