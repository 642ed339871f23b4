"""The icon in the tray: its state, its tip, its click; it waits for a tray that comes late."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from kata_desktop.ui.theme.tray_icons import Panel, TrayState, tray_icon
from kata_desktop.ui.tray_words import TrayFace, tray_face

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
    from PySide6.QtDBus import QDBusServiceWatcher

    from kata_desktop.runtime.clock import Clock
    from kata_desktop.ui.overview import Overview

_WATCHER = "org.kde.StatusNotifierWatcher"
_LEAST_MS = 2000
"""No state is shown for less: an icon that blinks helps nobody."""
_SETTLE_MS = 300
"""A watcher that has just come takes an icon a moment later."""


class Tray(QObject):
    """Shows how things are; without a tray it waits for one.

    Attributes:
        menu: shown on a right click; filled by its owner.

    Signals:
        activated: the icon was clicked.
        came: a tray took the icon.
        went: there is no tray any more.
    """

    activated = Signal()
    came = Signal()
    went = Signal()

    def __init__(self, overview: Overview, clock: Clock, menu: QMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._overview, self._clock, self.menu = overview, clock, menu
        self._shown = TrayState.IDLE
        self._wanted = self._shown
        self._changed_at = float("-inf")
        self._icons: dict[TrayState, QIcon] = {}
        self._panel = _panel(light=_ground_is_light())
        self._icon: QSystemTrayIcon | None = None
        self._watcher: QDBusServiceWatcher | None = None
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.timeout.connect(self._show_state)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_SETTLE_MS)
        self._again.timeout.connect(self._renew)
        overview.changed.connect(self.refresh)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._recolor)

    @property
    def available(self) -> bool:
        """Whether a person can see the icon."""
        return QSystemTrayIcon.isSystemTrayAvailable() and self._icon is not None and self._icon.isVisible()

    @property
    def state(self) -> TrayState:
        """What the icon shows now."""
        return self._shown

    @property
    def tip(self) -> str:
        """What the icon says now."""
        return self.face().tip

    def start(self) -> None:
        """Show the icon, and go on watching for a tray."""
        self._renew()
        if sys.platform.startswith("linux"):
            self._watch()

    def stop(self) -> None:
        """Take the icon away; what it was made of is deleted."""
        self._hold.stop()
        self._again.stop()
        self._drop()

    def face(self) -> TrayFace:
        """What the icon should show."""
        view = self._overview
        zone = ZoneInfo(self._clock.zone_name())
        return tray_face(view.status, view.going, view.attention, self._clock.now(), zone)

    def refresh(self) -> None:
        """Show how things are now, at the earliest when the present state was seen long enough."""
        face = self.face()
        if self._icon is not None:
            self._icon.setToolTip(face.tip)
        self._wanted = face.state
        if face.state is self._shown or self._hold.isActive():
            return
        waited = (self._clock.monotonic() - self._changed_at) * 1000
        self._hold.start(round(max(_LEAST_MS - waited, 0)))

    def show_message(self, title: str, text: str) -> bool:
        """Show a message beside the icon; False where nobody would see it."""
        if not self.available or self._icon is None or _speaks_through_the_service():
            return False
        self._icon.showMessage(title, text)
        return True

    def _show_state(self) -> None:
        if self._wanted is self._shown:
            return
        self._shown, self._changed_at = self._wanted, self._clock.monotonic()
        if self._icon is not None:
            self._icon.setIcon(self._picture())

    def _picture(self) -> QIcon:
        if self._shown not in self._icons:
            self._icons[self._shown] = tray_icon(self._shown, self._panel)
        return self._icons[self._shown]

    def _recolor(self, scheme: Qt.ColorScheme) -> None:
        self._panel = _panel(light=scheme.name == "Light")
        self._icons.clear()
        if self._icon is not None:
            self._icon.setIcon(self._picture())

    def _renew(self) -> None:
        """Make the icon anew: Qt decides at its birth how it is shown, and stays with that."""
        self._drop()
        self._icon = QSystemTrayIcon(self._picture(), self)
        self._icon.setToolTip(self.face().tip)
        self._icon.setContextMenu(self.menu)
        self._icon.activated.connect(self._clicked)
        self._icon.show()
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.came.emit()

    def _drop(self) -> None:
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def _watch(self) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        mode = QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange
        self._watcher = QDBusServiceWatcher(_WATCHER, bus, mode, self)
        self._watcher.serviceRegistered.connect(self._watcher_came)
        self._watcher.serviceUnregistered.connect(self._watcher_went)

    def _watcher_came(self) -> None:
        self._again.start()

    def _watcher_went(self) -> None:
        self.went.emit()

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        clicks = (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick)
        if reason in clicks and sys.platform != "darwin":  # there a click opens the menu
            self.activated.emit()


def _panel(*, light: bool) -> Panel:
    """What the icon is drawn on: macOS tints it; GNOME's bar is dark whatever the scheme."""
    if sys.platform == "darwin":
        return Panel.TEMPLATE
    gnome = "GNOME" in os.environ.get("XDG_CURRENT_DESKTOP", "")
    return Panel.LIGHT if light and not gnome else Panel.DARK


def _ground_is_light() -> bool:
    """Whether the desktop is light, told by its palette, which is still the desktop's own when the icon is made.

    Asking Qt for the scheme itself takes 20 ms: its answer needs the ``Qt`` namespace with hundreds of enums.
    """
    palette = QGuiApplication.palette()
    return palette.window().color().lightness() > palette.windowText().color().lightness()


def _speaks_through_the_service() -> bool:
    """Whether Qt leaves messages to the notification service, as it does for icons of a StatusNotifier tray.

    A message that comes here found no service; Qt would only flash another icon.
    """
    if not sys.platform.startswith("linux"):
        return False
    from PySide6.QtDBus import QDBusConnection

    bus = QDBusConnection.sessionBus()
    return bus.isConnected() and bool(bus.interface().isServiceRegistered(_WATCHER).value())
