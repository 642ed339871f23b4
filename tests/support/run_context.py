"""What a handler is given, outside of the engine: it remembers what the handler did with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from kata_desktop.domain.run import Source
from kata_desktop.domain.task import TaskSpec


class KeptEffect:
    """An effect that a test can look at."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.happened = False

    async def done(self) -> None:
        """It happened."""
        self.happened = True


@dataclass(kw_only=True)
class KeptContext:
    """One attempt of one run; see `domain.handler.RunContext`."""

    spec: TaskSpec
    task_id: str = "task_1"
    run_id: str = "run_1"
    slot: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    started_at: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    attempt: int = 1
    source: Source = Source.SCHEDULE
    last_output: str = ""
    session_id: str = ""
    arguments: str = "{}"
    cursor: str = ""
    input_hash: str = ""
    cancelled: bool = False
    emitted: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    logged: list[tuple[str, str]] = field(default_factory=list)
    reached: list[tuple[int, str]] = field(default_factory=list)
    effects: list[KeptEffect] = field(default_factory=list)

    def emit(self, text: str) -> None:
        """See `RunContext`."""
        self.emitted.append(text)

    def progress(self, percent: int, text: str = "") -> None:
        """See `RunContext`."""
        self.reached.append((percent, text))

    def log(self, level: str, text: str) -> None:
        """See `RunContext`."""
        self.logged.append((level, text))

    async def note(self, text: str, *, ok: bool = True) -> None:
        """See `RunContext`."""
        self.notes.append(text if ok else f"failed: {text}")

    async def effect(self, text: str) -> KeptEffect:
        """See `RunContext`."""
        self.effects.append(KeptEffect(text))
        return self.effects[-1]
