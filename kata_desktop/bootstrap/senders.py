"""Everything that delivers from the outbox: the desktop, and channels as they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kata_desktop.channels.host import ChannelHost
from kata_desktop.domain.task import DESKTOP
from kata_desktop.notifications.sender import Sender


class Senders(Mapping[str, Sender]):
    """By kind of target. A channel is added when it is attached for the first time."""

    def __init__(self, desktop: Sender, channels: ChannelHost) -> None:
        self._desktop = desktop
        self._channels = channels

    def __getitem__(self, kind: str) -> Sender:
        return self._desktop if kind == DESKTOP.kind else self._channels.senders[kind]

    def __iter__(self) -> Iterator[str]:
        yield DESKTOP.kind
        yield from self._channels.senders

    def __len__(self) -> int:
        return 1 + len(self._channels.senders)
