"""Closing the window and ending the program: what each means, and what is asked first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kata_desktop.ui.dialogs.question import Question, asked
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.overview import Overview
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme


class Quitting(QObject):
    """Asks what has to be asked.

    Signals:
        hide_wanted: the window goes, the program stays in the tray.
        minimise_wanted: the program stays, with its window: there is no tray to come back from.
        ended: the program ends now.
    """

    hide_wanted = Signal()
    minimise_wanted = Signal()
    ended = Signal()

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, overview: Overview) -> None:
        super().__init__()
        self._services, self._theme, self._overview = services, theme, overview
        self._bridge = bridge
        self.slots = Slots(services.spawner, bridge.told.emit)
        self._asking = False
        self._waiting: asyncio.Task[None] | None = None

    @async_slot
    async def close_window(self, window: QWidget, tray: bool) -> None:
        """Decide what closing the window means now."""
        if self._asking:
            return
        self._asking = True
        try:
            await self._close(window, tray=tray)
        finally:
            self._asking = False

    @async_slot
    async def quit(self, window: QWidget | None) -> None:
        """End, after asking while something runs."""
        if self._asking:
            return
        self._asking = True
        try:
            await self._quit(window)
        finally:
            self._asking = False

    async def _close(self, window: QWidget, *, tray: bool) -> None:
        settings = self._services.settings.current
        if not tray:
            await self._close_without_tray(window)
        elif settings.close_to_tray == "quit":
            await self._quit(window)
        elif settings.close_to_tray == "hide" or settings.close_explained:
            self.hide_wanted.emit()
        else:
            await self._explain(window)

    async def _explain(self, window: QWidget) -> None:
        question = Question(
            self._theme,
            self.tr("Kata keeps working in the tray"),
            self.tr(
                "Closing the window leaves the scheduler running. Click the icon in the tray to come back; "
                "quit from its menu. You can change this in Settings."
            ),
            {"quit": self.tr("Quit instead"), "hide": self.tr("Got it")},
            icon="app-window",
            primary="hide",
            parent=window,
        )
        answer = await asked(question)
        if answer == "quit":
            await self._quit(window)
        elif answer == "hide":
            await self._services.settings.change("close_explained", value=True)
            self.hide_wanted.emit()

    async def _close_without_tray(self, window: QWidget) -> None:
        question = Question(
            self._theme,
            self.tr("Quit or keep running?"),
            self.tr(
                "This desktop has no tray, so a hidden Kata could not be brought back. Kept running, its window is "
                "only minimised; after quitting, scheduled tasks do not run."
            ),
            {"quit": self.tr("Quit"), "keep": self.tr("Keep running")},
            icon="log-out",
            primary="keep",
            parent=window,
        )
        answer = await asked(question)
        if answer == "quit":
            await self._quit(window)
        elif answer == "keep":
            self.minimise_wanted.emit()

    async def _quit(self, window: QWidget | None) -> None:
        await self._overview.read()
        running = self._overview.status.running
        if not running:
            self.ended.emit()
            return
        match await asked(self._question(running, window)):
            case "stop":
                self.ended.emit()
            case "wait":
                self._wait()
            case _:
                self._go_on()

    def _question(self, running: int, window: QWidget | None) -> Question:
        one = self.tr(
            "A task is running now. Stopped, its run ends as interrupted; at the next start it is tried "
            "again, as often as its retries allow."
        )
        many = self.tr(
            "%n tasks are running now. Stopped, their runs end as interrupted; at the next start they are tried "
            "again, as often as their retries allow.",
            "",
            running,
        )
        return Question(
            self._theme,
            self.tr("Quit while something runs?"),
            one if running == 1 else many,
            {
                "cancel": self.tr("Cancel"),
                "stop": self.tr("Stop and quit"),
                "wait": self.tr("Wait, then quit"),
            },
            icon="loader-circle",
            tone=Tone.WARN,
            danger="stop",
            primary="wait",
            parent=window,
        )

    def _wait(self) -> None:
        if self._waiting is None or self._waiting.done():
            self._bridge.told.emit(self.tr("Kata quits as soon as what runs has ended; nothing new starts until then."))
            self._waiting = self.slots.start(self._drain(), name="wait for what runs")

    async def _drain(self) -> None:
        await self._services.scheduling.drain()
        self.ended.emit()

    def _go_on(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.cancel()
            self._bridge.told.emit(self.tr("Kata goes on working."))
