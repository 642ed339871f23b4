"""How a plugin fares, in words, with the icon and the tone that go with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.channel import ChannelState
from kata_desktop.domain.command import ServerState
from kata_desktop.domain.plugin import PluginKind, PluginState
from kata_desktop.ui.moments import past_text, when_text
from kata_desktop.ui.pages.plugins.credential_words import counted, credentials_line, rejected
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from kata_desktop.domain.plugin import PluginRow

translate = QCoreApplication.translate
_SHORT = 60
"""Letters of a sentence that still reads as a headline."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StateWords:
    """Two lines about a plugin: how it is, and why or with which credentials."""

    icon: str
    tone: Tone
    text: str
    detail_icon: str
    detail: str


def state_words(row: PluginRow, now: datetime, zone: tzinfo) -> StateWords:
    """Put a row's state into words."""
    match row.state:
        case PluginState.OFF:
            return _off(row)
        case PluginState.STARTING:
            text = translate("Plugins", "Starting…")
            return _words(row, "loader-circle", Tone.INFO, text, "")
        case PluginState.READY:
            return _ready(row, now, zone)
        case PluginState.RATE_LIMITED | PluginState.DEGRADED:
            return _hindered(row, now, zone)
        case PluginState.NEEDS_SETUP | PluginState.NEEDS_PAIRING | PluginState.WAITING_KEYRING:
            return _waiting(row)
        case PluginState.REJECTED | PluginState.CRASHED | PluginState.INVALID | PluginState.UNSUPPORTED:
            return _broken(row)
        case _:
            assert_never(row.state)


def _off(row: PluginRow) -> StateWords:
    text = translate("Plugins", "Off in this workspace")
    if row.tasks:
        one, many = translate("Plugins", "1 task needs it"), translate("Plugins", "%n tasks need it", None, row.tasks)
        return StateWords(icon="circle-minus", tone=Tone.MUTED, text=text, detail_icon="triangle-alert",
                          detail=one if row.tasks == 1 else many)  # fmt: skip
    return _words(row, "circle-minus", Tone.MUTED, text, row.sentence)


def _ready(row: PluginRow, now: datetime, zone: tzinfo) -> StateWords:
    sentence = row.sentence.removesuffix(".")
    stopped = row.server is not None and row.server.state is ServerState.STOPPED
    icon, tone = ("circle-minus", Tone.MUTED) if stopped else ("circle-check", Tone.OK)
    if not sentence or len(sentence) > _SHORT:
        return _words(row, icon, tone, translate("Plugins", "Ready"), row.sentence)
    words = _words(row, icon, tone, sentence, "")
    if row.checked_at is None or row.kind is not PluginKind.CHANNEL:
        return words
    since = translate("Plugins", "{line} · since {time}")
    detail = since.format(line=words.detail, time=past_text(row.checked_at, zone, now))
    return StateWords(icon=icon, tone=tone, text=words.text, detail_icon=words.detail_icon, detail=detail)


def _hindered(row: PluginRow, now: datetime, zone: tzinfo) -> StateWords:
    until = None
    text = translate("Plugins", "Works in part")
    if row.state is PluginState.RATE_LIMITED:
        text = translate("Plugins", "Asked to wait")
        until = row.channel.until if row.channel is not None else None
    elif row.channel is not None and row.channel.state is ChannelState.TAKEN:
        text = translate("Plugins", "Connected in another workspace")
    elif row.channel is not None and row.channel.state is ChannelState.RECONNECTING:
        text, until = translate("Plugins", "Connection lost, trying again"), row.channel.until
        if row.channel.never_connected:
            text = translate("Plugins", "Cannot connect, trying again")
    elif row.server is not None and row.server.state is ServerState.WAITING:
        text, until = translate("Plugins", "Crashed, starts again"), row.server.until
    if until is not None and until > now:
        text = translate("Plugins", "{what} at {time}").format(what=text, time=when_text(until, zone, now))
        if row.state is PluginState.RATE_LIMITED:
            text = translate("Plugins", "Asked to wait until {time}").format(time=when_text(until, zone, now))
    return _words(row, "clock" if until is not None else "triangle-alert", Tone.WARN, text, row.sentence)


def _waiting(row: PluginRow) -> StateWords:
    if row.state is PluginState.WAITING_KEYRING:
        present = [each for each in row.credentials if each.present]
        locked = translate("Plugins", "{what} · locked").format(what=counted(present)) if present else row.sentence
        return StateWords(icon="triangle-alert", tone=Tone.WARN, detail_icon="lock", detail=locked,
                          text=translate("Plugins", "Waiting for keyring"))  # fmt: skip
    # what nobody has touched yet is no alarm
    icon, tone = ("triangle-alert", Tone.WARN) if row.chosen else ("circle-dashed", Tone.MUTED)
    if row.state is PluginState.NEEDS_PAIRING:
        text = translate("Plugins", "Needs pairing with your phone")
        detail = row.sentence or translate("Plugins", "No device linked")
        return StateWords(icon=icon, tone=tone, detail_icon="qr-code", detail=detail,
                          text=text if row.chosen else translate("Plugins", "Not paired yet"))  # fmt: skip
    text = translate("Plugins", "Needs set-up") if row.chosen else translate("Plugins", "Not set up yet")
    return _words(row, icon, tone, text, row.sentence)


def _broken(row: PluginRow) -> StateWords:
    match row.state:
        case PluginState.REJECTED:
            text = rejected(row.credentials) if row.credentials else translate("Plugins", "No longer linked")
        case PluginState.CRASHED:
            text = translate("Plugins", "Crashed")
        case PluginState.UNSUPPORTED:
            text = translate("Plugins", "Not for this computer")
            return _words(row, "ban", Tone.MUTED, text, row.sentence)
        case _:
            text = translate("Plugins", "Cannot be used")
    return _words(row, "circle-x", Tone.BAD, text, row.sentence)


def _words(row: PluginRow, icon: str, tone: Tone, text: str, sentence: str) -> StateWords:
    """A headline with its sentence below, or else what is known of credentials."""
    if sentence and sentence.removesuffix(".").casefold() != text.casefold():
        return StateWords(icon=icon, tone=tone, text=text, detail_icon="info", detail=sentence)
    line = credentials_line(row.credentials)
    detail_icon = "key-round" if line else "lock-open"
    detail = line or translate("Plugins", "No credentials needed")
    return StateWords(icon=icon, tone=tone, text=text, detail_icon=detail_icon, detail=detail)
