"""``doctor``: what Kata depends on, a line each."""

from __future__ import annotations

import os
from typing import Any

from kata_desktop.cli.link import reach_app
from kata_desktop.cli.options import Nouns, verb
from kata_desktop.cli.printing import plain
from kata_desktop.cli.session import Session
from kata_desktop.control.client import Gone
from kata_desktop.control.failures import RemoteError
from kata_desktop.domain.errors import Unavailable

STATUS_LIMIT = 5.0


def add(nouns: Nouns) -> None:
    """Add the verb to a command line."""
    verb(nouns, "doctor", "look at keyring, tray, notifications, display, store, model, clock and disk", _doctor)


def _doctor(session: Session) -> int:
    from dataclasses import asdict

    from kata_desktop.control.doctor import Examination
    from kata_desktop.runtime.clock import SystemClock

    trouble, refused = _trouble(session)
    examination = Examination(
        paths=session.paths, clock=SystemClock(), trouble=trouble, refused=refused, environ=os.environ
    )
    return session.show([asdict(finding) for finding in examination.findings()], _as_lines)


def _trouble(session: Session) -> tuple[str, str]:
    """What the running app says, and why its folder cannot be used; a doctor also comes when nobody answers."""
    try:
        client = reach_app(session.paths)
        if client is None:
            return "", ""
        with client:
            status: Any = client.call("app.status", limit=STATUS_LIMIT)
        return str(status["trouble"] or ""), ""
    except (Gone, RemoteError):
        return "The running app does not answer.", ""
    except Unavailable as error:
        return "", error.sentence


def _as_lines(findings: Any) -> str:
    lines = []
    for finding in findings:
        state = "ok" if finding["ok"] else "problem"
        fix = f" Fix: {plain(finding['fix'])}." if finding["fix"] and not finding["ok"] else ""
        hint = f" To have more: {plain(finding['fix'])}." if finding["fix"] and finding["ok"] else ""
        lines.append(f"{state:<8} {finding['check']:<14} {plain(finding['sentence'])}{fix}{hint}")
    return "\n".join(lines)
