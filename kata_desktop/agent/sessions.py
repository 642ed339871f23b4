"""Stored conversations: to read, and to go on with. Knows the stored form without loading the model libraries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from kata_desktop.agent.turns import said, turns_of
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.run import Run
from kata_desktop.domain.session import Session, SessionMessage, SessionRow, Turn
from kata_desktop.store import runs, sessions
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

StartReply = Callable[[str, str], Awaitable[Run]]
"""Starts a run that goes on in the conversation of a run: its id and what the person says."""

_RUNS_LOOKED_AT = 500
"""Runs of a conversation, the newest, whose writers are told apart."""


class Sessions:
    """Conversations of runs."""

    def __init__(self, database: Database, start_reply: StartReply) -> None:
        self._database = database
        self._start_reply = start_reply

    async def listed(self, workspace_id: str = "", *, limit: int = 100, offset: int = 0) -> list[Session]:
        """Return sessions of one workspace or all, the last used first."""
        return await self._database.read(lambda db: sessions.listed(db, workspace_id, limit=limit, offset=offset))

    async def rows(
        self, workspace_id: str = "", *, search: str = "", limit: int = 100, offset: int = 0
    ) -> list[SessionRow]:
        """Return sessions with their last words, the last used first; all words of `search` are somewhere in them."""
        return await self._database.read(
            lambda db: sessions.rows(db, workspace_id, search=search, limit=limit, offset=offset)
        )

    async def count(self, workspace_id: str = "", *, search: str = "") -> int:
        """Return how many sessions `rows` has without its limit."""
        return await self._database.read(lambda db: sessions.count(db, workspace_id, search=search))

    async def get(self, session_id: str) -> Session:
        """Return what is known about a session. Raises NotFound."""
        return await self._database.read(lambda db: sessions.get(db, session_id))

    async def messages(self, session_id: str) -> list[SessionMessage]:
        """Return the turns as a person reads them, oldest first. Raises NotFound."""
        await self.get(session_id)
        return await asyncio.to_thread(said, await self.state(session_id))

    async def turns(self, session_id: str) -> list[Turn]:
        """Return everything that was said, oldest first, with who said it, what is being answered now and what found
        no answer. Raises NotFound.
        """

        def work(db: Connection) -> tuple[Session, bytes, list[Run]]:
            found = runs.of_session(db, session_id, limit=_RUNS_LOOKED_AT)
            return sessions.get(db, session_id), sessions.get_state(db, session_id), found

        session, state, found = await self._database.read(work)
        return await asyncio.to_thread(turns_of, session, state, found)

    async def state(self, session_id: str) -> bytes:
        """Return the conversation as the model libraries read it; empty when there is none."""
        return await self._database.read(lambda db: sessions.get_state(db, session_id))

    async def latest_of_task(self, task_id: str) -> str:
        """Return the id of the session a task used last; empty when it had none."""
        found = await self._database.read(lambda db: sessions.latest_of_task(db, task_id))
        return found.id if found else ""

    async def reply(self, ident: str, text: str) -> Run:
        """Say something in the conversation of a run or session; the answer is a run of the same task.

        Raises:
            NotFound: no such run or session.
            Refused: nothing to say, or nothing to go on with.
        """
        if ident.startswith("run_"):
            return await self._start_reply(ident, text)
        session = await self.get(ident)
        run_id = await self._database.read(lambda db: sessions.last_run(db, ident))
        if not run_id:
            raise Refused(f"The runs of “{session.title}” are gone, so it cannot go on; run its task again.")
        return await self._start_reply(run_id, text)
