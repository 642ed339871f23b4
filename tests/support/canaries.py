"""Looks for secrets wherever they must not be: in files, on command lines, in the surroundings of programs."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psutil


def forms_of(secret: str) -> set[bytes]:
    """As it is, and as it looks inside JSON, Python, addresses and Basic authorisation."""
    texts = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    texts |= {quote(secret), quote(secret, safe="")}
    return {text.encode() for text in texts} | {base64.b64encode(secret.encode()).rstrip(b"=")}


def holding(folder: Path, secrets: Iterable[str]) -> list[str]:
    """The files below a folder in which one stands, but those of the keyring itself, which are encrypted."""
    wanted = {form: secret for secret in secrets for form in forms_of(secret)}
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and "keyrings" not in path.parts:
            with suppress(OSError):
                content = path.read_bytes()
                found += [f"{path}: {secret}" for form, secret in wanted.items() if form in content]
    return found


class ProcessWatch:
    """While it is entered, looks at every process of this home again and again.

    Attributes:
        on_command_lines: Command lines in which a secret stood.
        surroundings: By the program's command line, the secrets in its environment.
    """

    def __init__(self, home: Path, secrets: Iterable[str]) -> None:
        self.on_command_lines: set[str] = set()
        self.surroundings: dict[str, set[str]] = {}
        self._home = home
        self._secrets = tuple(secrets)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="test gear: processes", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(10)

    def _look_on(self) -> None:
        while not self._over.wait(0.05):
            for process in psutil.process_iter():
                if process.pid != os.getpid():
                    with suppress(psutil.Error):
                        self._look_at(process)

    def _look_at(self, process: psutil.Process) -> None:
        line = " ".join(process.cmdline())
        if any(form.decode() in line for secret in self._secrets for form in forms_of(secret)):
            self.on_command_lines.add(line)
        environment = process.environ()
        if environment.get("HOME") == str(self._home):
            text = json.dumps(environment)
            inside = {secret for secret in self._secrets if json.dumps(secret)[1:-1] in text}
            self.surroundings.setdefault(line, set()).update(inside)
