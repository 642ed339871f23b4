"""Up to where each conversation was read, so that nothing is lost between two connections."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from kata_desktop.plugins.sdk import Marks

OVERLAP = timedelta(minutes=15)
"""Read again before each mark: Slack delivers an event that was not acknowledged for some six minutes, so a later
message may have moved the mark past one that never arrived. What was read twice is known by its id.
"""
MOST_THREADS = 100
_SINCE = "since"
"""Scope of the mark for conversations that have none of their own: when everything was known to be read."""
_BEGAN = "began"
"""Scope of the very first connection's instant: what was said before it was not said to Kata."""
_SINCE_STEP = Decimal(600)
"""Seconds after which live messages move that mark."""


class MarkBook:
    """The marks of one account. A mark moves only past what is in the inbox, and never while missed messages are still
    being fetched: a crash then would skip them.
    """

    def __init__(self, marks: Marks, known: dict[str, str]) -> None:
        self._marks = marks
        self._known = {scope: mark for scope, mark in known.items() if mark}
        self._waiting: dict[str, str] = {}
        self._refused: dict[str, set[str]] = {}
        self.behind = True
        """Whether missed messages are still being fetched."""

    @classmethod
    async def open(cls, marks: Marks, now: datetime) -> MarkBook:
        """Read all marks; the very first time, everything before `now` counts as read."""
        book = cls(marks, await marks.all())
        if _SINCE not in book._known:
            for scope in (_BEGAN, _SINCE):
                await book._put(scope, f"{now.timestamp():.6f}")
        return book

    def oldest(self, conversation: str) -> str:
        """From where a conversation is to be read again, its threads included."""
        mark = Decimal(self._known.get(conversation) or self._known[_SINCE])
        began = Decimal(self._known.get(_BEGAN, "0"))
        earliest = began if mark >= began else Decimal(0)
        return str(max(mark - Decimal(OVERLAP.total_seconds()), earliest))

    def threads(self, conversation: str) -> list[str]:
        """Threads of a conversation in which Kata has a part, those with the latest word first."""
        prefix = f"{conversation}/"
        scopes = [scope for scope in self._known if scope.startswith(prefix)]
        scopes.sort(key=lambda scope: Decimal(self._known[scope]), reverse=True)
        return [scope.removeprefix(prefix) for scope in scopes]

    def follows(self, conversation: str, thread: str) -> bool:
        """Whether Kata has a part in a thread."""
        return f"{conversation}/{thread}" in self._known

    async def follow(self, conversation: str, thread: str, now: datetime) -> None:
        """Kata speaks in a thread."""
        scope = f"{conversation}/{thread}"
        if scope not in self._known:
            await self._put(scope, f"{now.timestamp():.6f}")
            for old in self._too_many():
                del self._known[old]
                await self._marks.put(old, "")

    def _too_many(self) -> list[str]:
        scopes = sorted((scope for scope in self._known if "/" in scope), key=lambda scope: Decimal(self._known[scope]))
        return scopes[: max(len(scopes) - MOST_THREADS, 0)]

    async def seen(self, conversation: str, thread: str, ts: str) -> None:
        """A live message is in the inbox."""
        self._refused.get(conversation, set()).discard(ts)
        for scope in self._scopes(conversation, thread):
            self._waiting[scope] = _later(self._waiting.get(scope, "0"), ts)
        if not self.behind:
            await self._flush()

    def refused(self, conversation: str, ts: str) -> None:
        """A live message could not be stored: its conversation's mark stays until it comes again."""
        self._refused.setdefault(conversation, set()).add(ts)

    async def fetched(self, conversation: str, thread: str, ts: str) -> None:
        """Everything up to `ts` was fetched and is in the inbox."""
        for scope in self._scopes(conversation, thread):
            await self._put(scope, _later(self._known.get(scope, "0"), ts))

    async def caught_up(self, since: datetime) -> None:
        """All conversations were read, as they were at `since`."""
        self.behind = False
        await self._put(_SINCE, _later(self._known[_SINCE], f"{since.timestamp():.6f}"))
        await self._flush()

    def _scopes(self, conversation: str, thread: str) -> list[str]:
        followed = thread and self.follows(conversation, thread)
        return [conversation, f"{conversation}/{thread}"] if followed else [conversation]

    async def _flush(self) -> None:
        for scope, ts in list(self._waiting.items()):
            if not self._refused.get(scope.partition("/")[0]):
                del self._waiting[scope]
                await self._put(scope, _later(self._known.get(scope, "0"), ts))
                await self._move_since(ts)

    async def _move_since(self, ts: str) -> None:
        if not any(self._refused.values()) and Decimal(ts) - Decimal(self._known[_SINCE]) > _SINCE_STEP:
            await self._put(_SINCE, ts)

    async def _put(self, scope: str, mark: str) -> None:
        if self._known.get(scope) != mark:
            await self._marks.put(scope, mark)
            self._known[scope] = mark


def _later(one: str, other: str) -> str:
    return one if Decimal(one) >= Decimal(other) else other
