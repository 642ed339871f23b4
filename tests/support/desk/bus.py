"""A plain D-Bus connection for looking at the desktop from outside."""

from __future__ import annotations

from typing import Any

from jeepney import DBusAddress, Properties, message_bus, new_method_call, new_signal
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

GONE = (DBusErrorResponse, TimeoutError, ConnectionError)
"""What a call raises when the thing it was meant for went away in between."""

DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")


class Bus:
    """A connection to the bus at `address`; calls raise DBusErrorResponse, or TimeoutError after `timeout` seconds."""

    def __init__(self, address: str, *, timeout: float = 10.0) -> None:
        self.connection: Any = open_dbus_connection(address)
        self._timeout = timeout

    def call(self, dest: str, path: str, interface: str, method: str, signature: str = "", *arguments: object) -> Any:
        """The body of the reply."""
        message = new_method_call(DBusAddress(path, dest, interface), method, signature or None, arguments)
        return unwrap_msg(self.connection.send_and_get_reply(message, timeout=self._timeout))

    def get(self, dest: str, path: str, interface: str, name: str) -> Any:
        """The value of a property."""
        message = Properties(DBusAddress(path, dest, interface)).get(name)
        return unwrap_msg(self.connection.send_and_get_reply(message, timeout=self._timeout))[0][1]

    def set(self, dest: str, path: str, interface: str, name: str, signature: str, value: object) -> None:
        """Sets a property."""
        message = Properties(DBusAddress(path, dest, interface)).set(name, signature, value)
        unwrap_msg(self.connection.send_and_get_reply(message, timeout=self._timeout))

    def emit(self, path: str, interface: str, member: str, signature: str, *arguments: object) -> None:
        """Tell everybody who listens."""
        self.connection.send(new_signal(DBusAddress(path, interface=interface), member, signature, arguments))

    def has_owner(self, name: str) -> bool:
        """Whether some program owns the well-known name."""
        reply = self.connection.send_and_get_reply(message_bus.NameHasOwner(name), timeout=self._timeout)
        return bool(reply.body[0])

    def pid_of(self, name: str) -> int:
        """The process id of the owner of a bus name."""
        return int(self.call(*DAEMON, "GetConnectionUnixProcessID", "s", name)[0])

    def close(self) -> None:
        """Ends the connection."""
        self.connection.close()
