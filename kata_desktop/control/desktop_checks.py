"""What the desktop offers: a tray, notifications, a display. Asked on the session bus, in a second at most."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from kata_desktop.control.findings import Finding, ok, problem

ANSWER_LIMIT = 1.0
_TRAY = "org.kde.StatusNotifierWatcher"
_NOTIFICATIONS = "org.freedesktop.Notifications"


class _NoBus(Exception):
    """The session bus cannot be asked."""


def check_tray(environ: Mapping[str, str]) -> Finding:
    """Whether something shows tray icons."""
    if not sys.platform.startswith("linux"):
        return ok("tray", "The system has one.")
    fix = "switch a tray (StatusNotifier) on in the desktop's panel; until then the window is there"
    try:
        there, _ = _names(environ)
    except _NoBus as error:
        return problem("tray", f"No session bus ({error}), so no tray.", "start Kata from a desktop session")
    if _TRAY in there:
        return ok("tray", "The desktop shows tray icons.")
    return problem("tray", "Nothing on this desktop shows tray icons.", fix)


def check_notifications(environ: Mapping[str, str]) -> Finding:
    """Whether something shows notifications, or would be started for that."""
    if not sys.platform.startswith("linux"):
        return ok("notifications", "The system shows them.")
    try:
        there, startable = _names(environ)
    except _NoBus as error:
        fix = "start Kata from a desktop session, or send results to a channel"
        return problem("notifications", f"No session bus ({error}), so nothing is shown.", fix)
    if _NOTIFICATIONS in there | startable:
        return ok("notifications", "The desktop shows notifications.")
    fix = "install a notification daemon such as dunst or xfce4-notifyd"
    return problem("notifications", "Nothing on this desktop shows notifications.", fix)


def check_display(environ: Mapping[str, str]) -> Finding:
    """Whether there is a display to show a window on."""
    if not sys.platform.startswith("linux"):
        return ok("display", "The system has one.")
    if wayland := environ.get("WAYLAND_DISPLAY"):
        socket = Path(environ.get("XDG_RUNTIME_DIR", ""), wayland)
        if socket.exists():
            return ok("display", f"Wayland ({wayland}).")
    display = environ.get("DISPLAY", "")
    if not display:
        fix = "start Kata from a desktop session, or use --headless on a server"
        return problem("display", "No display, so no window and no tray.", fix)
    host, _, number = display.rpartition(":")
    if not host and not Path(f"/tmp/.X11-unix/X{number.partition('.')[0]}").exists():  # noqa: S108 - X11's own place
        return problem("display", f"DISPLAY is {display}, but nothing answers there.", "log in to a desktop session")
    return ok("display", f"X11 ({display}).")


def _names(environ: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Names that somebody owns on the session bus, and names that would be started."""
    try:
        from jeepney import DBusAddress, DBusErrorResponse, new_method_call
        from jeepney.io.blocking import open_dbus_connection
        from jeepney.wrappers import unwrap_msg
    except ImportError as error:
        raise _NoBus("its library is missing") from error
    address = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not address:
        raise _NoBus("DBUS_SESSION_BUS_ADDRESS is not set")
    bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    try:
        with open_dbus_connection(address) as connection:
            lists = [
                unwrap_msg(connection.send_and_get_reply(new_method_call(bus, method), timeout=ANSWER_LIMIT))[0]
                for method in ("ListNames", "ListActivatableNames")
            ]
    except (OSError, ValueError, RuntimeError, DBusErrorResponse) as error:  # a time-out is an OSError
        raise _NoBus("it does not answer") from error
    return set(lists[0]), set(lists[1])
