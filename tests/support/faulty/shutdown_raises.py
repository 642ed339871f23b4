"""Raises in shutdown."""

from __future__ import annotations

from kata_desktop.plugins.sdk import Plugin


class FaultyPlugin(Plugin):
    """Slams the door."""

    async def shutdown(self) -> None:
        raise OSError("the socket was closed already")
