"""What the storage page does with files: tasks out and in, diagnostics out, a backup back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kata_desktop.domain.errors import InvalidInput, Refused
from kata_desktop.domain.events import QuitRequested
from kata_desktop.scheduler.import_plan import ImportMode, ImportPlan
from kata_desktop.ui.dialogs.question import Question, asked
from kata_desktop.ui.pages.settings.diagnostics import diagnostics
from kata_desktop.ui.pages.settings.file_dialogs import file_to_read, file_to_write
from kata_desktop.ui.pages.settings.import_dialog import ImportDialog
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class StorageFiles(QObject):
    """Belongs to the storage page.

    Signals:
        changed: there are other files now.
    """

    changed = Signal()

    def __init__(self, page: QWidget, services: Services, theme: Theme, bridge: Bridge, slots: Slots) -> None:
        super().__init__(page)
        self.slots = slots
        self._page, self._services, self._theme, self._bridge = page, services, theme, bridge
        self._file: Path | None = None
        self._dialog: ImportDialog | None = None

    @async_slot
    async def export_tasks(self) -> None:
        """Write all tasks into a file that a person chooses."""
        kinds = self.tr("Kata tasks (*.json)")
        file = await file_to_write(self._page, self.tr("Export tasks"), "kata-tasks.json", kinds)
        if file is not None:
            text = await self._services.exchange.export()
            await self._write(file, text)
            if left_out := await self._services.exchange.left_out():
                self._bridge.told.emit(left_out)

    @async_slot
    async def export_diagnostics(self) -> None:
        """Write the diagnostics into a file that a person chooses."""
        title = self.tr("Export diagnostics")
        file = await file_to_write(self._page, title, "kata-diagnostics.txt", self.tr("Text (*.txt)"))
        if file is not None:
            await self._write(file, await diagnostics(self._services))

    async def _write(self, file: Path, text: str) -> None:
        try:
            await self._services.exchange.write(file, text)
        except OSError as error:
            why = error.strerror or str(error)
            raise Refused(self.tr("“{file}” could not be written ({why}).").format(file=file, why=why)) from error
        self._bridge.told.emit(self.tr("{name} was written.").format(name=file.name))

    @async_slot
    async def import_tasks(self) -> None:
        """Ask for a file and show what it would change."""
        kinds = self.tr("Kata tasks (*.json)")
        self._file = await file_to_read(self._page, self.tr("Import tasks"), Path.home(), kinds)
        if self._file is not None:
            self._dialog = ImportDialog(self._theme, self._file.name, self._page)
            self._dialog.mode_chosen.connect(self._plan)
            self._dialog.agreed.connect(self._apply)
            self._dialog.finished.connect(self._forget)
            self._dialog.open()
            await self._show_plan(ImportMode.ADD)

    @async_slot
    async def _plan(self, mode: ImportMode) -> None:
        await self._show_plan(mode)

    async def _show_plan(self, mode: ImportMode) -> None:
        if self._dialog is None or self._file is None:
            return
        try:
            plan = await self._services.exchange.plan(self._file, mode)
        except InvalidInput as refusal:
            self._dialog.show_refusal(refusal.sentence)
        else:
            self._dialog.show_plan(plan)

    @async_slot
    async def _apply(self, plan: ImportPlan) -> None:
        try:
            done = await self._services.exchange.apply(plan)
        except InvalidInput as refusal:
            if self._dialog is not None:
                self._dialog.show_refusal(refusal.sentence)
            return
        if self._dialog is not None:
            self._dialog.accept()
        words = self.tr("1 task was imported; it is paused.")
        many = self.tr("%n tasks were imported; they are paused.", "", len(done))
        self._bridge.told.emit(words if len(done) == 1 else many)

    def _forget(self) -> None:
        self._dialog = None

    @async_slot
    async def restore(self) -> None:
        """Ask for a backup; it takes the place of the data when Kata starts the next time."""
        kinds = self.tr("Backups (*.db)")
        file = await file_to_read(self._page, self.tr("Restore a backup"), self._services.paths.backups, kinds)
        if file is None:
            return
        answers = {"later": self.tr("At the next start"), "now": self.tr("Quit Kata now")}
        text = self.tr(
            "Everything since this backup is set aside, and all schedules are paused until you resume. "
            "The backup takes its place when Kata starts the next time."
        )
        title = self.tr("Restore {name}?").format(name=file.name)
        question = Question(self._theme, title, text, {"no": self.tr("Cancel"), **answers}, icon="rotate-ccw",
                            tone=Tone.WARN, danger="now", parent=self._page.window())  # fmt: skip
        answer = await asked(question)
        if answer in answers:
            await asyncio.to_thread(self._services.paths.wish_restore, file)
            self.changed.emit()
        if answer == "now":
            self._services.bus.publish(QuitRequested())
