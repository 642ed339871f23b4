"""Hears when the keyring of a Linux desktop is unlocked or appears, so that nobody has to ask it again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from kata_desktop.credentials.thread import OneThread

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

_SERVICE = "org.freedesktop.secrets"
_CHANGED = ("CollectionChanged", "NameOwnerChanged")
"""What is said when a collection is locked or unlocked, and when the service comes or goes."""


class Signals(Protocol):
    """Says when the keyring may have become usable."""

    def follow(self, on_change: Callable[[], None]) -> None: ...
    def close(self) -> None: ...


class Ear:
    """Listens from `open` to `close`; `connect` is called in the keyring's thread, `look` on the loop."""

    def __init__(self, thread: OneThread, connect: Callable[[], Signals | None], look: Callable[[], None]) -> None:
        self._thread = thread
        self._connect = connect
        self._look = look
        self._signals: Signals | None = None
        self._is_open = False

    def open(self) -> None:
        """Begin to listen; harmless when repeated."""
        if not self._is_open:
            self._is_open = True
            self._thread.submit(self._connect).future.add_done_callback(self._follow)

    def close(self) -> None:
        """Hear nothing any more; harmless when repeated."""
        self._is_open = False
        if self._signals is not None:
            self._signals.close()
            self._signals = None

    def _follow(self, future: asyncio.Future[Signals | None]) -> None:
        if future.cancelled() or future.exception() is not None or (signals := future.result()) is None:
            return
        if not self._is_open or self._signals is not None:
            signals.close()
            return
        self._signals = signals
        signals.follow(self._look)
        self._look()  # it may have happened while nobody listened yet


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
