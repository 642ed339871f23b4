"""Starting the app: with a window and a tray, or headless; a second start shows the first one's window."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import NoReturn

from kata_desktop.cli.link import reach_app
from kata_desktop.cli.session import Session
from kata_desktop.control.client import Client
from kata_desktop.control.failures import ExitCode, RemoteError
from kata_desktop.desktop.instance import AlreadyRunning
from kata_desktop.domain.events import NEW_TASK

NO_DISPLAY = "no display was found, so Kata Desktop goes on without a window, as with --headless"
SHOW_LIMIT = 10.0
"""Seconds the running app may take to answer."""


def start(session: Session) -> int:
    """Start the app and return when it has ended; the exit code."""
    first = reach_app(session.paths)
    if first is not None:
        return _raise_first(session, first)
    try:
        return _started(session)
    except AlreadyRunning:  # somebody was faster
        first = reach_app(session.paths)
        if first is None:
            raise
        return _raise_first(session, first)


def _started(session: Session) -> int:
    if not session.options.headless:
        if has_display():
            return _windowed(session)
        session.tell(NO_DISPLAY)
    return _headless(session)


def _windowed(session: Session) -> int:
    from kata_desktop.bootstrap.running import engine_running

    try:
        from kata_desktop.ui.app import run
    except ImportError as error:  # Qt's own libraries, or those of the system that it needs
        session.tell(f"Qt cannot be loaded ({error}), so Kata Desktop goes on without a window, as with --headless")
        return _headless(session)
    return run(
        session.paths,
        hidden=session.options.hidden,
        page=_wanted_page(session),
        engine=engine_running,
        no_screen=lambda cause: _begin_again_headless(session, cause),
        verbose=session.verbose,
    )


def _headless(session: Session) -> int:
    from kata_desktop.bootstrap.headless import run_headless

    return asyncio.run(run_headless(session.paths, verbose=session.verbose))


def _begin_again_headless(session: Session, cause: str) -> NoReturn:
    """Replace this process, in which Qt is about to abort, by a headless one; nothing was opened yet."""
    session.tell(f"Qt shows no window ({cause}), so Kata Desktop goes on without one, as with --headless")
    options = ["--data-dir", str(session.paths.data_dir), "--headless", *(["-v"] if session.verbose else [])]
    os.execv(sys.executable, [sys.executable, "-m", "kata_desktop", *options])  # noqa: S606 - this very program


def _raise_first(session: Session, first: Client) -> int:
    with first:
        if session.options.headless:  # whoever wants no window is not shown the other one's
            session.tell("Kata Desktop runs here already, so this start changed nothing.")
            return ExitCode.DONE
        try:
            first.call("app.show", {"page": _wanted_page(session)}, limit=SHOW_LIMIT)
        except RemoteError as error:
            if error.exit_code is not ExitCode.REFUSED:
                raise
            session.tell(error.sentence)
    return ExitCode.DONE


def _wanted_page(session: Session) -> str:
    return NEW_TASK if session.options.new_task else ""


def has_display(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a place to show a window on, as far as the environment tells."""
    if not sys.platform.startswith("linux"):
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
