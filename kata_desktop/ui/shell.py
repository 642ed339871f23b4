"""Window, tray and their going together: when the window opens, hides and comes to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from kata_desktop.domain.events import NEW_TASK
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.overview import Overview
from kata_desktop.ui.scheduler_words import PauseFor, pause_end
from kata_desktop.ui.sleep_watch import SleepWatch
from kata_desktop.ui.slots import Slots
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from kata_desktop.ui.tray import Tray
from kata_desktop.ui.tray_menu import TrayMenu

if TYPE_CHECKING:
    from kata_desktop.ui.main_window import MainWindow
    from kata_desktop.ui.quitting import Quitting
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.workspace_switching import WorkspaceSwitching

_PATIENCE_MS = 8000
"""How long a program that was started hidden waits for a tray before it shows its window."""
_FIRST_READING_MS = 30
"""A start with the tray alone reads what menu and tip say when the icon is there and the next task is armed."""
_JUST_NOW = 0.4
"""Seconds; a click on the tray may take the focus from the window before it is heard of."""


class Shell(QObject):
    """Builds the window when it is first wanted; with a tray alone nothing of it is loaded.

    Attributes:
        bridge: the engine's events as signals.
        tray: the icon.
        window: None until it was first shown.

    Signals:
        ended: the person, or somebody else, wants the program to end.
    """

    ended = Signal()

    def __init__(self, app: QApplication, services: Services, theme: Theme) -> None:
        super().__init__()
        from kata_desktop.ui.workspace_switching import WorkspaceSwitching

        self._app, self._services, self._theme = app, services, theme
        self._look_applied = self._welcomed = False
        self._left_at = float("-inf")
        self.bridge = Bridge(services.bus, services.clock, self)
        self.slots = Slots(services.spawner, self.bridge.told.emit)
        self._overview = Overview(services, self.bridge, self)
        self._switching: WorkspaceSwitching = WorkspaceSwitching(services, theme, self.bridge, self)
        self.menu = TrayMenu(services, theme, self.bridge, self._overview, self._switching)
        self.tray = Tray(self._overview, services.clock, self.menu.menu, self)
        self.window: MainWindow | None = None
        self._quitting: Quitting | None = None
        self._sleep = SleepWatch(self)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._first_reading = QTimer(self)
        self._first_reading.setSingleShot(True)
        self._first_reading.timeout.connect(self._read)
        self._wire()

    def start(self, *, hidden: bool, page: str = "") -> None:
        """Show the tray icon; the window too, perhaps with a page, unless `hidden`, or when no tray comes."""
        self.tray.start()
        self._sleep.start()
        self._first_reading.start(_FIRST_READING_MS if hidden else 0)
        if not hidden:
            self._wanted(page, "")
        elif not QSystemTrayIcon.isSystemTrayAvailable():
            self._patience.start()

    def stop(self) -> None:
        """Hear nothing more; the icon goes, the window closes."""
        self.bridge.close()
        self._patience.stop()
        self._first_reading.stop()
        self.tray.stop()
        if self.window is not None:
            self.window.finish()
            self.window.close()

    async def remember(self) -> None:
        """Store where the window was."""
        if self.window is not None and self.window.isVisible():
            await self._services.settings.change("window_geometry", self.window.geometry_text())

    def delete(self) -> None:
        """Delete windows, tray and menu in this order; left to the interpreter that crashed now and then."""
        for thing in (self.window, self.tray, self.menu.menu, self._quitting, self.menu, self):
            if thing is not None and shiboken6.isValid(thing):
                shiboken6.delete(thing)

    def show_window(self, page: str = "", detail: str = "") -> None:
        """Open the window, or bring it to the front, with a page if one is named."""
        window = self._built()
        if page in ("tasks", "activity", "sessions", "outbox", "plugins", "settings"):
            window.open_page(page, detail)
        if window.isMinimized():
            window.showNormal()
        else:
            window.show()
        window.raise_()
        window.activateWindow()
        if not self._welcomed:
            self._welcomed = True
            self.slots.start(self._welcome(window), name="offer the first steps")

    async def _welcome(self, window: MainWindow) -> None:
        """Offer the first steps, unless they are done, or the person has found the way without them."""
        settings = self._services.settings
        if settings.current.onboarding_done:
            return
        if settings.current.onboarding_step == 0 and (await self._services.scheduling.counts()).all:
            await settings.change("onboarding_done", value=True)
        else:
            window.open_first_steps()

    def toggle_window(self) -> None:
        """Hide the window when the person is in it, else bring it up."""
        window = self.window
        left_now = self._services.clock.monotonic() - self._left_at < _JUST_NOW
        seen = window is not None and window.isVisible() and not window.isMinimized()
        if window is not None and seen and (window.isActiveWindow() or left_now):
            window.hide()
        else:
            self.show_window()

    def _read(self) -> None:
        self._overview.refresh()
        self._switching.refresh()
        self._services.desktop.use_fallback(self.tray.show_message)

    def _wire(self) -> None:
        self.bridge.window_wanted.connect(self._wanted)
        self.bridge.quit_wanted.connect(self.ended)
        self.bridge.setting_changed.connect(self._follow_setting)
        self.tray.activated.connect(self.toggle_window)
        self.tray.came.connect(self._patience.stop)
        self.tray.went.connect(self._tray_went)
        self._patience.timeout.connect(self.show_window)
        self._sleep.woke.connect(self._woke)
        self.menu.page_wanted.connect(self.show_window)
        self.menu.new_wanted.connect(self._new_task)
        self.menu.pause_wanted.connect(self._pause)
        self.menu.resume_wanted.connect(self._resume)
        self.menu.quit_wanted.connect(self._quit)
        self.menu.menu.aboutToShow.connect(self._apply_look)
        self._app.focusWindowChanged.connect(self._focus_changed)

    def _built(self) -> MainWindow:
        if self.window is None:
            from kata_desktop.ui.main_window import MainWindow

            self._apply_look()
            self.window = MainWindow(self._services, self._theme, self.bridge, self._overview, self._switching)
            self.window.close_wanted.connect(self._close_window)
            self.window.quit_wanted.connect(self._quit)
        return self.window

    def _made_quitting(self) -> Quitting:
        if self._quitting is None:
            from kata_desktop.ui.quitting import Quitting

            self._apply_look()
            self._quitting = Quitting(self._services, self._theme, self.bridge, self._overview)
            self._quitting.hide_wanted.connect(self._hide)
            self._quitting.minimise_wanted.connect(self._minimise)
            self._quitting.ended.connect(self.ended)
        return self._quitting

    def _apply_look(self) -> None:
        if not self._look_applied:
            self._look_applied = True
            self._theme.apply(self._app)

    def _wanted(self, page: str, run_id: str) -> None:
        if page == NEW_TASK:
            self._new_task()
        elif (page, run_id) == ("plugins", "people"):
            self.menu.review()
        else:
            self.show_window(page or ("activity" if run_id else ""), run_id)

    def _new_task(self) -> None:
        self._welcomed = True  # whoever has a wish is not held up
        self.show_window("tasks")
        if self._switching.current is None:  # just started: the task's workspace is not known yet
            from PySide6.QtCore import Qt  # its enums take 20 ms to make

            self._switching.changed.connect(self._open_task, Qt.ConnectionType.SingleShotConnection)
        else:
            self._open_task()

    def _open_task(self) -> None:
        if self.window is not None:
            self.window.open_task()

    def _close_window(self) -> None:
        self._made_quitting().close_window(self.window, self.tray.available)

    def _quit(self) -> None:
        self._made_quitting().quit(self.window)

    def _hide(self) -> None:
        if self.window is not None:
            self.window.hide()

    def _minimise(self) -> None:
        if self.window is not None:
            self.window.showMinimized()

    def _tray_went(self) -> None:
        # A panel that restarts is back at once; one that stays away must not take the only way in with it.
        if self.window is None or not self.window.isVisible():
            self._patience.start()

    def _pause(self, kind: PauseFor) -> None:
        clock = self._services.clock
        until = pause_end(kind, clock.now(), ZoneInfo(clock.zone_name()))
        self.slots.start(self._services.scheduling.pause_all(until), name="pause everything")

    def _resume(self) -> None:
        self.slots.start(self._services.scheduling.resume_all(), name="resume everything")

    def _woke(self) -> None:
        self._services.scheduling.poke()

    def _focus_changed(self, window: object) -> None:
        if window is None:
            self._left_at = self._services.clock.monotonic()

    def _follow_setting(self, key: str) -> None:
        settings = self._services.settings.current
        match key:
            case "theme":
                self._theme.set_mode(theme_mode(settings.theme))
            case "text_scale":
                self._theme.set_text_scale(settings.text_scale)
            case "reduced_motion":
                self._theme.set_reduced_motion(True if settings.reduced_motion else None)
            case _:
                pass


def theme_mode(setting: str) -> ThemeMode:
    """Return the look for the value of the setting."""
    return ThemeMode.HIGH_CONTRAST if setting == "contrast" else ThemeMode(setting)
