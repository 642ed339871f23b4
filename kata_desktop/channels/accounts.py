"""Which accounts are connected: each once in the whole program, or every message would be answered twice."""

from __future__ import annotations

from collections.abc import Callable


class Accounts:
    """Who holds which account."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], str] = {}
        self._released: list[Callable[[], None]] = []

    def take(self, channel: str, account: str, workspace_id: str) -> str:
        """Take an account for a workspace; returns the workspace that has it, which is another one if it is taken."""
        return self._held.setdefault((channel, account), workspace_id)

    def is_free(self, channel: str, account: str) -> bool:
        """Whether no workspace has an account."""
        return (channel, account) not in self._held

    def release(self, channel: str, account: str, workspace_id: str) -> None:
        """Give an account back; harmless when another workspace has it."""
        if self._held.get((channel, account)) == workspace_id:
            del self._held[channel, account]
            for call in tuple(self._released):
                call()

    def on_release(self, call: Callable[[], None]) -> None:
        """Call `call` whenever an account becomes free."""
        self._released.append(call)
