"""How a plugin fares in one workspace: its own state, and what its channel and server make of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from kata_desktop.domain.channel import ChannelState, ChannelStatus
from kata_desktop.domain.command import ServerState, ServerStatus
from kata_desktop.domain.plugin import PluginState

_CHANNEL = {
    ChannelState.STARTING: PluginState.STARTING,
    ChannelState.CONNECTED: PluginState.READY,
    ChannelState.RECONNECTING: PluginState.DEGRADED,
    ChannelState.NEEDS_SETUP: PluginState.NEEDS_SETUP,
    ChannelState.NEEDS_PAIRING: PluginState.NEEDS_PAIRING,
    ChannelState.WAITING_KEYRING: PluginState.WAITING_KEYRING,
    ChannelState.REJECTED: PluginState.REJECTED,
    ChannelState.RATE_LIMITED: PluginState.RATE_LIMITED,
    ChannelState.TAKEN: PluginState.DEGRADED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A state and the sentence that explains it."""

    state: PluginState
    sentence: str = ""
    since: datetime | None = None


def of_channel(status: ChannelStatus) -> Standing | None:
    """What a channel's state means for its plugin; None when it says nothing."""
    state = _CHANNEL.get(status.state)
    return None if state is None else Standing(state=state, sentence=status.sentence, since=status.since)


def of_server(status: ServerStatus) -> Standing:
    """What a server's state means for its plugin."""
    match status.state:
        case ServerState.STARTING:
            state = PluginState.STARTING
        case ServerState.RUNNING | ServerState.FOREIGN | ServerState.STOPPED:
            state = PluginState.READY
        case ServerState.WAITING:
            state = PluginState.DEGRADED
        case ServerState.GAVE_UP:
            state = PluginState.CRASHED
        case _:
            assert_never(status.state)
    stopped = "Its server is stopped." if status.state is ServerState.STOPPED else ""
    return Standing(state=state, sentence=status.sentence or stopped, since=status.since)


def together(own: Standing, channel: ChannelStatus | None, server: ServerStatus | None, faults: list[str]) -> Standing:
    """One standing out of all: its own when it does not work, else the channel's or server's, else what went wrong."""
    if own.state is not PluginState.READY:
        return own
    parts = [of_channel(channel)] if channel is not None else []
    parts += [of_server(server)] if server is not None else []
    for part in parts:
        if part is not None and part.state is not PluginState.READY:
            return part
    if faults:
        return Standing(state=PluginState.DEGRADED, sentence=faults[0], since=own.since)
    told = next((part for part in parts if part is not None and part.sentence), None)
    return told or own
