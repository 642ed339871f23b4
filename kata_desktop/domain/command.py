"""Programs that Kata starts and looks after: commands that end, and servers that should not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandSpec:
    """How to start a program; everything is already filled in, no shell ever reads it."""

    argv: tuple[str, ...]
    """Program and arguments. Never holds a secret: every user of the computer can read it."""
    folder: str
    """Absolute path to start in."""
    environment: tuple[tuple[str, str], ...] = ()
    """Names and values added to a scrubbed environment; secrets may go here."""
    timeout: timedelta = timedelta(minutes=5)
    """Limit for commands; servers have none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerSpec:
    """A program to keep running."""

    command: CommandSpec
    pid_file: str = ""
    """Where the program itself writes its process id; names a copy started by somebody else. Empty: none."""
    port: int | None = None
    """The port it listens on at 127.0.0.1; taken before we start means that somebody else started it."""
    restart_on_crash: bool = True


class ServerState(StrEnum):
    """Where a supervised server stands."""

    STOPPED = "stopped"
    """Not running, and not meant to."""
    STARTING = "starting"
    """Just started; up counts after ten seconds."""
    RUNNING = "running"
    """Up for more than ten seconds."""
    WAITING = "waiting"
    """It crashed; it is started again at `ServerStatus.until`."""
    FOREIGN = "foreign"
    """Somebody else has started it already; it is left alone."""
    GAVE_UP = "gave up"
    """It crashed five times in quick succession, or may not be restarted; a person presses Restart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerStatus:
    """What the screen and ``plugin status`` show of a server."""

    state: ServerState = ServerState.STOPPED
    sentence: str = ""
    pid: int | None = None
    fast_crashes: int = 0
    until: datetime | None = None
    """With WAITING: when it is started again (UTC)."""
    since: datetime | None = None
    exit_code: int | None = None
    """Of the last end; negative for a signal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandResult:
    """How a command ended."""

    exit_code: int
    """Negative for a signal; 0 is success."""
    output: str = ""
    """The end of what it wrote to standard output, at most 100,000 characters."""
    errors: str = ""
    """The end of what it wrote to standard error, at most 20,000 characters."""
    timed_out: bool = False
    seconds: float = 0.0
    metrics: tuple[tuple[str, float], ...] = field(default=())
