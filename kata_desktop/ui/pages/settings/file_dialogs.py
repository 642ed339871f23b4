"""Asking for a file without a nested loop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


async def file_to_write(parent: QWidget, title: str, suggested: str, kinds: str) -> Path | None:
    """Ask where to write; None when the person thought better of it. An existing file is asked about first."""
    dialog = QFileDialog(parent, title, str(Path.home() / suggested), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(suggested).suffix.lstrip("."))
    return await _chosen(dialog)


async def file_to_read(parent: QWidget, title: str, folder: Path, kinds: str) -> Path | None:
    """Ask for a file that exists; None when the person thought better of it."""
    dialog = QFileDialog(parent, title, str(folder), kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await _chosen(dialog)


async def _chosen(dialog: QFileDialog) -> Path | None:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def take(result: int) -> None:
        if not future.done():
            future.set_result(result)

    dialog.finished.connect(take)
    dialog.open()
    try:
        accepted = await future
        names = dialog.selectedFiles()
        return Path(names[0]) if accepted and names else None
    finally:
        dialog.deleteLater()
