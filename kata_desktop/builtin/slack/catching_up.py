"""Fetches what was said while there was no connection: pages of history, and replies in threads that went on."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kata_desktop.builtin.slack.errors import REJECTED, SlackRefusal
from kata_desktop.builtin.slack.marks import MarkBook
from kata_desktop.plugins.sdk import ClockView

if TYPE_CHECKING:
    from kata_desktop.builtin.slack.client import Argument, SlackClient

Row = Mapping[str, Any]
TakeRow = Callable[[str, Row], Awaitable[None]]
"""Takes a row of a conversation's history; returns once it is durable."""

_KINDS = "public_channel,private_channel,mpim,im"
_MOST_PAGES = 50
_THREADS_GO_BACK = timedelta(days=7)
"""Threads that began earlier and in which Kata has no part are not looked through for missed replies."""
_THREAD_PAGES = 5
_MOST_THREADS = 30
"""Threads of one conversation that are asked about although nothing says that they went on."""
_PATIENCE = 10
"""How often in a row Slack may ask for patience before the fetching is given up until the next connection."""
_TRIES = 4
"""How often a call is tried that fails on Slack's side; the waits between them double from one second."""


class CatchingUp:
    """One account's way back to the present."""

    def __init__(
        self,
        client: SlackClient,
        book: MarkBook,
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
        take: TakeRow,
    ) -> None:
        self._client = client
        self._book = book
        self._clock = clock
        self._log = log
        self._take = take

    async def run(self) -> None:
        """Read every conversation from its mark, oldest message first.

        Raises:
            SlackRefusal, SlackUnreachable: it could not be finished; the marks stay where they were.
        """
        self._book.behind = True
        since = self._clock.now()
        for conversation in await self._own_conversations():
            try:
                await self._conversation(conversation)
            except SlackRefusal as error:
                if error.passes or (error.code in REJECTED and error.code != "missing_scope"):
                    raise
                self._log.warning("What was missed in %s cannot be read: %s", conversation, error.sentence)
        await self._book.caught_up(since)

    async def _own_conversations(self) -> list[str]:
        """Where Kata is in; from the list of all where a gateway lets only that one through."""
        try:
            return [str(row["id"]) async for row in self._listed("users.conversations")]
        except SlackRefusal as error:
            if error.passes or error.code in REJECTED:
                raise
        # Direct conversations do not say that Kata is a member; others do.
        return [str(row["id"]) async for row in self._listed("conversations.list") if row.get("is_member", True)]

    def _listed(self, method: str) -> AsyncIterator[Row]:
        return self._rows(method, "channels", types=_KINDS, exclude_archived=True)

    async def _conversation(self, conversation: str) -> None:
        oldest = self._book.oldest(conversation)
        rows = [row async for row in self._history(conversation, _MOST_PAGES, oldest=oldest)]
        threads = {str(row["ts"]) for row in rows if _begins_thread(row)}
        threads |= await self._threads_gone_on(conversation, oldest)
        for thread in sorted(threads):
            rows += await self._replies(conversation, thread, oldest)
        rows.sort(key=lambda row: Decimal(row["ts"]))
        for row in rows:
            await self._take(conversation, row)
        if rows:
            await self._book.fetched(conversation, "", str(rows[-1]["ts"]))

    async def _threads_gone_on(self, conversation: str, oldest: str) -> set[str]:
        """Threads that began before the mark and have a reply after it, or may have one."""
        back = f"{(self._clock.now() - _THREADS_GO_BACK).timestamp():.6f}"
        gone_on, looked_at = set(), set()
        if Decimal(back) < Decimal(oldest):
            async for row in self._history(conversation, _THREAD_PAGES, oldest=back, latest=oldest, inclusive=True):
                looked_at.add(str(row["ts"]))
                if _begins_thread(row) and Decimal(row.get("latest_reply") or oldest) >= Decimal(oldest):
                    gone_on.add(str(row["ts"]))
        own = self._book.threads(conversation)[:_MOST_THREADS]
        return gone_on | {thread for thread in own if thread not in looked_at}

    async def _replies(self, conversation: str, thread: str, oldest: str) -> list[Row]:
        try:
            rows = self._rows("conversations.replies", "messages", channel=conversation, ts=thread, oldest=oldest)
            # The first message of the thread comes along each time; the history has it where it is new.
            return [row async for row in rows if row.get("ts") != thread]
        except SlackRefusal as error:
            if error.code == "thread_not_found":  # deleted meanwhile
                return []
            raise

    async def _history(self, conversation: str, pages: int, **limits: Argument) -> AsyncIterator[Row]:
        async for row in self._rows("conversations.history", "messages", pages, channel=conversation, **limits):
            yield row

    async def _rows(self, method: str, key: str, pages: int = _MOST_PAGES, **arguments: Argument) -> AsyncIterator[Row]:
        cursor = ""
        for _ in range(pages):
            page = await self._patiently(method, **arguments, limit=200, cursor=cursor or None)
            for row in page.get(key, ()):
                yield row
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
        if pages == _MOST_PAGES:
            self._log.warning("%s goes on beyond %d pages; what is older was not read.", method, pages)

    async def _patiently(self, method: str, **arguments: Argument) -> Row:
        for attempt in range(_PATIENCE):
            try:
                return await self._client.call(method, **arguments)
            except SlackRefusal as error:
                wait = error.retry_after or timedelta(seconds=2**attempt)
                most = _TRIES if error.retry_after is None else _PATIENCE
                if not error.passes or attempt + 1 >= most:
                    raise
                await self._clock.sleep(wait.total_seconds())
        raise AssertionError("the last attempt returns or raises")


def _begins_thread(row: Row) -> bool:
    """Whether there are replies; not every row counts them."""
    return bool(row.get("reply_count") or row.get("thread_ts") == row["ts"])
