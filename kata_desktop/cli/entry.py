"""From the typed words to an exit code: the one place where errors of commands become a line for a person."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kata_desktop.cli.parser import command_line
from kata_desktop.cli.session import NotTaken, Session
from kata_desktop.control.failures import ExitCode, RemoteError, exit_code_of
from kata_desktop.desktop.paths import Paths, locate
from kata_desktop.domain.errors import KataError

_log = logging.getLogger(__name__)


def run(arguments: Sequence[str]) -> int:
    """Do what was typed; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = command_line(arguments).parse_args(arguments)
    paths = locate(_folder(getattr(options, "data_dir", None)))
    session = Session(options, paths)
    try:
        return _carried_out(session)
    except BrokenPipeError:  # whoever read has seen enough
        _say_no_more()
        return ExitCode.DONE
    except NotTaken as error:
        _say_no_more()
        return _said(session, error, exit_code_of(error))
    except RemoteError as error:
        return (
            _internal(session, "") if error.exit_code is ExitCode.INTERNAL else _said(session, error, error.exit_code)
        )
    except KataError as error:
        return _said(session, error, exit_code_of(error))
    except Exception as error:  # noqa: BLE001 - the top handler for commands
        _write_down(paths)
        return _internal(session, f" ({type(error).__name__})")


def _carried_out(session: Session) -> int:
    verb = getattr(session.options, "run", None)
    if verb is None:
        from kata_desktop.cli.start import start  # the engine: only for those who start it

        return start(session)
    try:
        code: int = verb(session)
        return code
    finally:
        session.close()


def _say_no_more() -> None:
    """What is still to be written is not: the end of the process would complain of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _said(session: Session, error: KataError, code: ExitCode) -> int:
    session.tell(error.sentence)
    return code


def _internal(session: Session, what: str) -> int:
    session.tell(f"an error of its own{what}; please report it with the log {session.paths.logs / 'kata.log'}")
    return ExitCode.INTERNAL


def _write_down(paths: Paths) -> None:
    """Put the error that is being handled into the log."""
    from kata_desktop.desktop.logs import Logs
    from kata_desktop.desktop.redaction import Redactor

    logs = Logs(paths.logs, redactor=Redactor())
    try:
        logs.start()
        _log.exception("A command failed")
    except OSError:  # then there is no place for it
        return
    finally:
        logs.stop()


def _folder(text: str | None) -> Path | None:
    return Path(text) if text else None
