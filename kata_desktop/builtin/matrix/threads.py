"""In which threads Kata has a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.builtin.matrix.errors import MatrixRefusal

if TYPE_CHECKING:
    from kata_desktop.builtin.matrix.client import MatrixClient

_MOST = 2000


class Threads:
    """Asks the homeserver once for each thread; what Kata says itself is known without asking."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._known: dict[tuple[str, str], bool] = {}

    def speaks(self, room: str, root: str) -> None:
        """Kata says something in a thread."""
        self._known.pop((room, root), None)
        self._known[room, root] = True
        while len(self._known) > _MOST:
            del self._known[next(iter(self._known))]

    async def follows(self, room: str, root: str) -> bool:
        """Whether Kata has said something in a thread. Raises `MatrixUnreachable`."""
        if (room, root) not in self._known:
            took_part = await self._took_part(room, root)
            self._known.setdefault((room, root), took_part)
        return self._known[room, root]

    async def _took_part(self, room: str, root: str) -> bool:
        try:
            event = await self._client.event(room, root)
        except MatrixRefusal as error:
            if error.code in ("M_FORBIDDEN", "M_NOT_FOUND"):  # from before Kata came in, or deleted
                return False
            raise
        relations = (event.get("unsigned") or {}).get("m.relations") or {}
        return bool((relations.get("m.thread") or {}).get("current_user_participated"))
