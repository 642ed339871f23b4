"""What happened between this Slack and its clients, in order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing that happened."""

    at: float
    """Seconds on the loop's clock."""
    kind: str
    """``call``, ``refused``, ``connected``, ``closed``, ``sent``, ``acknowledged``, ``late``, ``violation`` …"""
    name: str
    """The method, the envelope's type, the rule that was broken."""
    detail: dict[str, Any] = field(default_factory=dict)


class Journal:
    """Kept for the test; nothing is ever taken out."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def note(self, kind: str, name: str, /, **detail: Any) -> None:
        """Write down something."""
        self.entries.append(Entry(at=asyncio.get_running_loop().time(), kind=kind, name=name, detail=detail))

    def of(self, kind: str, name: str = "") -> list[Entry]:
        """Everything of a kind, oldest first; with a name only that."""
        return [entry for entry in self.entries if entry.kind == kind and name in ("", entry.name)]

    @property
    def violations(self) -> list[str]:
        """Rules of Slack that a client broke."""
        return [f"{entry.name}: {entry.detail}" for entry in self.of("violation")]
