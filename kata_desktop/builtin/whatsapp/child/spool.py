"""Messages that came in and are not yet safe with Kata: WhatsApp does not send them again, so they are on the disk."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from kata_desktop.builtin.whatsapp.codec import NotOurs, decode, encode
from kata_desktop.builtin.whatsapp.wire import Came

_ENDING = ".json"
_DRAFT = ".draft"


class Spool:
    """A folder with a file per message, in their order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for draft in folder.glob(f"*{_DRAFT}"):  # of a process that was killed while it wrote
            draft.unlink()
        last = max((int(path.stem) for path in self._files()), default=0)
        self._numbers = itertools.count(last + 1)

    def put(self, message: Came) -> Came:
        """Keep a message; it is on the disk, and has its token, when this returns. Raises OSError."""
        kept = dataclasses.replace(message, token=f"{next(self._numbers):010d}")
        path = self._folder / f"{kept.token}{_ENDING}"
        draft = path.with_suffix(_DRAFT)
        with draft.open("w", encoding="utf-8", errors="replace") as file:
            file.write(encode(kept))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        return kept

    def remove(self, token: str) -> None:
        """Forget a message; harmless when it is not there."""
        if token.isascii() and token.isdigit():
            (self._folder / f"{token}{_ENDING}").unlink(missing_ok=True)

    def all(self) -> Iterator[Came]:
        """Everything that is kept, oldest first; a file that cannot be read is left where it is."""
        for path in sorted(self._files()):
            try:
                yield decode(path.read_text(encoding="utf-8"), (Came,))
            except (OSError, UnicodeDecodeError, NotOurs):
                continue

    def _files(self) -> list[Path]:
        return [path for path in self._folder.glob(f"*{_ENDING}") if path.stem.isdigit()]
