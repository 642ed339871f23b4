"""Hears when the keyring of a Linux desktop is unlocked or appears, so that nobody has to ask it again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

_SERVICE = "org.freedesktop.secrets"
_CHANGED = ("CollectionChanged", "NameOwnerChanged")
"""What is said when a collection is locked or unlocked, and when the service comes or goes."""


class SecretServiceSignals:
    """Signals of the Secret Service on the session bus."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_change: Callable[[], None] = lambda: None

    @classmethod
    def connect(cls) -> SecretServiceSignals | None:
        """Connect to the bus; None where there is none. Blocks for some milliseconds."""
        try:
            from jeepney import MatchRule, message_bus
            from jeepney.io.blocking import open_dbus_connection

            connection = open_dbus_connection("SESSION")
        except (ImportError, OSError, KeyError, ValueError):  # not Linux, or no bus
            return None
        comes = MatchRule(type="signal", sender=message_bus.bus_name, member="NameOwnerChanged")
        comes.add_arg_condition(0, _SERVICE)
        for rule in (MatchRule(type="signal", sender=_SERVICE, member="CollectionChanged"), comes):
            connection.send_and_get_reply(message_bus.AddMatch(rule))
        return cls(connection)

    def follow(self, on_change: Callable[[], None]) -> None:
        """Call `on_change` on the running loop whenever the keyring may have become usable."""
        self._loop, self._on_change = asyncio.get_running_loop(), on_change
        self._loop.add_reader(self._connection.sock.fileno(), self._read)

    def close(self) -> None:
        """Hear nothing any more; harmless when repeated."""
        if self._loop is not None:
            self._loop.remove_reader(self._connection.sock.fileno())
            self._loop = None
        self._connection.close()

    def _read(self) -> None:
        from jeepney import HeaderFields

        heard = False
        try:
            while True:
                message = self._connection.receive(timeout=0)
                heard = heard or message.header.fields.get(HeaderFields.member) in _CHANGED
        except TimeoutError:
            pass  # that was all
        except (OSError, EOFError):  # the bus has gone: with it goes the session
            self.close()
        if heard:
            self._on_change()
