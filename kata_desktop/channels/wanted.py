"""What the plugin manager asks for when a channel is switched on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.domain.channel import ChannelRules


class Wanted(Protocol):
    """A channel that is to be kept connected."""

    @property
    def workspace_id(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def build(self) -> Callable[[], ChannelAdapter]:
        """Makes the adapter anew, for every time that it is connected from scratch."""
        ...

    @property
    def rules(self) -> Callable[[], ChannelRules]:
        """Who may write and when it listens, as the settings say now."""
        ...
