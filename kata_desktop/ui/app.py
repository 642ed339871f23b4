"""The program with a screen: Qt's application, the engine on Qt's loop, and an orderly end."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLoggingCategory, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from kata_desktop.desktop.resources import resources_dir
from kata_desktop.domain.events import QuitRequested
from kata_desktop.ui.shell import Shell, theme_mode
from kata_desktop.ui.theme.appearance import DesktopAppearance
from kata_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType
    from typing import NoReturn

    from kata_desktop.control.services import Services, StartEngine
    from kata_desktop.desktop.paths import Paths
    from kata_desktop.domain.settings import Settings
    from kata_desktop.runtime.bus import EventBus

    NoScreen = Callable[[str], NoReturn]

_log = logging.getLogger(__name__)

DESKTOP_FILE = "org.kata.KataDesktop"
_NEWS_TO_NOBODY = ("qt.qpa.theme.gnome", "qt.qpa.services")
"""Qt's own log categories that complain on standard error about a desktop without portals; nothing depends on them."""


def run(
    paths: Paths,
    *,
    hidden: bool,
    page: str = "",
    engine: StartEngine,
    no_screen: NoScreen,
    verbose: bool = False,
    arguments: Sequence[str] = (),
) -> int:
    """Run the program until it is ended; returns the exit code.

    Args:
        paths: the data folder.
        hidden: show the tray icon alone; without a tray the window comes up after all.
        page: what is shown at first, as in `ShowWindow`; empty for what was shown last.
        engine: starts the engine; entered on Qt's loop.
        no_screen: called with the cause where Qt finds no screen it can use, before anything else was begun; it must
            not return, or Qt ends the process.
        verbose: log more.
        arguments: of the command line, for Qt.

    Raises:
        KataError: the engine could not start.
    """
    sys.excepthook = _log_bug
    app = _application(arguments, no_screen)
    shells: list[Shell] = []
    try:
        with asyncio.Runner(loop_factory=partial(_loop, app)) as runner:
            return runner.run(_life(app, partial(engine, paths, role="app", verbose=verbose), hidden, page, shells))
    finally:
        for shell in shells:
            shell.delete()


def _log_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Put what a slot let through into the log: nobody reads the standard error of a program with windows."""
    _log.error("A slot failed", exc_info=(kind, error, trace))


def _application(arguments: Sequence[str], no_screen: NoScreen) -> QApplication:
    QLoggingCategory.setFilterRules("\n".join(f"{category}.warning=false" for category in _NEWS_TO_NOBODY))
    # A display that is named but does not answer, or a missing library of its own: Qt knows only to abort the process.
    said: list[str] = []

    def heard(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        if kind is QtMsgType.QtFatalMsg:
            no_screen(said[0] if said else text)
        said.append(text)

    qInstallMessageHandler(heard)
    app = QApplication([sys.argv[0], *arguments])
    qInstallMessageHandler(None)
    sys.stderr.writelines(f"{text}\n" for text in said)
    app.setApplicationName("kata-desktop")
    app.setApplicationDisplayName("Kata Desktop")
    app.setDesktopFileName(DESKTOP_FILE)
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(QIcon(str(resources_dir() / "logo.svg")))
    return app


def _loop(app: QApplication) -> asyncio.AbstractEventLoop:
    from kata_desktop.ui.qt_loop import QtLoop  # qasync comes after PySide6, which it would otherwise have to guess

    loop: asyncio.AbstractEventLoop = QtLoop(app)
    return loop


async def _life(
    app: QApplication,
    running: Callable[[], AbstractAsyncContextManager[Services]],
    hidden: bool,
    page: str,
    shells: list[Shell],
) -> int:
    async with running() as services:
        appearance = DesktopAppearance(app)
        appearance.start()
        shell = Shell(app, services, _theme(services.settings.current, appearance))
        shells.append(shell)
        ended = asyncio.Event()
        shell.ended.connect(ended.set)
        _follow_signals(services.bus)
        shell.start(hidden=hidden, page=page)
        await ended.wait()
        await shell.remember()
        shell.stop()
    return 0


def _theme(settings: Settings, appearance: DesktopAppearance) -> Theme:
    return Theme(
        mode=theme_mode(settings.theme),
        text_scale=settings.text_scale,
        reduced_motion=True if settings.reduced_motion else None,
        appearance=appearance,
    )


def _follow_signals(bus: EventBus) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        if sys.platform == "win32":  # its loops have no handlers of their own
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(bus.publish, QuitRequested()))
        else:
            loop.add_signal_handler(number, bus.publish, QuitRequested())
