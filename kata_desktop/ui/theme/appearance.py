"""What the desktop says about how it wants to look."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection, QDBusPendingCallWatcher

_SERVICE = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_INTERFACE = "org.freedesktop.portal.Settings"
_SPACE = "org.freedesktop.appearance"
_KEYS = ("color-scheme", "contrast", "reduced-motion")


class DesktopAppearance(QObject):
    """The appearance settings of the desktop portal, followed live.

    Nothing here waits: until the portal answers, and on a desktop without one, every wish is unknown.

    Attributes:
        dark: True for dark, False for light, None for no preference.
        more_contrast: the person asked for higher contrast.
        less_motion: the person asked for reduced motion.

    Signals:
        changed: one of the wishes became known or changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dark: bool | None = None
        self.more_contrast = False
        self.less_motion = False
        self._asked: dict[QDBusPendingCallWatcher, str] = {}
        self._told: set[str] = set()

    def start(self, bus: QDBusConnection | None = None) -> None:
        """Ask the portal on a bus, the session's when none is named, and listen to it; returns at once."""
        if not sys.platform.startswith("linux"):
            return
        from PySide6.QtCore import SLOT
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        bus = QDBusConnection.sessionBus() if bus is None else bus
        if not bus.isConnected():
            return
        # WORKAROUND: PySide6's stubs ask for bytes here, at run time it takes a str only.
        slot = SLOT("_heard(QDBusMessage)")
        bus.connect("", _PATH, _INTERFACE, "SettingChanged", self, slot)  # type: ignore[call-overload]
        for key in _KEYS:
            question = QDBusMessage.createMethodCall(_SERVICE, _PATH, _INTERFACE, "Read")
            question.setArguments([_SPACE, key])
            watcher = QDBusPendingCallWatcher(bus.asyncCall(question), self)
            self._asked[watcher] = key
            watcher.finished.connect(self._answered)

    def take(self, key: str, value: object) -> None:
        """Note one setting by its portal name; unknown names and values change nothing."""
        before = (self.dark, self.more_contrast, self.less_motion)
        match key, value:
            case "color-scheme", int():
                self.dark = {1: True, 2: False}.get(value)
            case "contrast", int():
                self.more_contrast = value == 1
            case "reduced-motion", int():
                self.less_motion = value == 1
            case _:
                return
        if before != (self.dark, self.more_contrast, self.less_motion):
            self.changed.emit()

    @Slot("QDBusMessage")
    def _heard(self, message: object) -> None:
        arguments = message.arguments()  # type: ignore[attr-defined]
        if len(arguments) == 3 and arguments[0] == _SPACE:
            self._told.add(str(arguments[1]))
            self.take(str(arguments[1]), _plain(arguments[2]))

    def _answered(self, watcher: QDBusPendingCallWatcher) -> None:
        key = self._asked.pop(watcher)
        if not watcher.isError() and key not in self._told:  # Qt hands over news before the answer that it overtook
            arguments = watcher.reply().arguments()
            if arguments:
                self.take(key, _plain(arguments[0]))
        watcher.deleteLater()


def _plain(value: object) -> object:
    """Unwrap the variants around a value; the portal's older call wraps it twice."""
    while hasattr(value, "variant"):
        value = value.variant()
    return value
