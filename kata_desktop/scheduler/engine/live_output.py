"""What a run shows while it goes on: told in pieces, none of which holds or breaks a secret."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kata_desktop.domain.events import RunOutput

if TYPE_CHECKING:
    from kata_desktop.scheduler.engine.tools import Tools

LIVE_MOST = 1_000_000
"""Characters of live output kept for somebody who opens the run later; the oldest go first."""
SHOWN_AT_ONCE = 32_768
"""Characters that are looked through for secrets before the loop gets its turn."""


class LiveOutput:
    """The output of one attempt.

    Attributes:
        text: What was shown so far, without secrets; not stored.
    """

    def __init__(self, tools: Tools, run_id: str) -> None:
        self._tools, self._run_id = tools, run_id
        self._held = ""
        self._ended = self._showing = False
        self.text = ""

    def add(self, piece: str) -> None:
        """Show more, except for an end that may be the beginning of a secret; nothing once it has ended."""
        if not self._ended:
            self._held += piece
            self._show()

    def end(self) -> None:
        """Show what was held back."""
        self._ended = True
        self._show()

    def _show(self) -> None:
        if self._showing:
            return
        self._show_piece()
        if len(self._held) > SHOWN_AT_ONCE:
            self._showing = True
            self._tools.spawner.spawn(self._show_rest(), name=f"output of {self._run_id}")

    async def _show_rest(self) -> None:
        while len(self._held) > SHOWN_AT_ONCE or (self._ended and self._held):
            await asyncio.sleep(0)
            self._show_piece()
        self._showing = False

    def _show_piece(self) -> None:
        piece, last = self._held[:SHOWN_AT_ONCE], self._ended and len(self._held) <= SHOWN_AT_ONCE
        length = len(piece) if last else self._tools.settled(piece)
        if not length and len(piece) == SHOWN_AT_ONCE:
            length = len(piece)  # longer than any secret
        shown, self._held = self._tools.hide(piece[:length]), self._held[length:]
        if shown:
            self.text = (self.text + shown)[-LIVE_MOST:]
            self._tools.bus.publish(RunOutput(run_id=self._run_id, text=shown))
