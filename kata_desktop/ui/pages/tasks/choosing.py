"""Which rows of a list are chosen, and which one the keyboard is on; no screen needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


class Choice:
    """Chosen rows by id.

    Attributes:
        current: the row that the keyboard is on; empty for none.
        ids: the chosen rows, in the order they were chosen.
    """

    def __init__(self) -> None:
        self.current = ""
        self.ids: dict[str, None] = {}
        self._anchor = ""

    def only(self, ident: str) -> None:
        """Choose one row alone."""
        self.current = self._anchor = ident
        self.ids = {ident: None}

    def move(self, ident: str) -> None:
        """Bring the keyboard to a row and leave what is chosen."""
        self.current = ident

    def toggle(self, ident: str) -> None:
        """Choose a row in addition, or no longer."""
        self.current = self._anchor = ident
        if ident in self.ids:
            del self.ids[ident]
        else:
            self.ids[ident] = None

    def go(self, ident: str, *, within: Sequence[str] = ()) -> None:
        """Bring the keyboard to a row; given all rows, choose those from the first chosen one to it."""
        if self._anchor in within and ident in within:
            ends = sorted((within.index(self._anchor), within.index(ident)))
            self.ids = dict.fromkeys(within[ends[0] : ends[1] + 1])
            self.current = ident
        else:
            self.only(ident)

    def all(self, idents: Sequence[str]) -> None:
        """Choose every row."""
        self.ids = dict.fromkeys(idents)
        self.current = self.current or next(iter(idents), "")

    def clear(self) -> None:
        """Choose none but the row of the keyboard."""
        self.ids = {self.current: None} if self.current else {}

    def keep(self, idents: Collection[str]) -> None:
        """Forget rows that are gone."""
        self.ids = {ident: None for ident in self.ids if ident in idents}
        if self.current not in idents:
            self.current = ""
