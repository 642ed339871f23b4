"""Stored conversations: to read, and to go on with. Knows the stored form without loading the model libraries."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any

from kata_desktop.domain.errors import Refused
from kata_desktop.domain.run import Run
from kata_desktop.domain.session import Session, SessionMessage
from kata_desktop.store import sessions
from kata_desktop.store.database import Database

StartReply = Callable[[str, str], Awaitable[Run]]
"""Starts a run that goes on in the conversation of a run: its id and what the person says."""

_ROLES = {("request", "user-prompt"): "user", ("response", "text"): "assistant"}


class Sessions:
    """Conversations of runs."""

    def __init__(self, database: Database, start_reply: StartReply) -> None:
        self._database = database
        self._start_reply = start_reply

    async def listed(self, workspace_id: str = "", *, limit: int = 100, offset: int = 0) -> list[Session]:
        """Return sessions of one workspace or all, the last used first."""
        return await self._database.read(lambda db: sessions.listed(db, workspace_id, limit=limit, offset=offset))

    async def get(self, session_id: str) -> Session:
        """Return what is known about a session. Raises NotFound."""
        return await self._database.read(lambda db: sessions.get(db, session_id))

    async def messages(self, session_id: str) -> list[SessionMessage]:
        """Return the turns as a person reads them, oldest first. Raises NotFound."""
        await self.get(session_id)
        return list(_turns(await self.state(session_id)))

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


def _turns(state: bytes) -> Iterator[SessionMessage]:
    for message in _parsed(state):
        for part in message.get("parts", ()):
            role = _ROLES.get((message.get("kind", ""), part.get("part_kind", "")))
            text = _text_of(part.get("content"))
            if role and text:
                at = part.get("timestamp") or message.get("timestamp")
                yield SessionMessage(role=role, text=text, at=datetime.fromisoformat(at) if at else None)


def _parsed(state: bytes) -> list[dict[str, Any]]:
    try:
        content = json.loads(state or b"[]")
    except ValueError:
        return []
    return [message for message in content if isinstance(message, dict)] if isinstance(content, list) else []


def _text_of(content: object) -> str:
    match content:
        case str():
            return content
        case list():
            return "\n".join(piece for piece in content if isinstance(piece, str))
        case _:
            return ""
