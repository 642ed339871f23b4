"""Starting with the desktop session: the platform's own way, only ever on this user's behalf."""

from __future__ import annotations

import os
import plistlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from kata_desktop.domain.errors import Unavailable

_NAME = "kata-desktop"
_LABEL = "org.kata.desktop"


class AutostartRefused(Unavailable):
    """The entry cannot be written or removed."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"Starting at login could not be changed because “{place}” {why}; correct that and try again.")


class Autostart(Protocol):
    """One switch: does the program start with the session?"""

    def enabled(self) -> bool:
        """Tell how the session sees it now, whoever set it."""
        ...

    def enable(self) -> None:
        """Start with the session from now on. Raises AutostartRefused."""
        ...

    def disable(self) -> None:
        """No longer start with the session; harmless when it does not. Raises AutostartRefused."""
        ...


class XdgAutostart:
    """A desktop entry in the user's autostart folder, as the XDG autostart specification has it."""

    def __init__(self, command: Sequence[str], config_home: Path) -> None:
        self._command = tuple(command)
        self._file = config_home / "autostart" / f"{_NAME}.desktop"

    def enabled(self) -> bool:
        """True when the entry is there and neither hidden nor switched off by the session's own settings."""
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return False
        off = {"hidden=true", "x-gnome-autostart-enabled=false"}
        return not any(line.strip().lower().replace(" ", "") in off for line in lines)

    def enable(self) -> None:
        """Write the entry."""
        entry = (
            "[Desktop Entry]\nType=Application\nName=Kata Desktop\nComment=Scheduled prompts\n"
            f"Exec={' '.join(map(_exec_quoted, self._command))}\nIcon={_NAME}\nTerminal=false\n"
            "X-GNOME-Autostart-enabled=true\n"
        )
        _write(self._file, entry.encode())

    def disable(self) -> None:
        """Remove the entry."""
        _remove(self._file)


class LaunchAgent:
    """A property list in ~/Library/LaunchAgents (macOS)."""

    def __init__(self, command: Sequence[str], home: Path) -> None:
        self._command = list(command)
        self._file = home / "Library" / "LaunchAgents" / f"{_LABEL}.plist"

    def enabled(self) -> bool:
        """True when the list is there and says that it runs at load."""
        try:
            return bool(plistlib.loads(self._file.read_bytes()).get("RunAtLoad"))
        except (OSError, plistlib.InvalidFileException, ValueError):
            return False

    def enable(self) -> None:
        """Write the list; it counts from the next login."""
        facts = {"Label": _LABEL, "ProgramArguments": self._command, "RunAtLoad": True, "ProcessType": "Interactive"}
        _write(self._file, plistlib.dumps(facts))

    def disable(self) -> None:
        """Remove the list."""
        _remove(self._file)


if sys.platform == "win32":
    import subprocess
    import winreg

    _RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"

    class RunKey:
        """A value under the user's Run key (Windows)."""

        def __init__(self, command: Sequence[str]) -> None:
            self._command = subprocess.list2cmdline(command)

        def enabled(self) -> bool:
            """True when the value is there."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                    return bool(winreg.QueryValueEx(key, _NAME)[0])
            except OSError:
                return False

        def enable(self) -> None:
            """Write the value."""
            try:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                    winreg.SetValueEx(key, _NAME, 0, winreg.REG_SZ, self._command)
            except OSError as error:
                raise AutostartRefused(_RUN_KEY, "cannot be written") from error

        def disable(self) -> None:
            """Remove the value."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY, 0, winreg.KEY_SET_VALUE) as key:
                    winreg.DeleteValue(key, _NAME)
            except FileNotFoundError:
                return
            except OSError as error:
                raise AutostartRefused(_RUN_KEY, "cannot be written") from error


def autostart(command: Sequence[str], environ: Mapping[str, str] = os.environ) -> Autostart:
    """Return this platform's way; `command` is the program with its arguments, first an absolute path."""
    if sys.platform == "win32":
        return RunKey(command)
    home = Path(environ.get("HOME", "") or Path.home())
    if sys.platform == "darwin":
        return LaunchAgent(command, home)
    named = environ.get("XDG_CONFIG_HOME", "")
    # the specification: a relative path there is to be ignored
    return XdgAutostart(command, Path(named) if Path(named).is_absolute() else home / ".config")


def _exec_quoted(argument: str) -> str:
    """Quote one argument as the desktop entry specification wants it: reserved characters twice over."""
    text = argument.replace("%", "%%")
    if text and not set(text) & set(" \t\n\"'\\><~|&;$*?#()`"):
        return text
    for character in '\\"`$':
        text = text.replace(character, f"\\{character}")
    return '"' + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t") + '"'


def _write(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.new")
        fresh.write_bytes(content)
        fresh.replace(file)
    except OSError as error:
        raise AutostartRefused(str(file), "cannot be written") from error


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise AutostartRefused(str(file), "cannot be removed") from error
