"""A desktop portal that knows the settings of appearance: ``python fake_portal.py ADDRESS`` serves until it is ended.

It prefers dark and less motion; once all three settings were asked for it changes its mind to light and more contrast.
"""

from __future__ import annotations

import sys
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.portal.Desktop"
SETTINGS = DBusAddress("/org/freedesktop/portal/desktop", interface="org.freedesktop.portal.Settings")
SPACE = "org.freedesktop.appearance"
WISHES = {"color-scheme": 1, "contrast": 0, "reduced-motion": 1}


def serve(address: str) -> None:
    """Answer until the bus goes away."""
    connection: Any = open_dbus_connection(address)
    connection.send_and_get_reply(message_bus.RequestName(NAME))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    asked: set[str] = set()
    while asked != set(WISHES):
        message = connection.receive()
        fields = message.header.fields
        if message.header.message_type is MessageType.method_call and fields.get(HeaderFields.member) == "Read":
            key = message.body[1]
            connection.send(new_method_return(message, "v", (("v", ("u", WISHES[key])),)))
            asked.add(key)
    for key, value in (("color-scheme", 2), ("contrast", 1)):
        connection.send(new_signal(SETTINGS, "SettingChanged", "ssv", (SPACE, key, ("u", value))))
    connection.receive()


if __name__ == "__main__":
    serve(sys.argv[1])
