"""Asking where to save, and whom to take for it: nothing waits in a nested loop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


async def chosen_file(parent: QWidget, title: str, name: str) -> Path | None:
    """Ask for the file to save to; None when a person thought better of it."""
    dialog = QFileDialog(parent, title, str(Path.home()))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    return await _answer(dialog)


async def chosen_folder(parent: QWidget, title: str, start: str) -> Path | None:
    """Ask for a folder; None when a person thought better of it."""
    dialog = QFileDialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return await _answer(dialog)


async def _answer(dialog: QFileDialog) -> Path | None:
    future: asyncio.Future[Path | None] = asyncio.get_running_loop().create_future()

    def take(result: int) -> None:
        files = dialog.selectedFiles()
        if not future.done():
            future.set_result(Path(files[0]) if result and files else None)

    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.finished.connect(take)
    dialog.open()
    return await future
