"""Where Kata works: the name and the folder of the first workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.ui.dialogs.first_start.step import Step
from kata_desktop.ui.dialogs.saving import chosen_folder
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.layout import boxed, row

if TYPE_CHECKING:
    from kata_desktop.domain.workspace import Workspace
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class WorkspaceStep(Step):
    """The workspace that is there already, to be named and moved.

    Attributes:
        slots: starts what takes time.
        workspace: as it is stored; None before it was read.
    """

    def __init__(self, services: Services, theme: Theme, slots: Slots) -> None:
        super().__init__(
            self.tr("Where do you work?"),
            self.tr(
                "A workspace is a folder with its own tasks, model and permissions. Kata reads and writes only inside "
                "it. You can add more later, one for each part of your work."
            ),
        )
        self.slots = slots
        self._services = services
        self.workspace: Workspace | None = None
        self._name, self._folder = QLineEdit(), QLineEdit()
        self._name.setMaxLength(120)
        browse = Button(theme, self.tr("Browse…"), icon="folder-open")
        hint = self.tr("It is created when it does not exist.")
        self._rows = {
            "name": FormRow(theme, self.tr("Name"), self._name),
            "folder": FormRow(
                theme, self.tr("Folder"), boxed(row((self._folder, 1), browse)), hint=hint, target=self._folder
            ),
        }
        self.arrange(*self._rows.values())
        browse.clicked.connect(self._browse)

    def opened(self) -> None:
        """Read it, once: what is typed stays."""
        if self.workspace is None:
            self.slots.start(self._read(), name="read the first workspace")

    async def _read(self) -> None:
        found = await self._services.workspaces.all()
        last = self._services.settings.current.last_workspace
        self.workspace = next((each for each in found if each.id == last), found[0])
        self._name.setText(self.workspace.name)
        self._folder.setText(self.workspace.folder)
        self._name.selectAll()
        self._name.setFocus()

    async def apply(self) -> bool:
        """Store what was changed; what is refused is said at its field."""
        for each in self._rows.values():
            each.set_error("")
        try:
            await self._store()
        except InvalidInput as refusal:
            for error in refusal.errors:
                wrong = self._rows.get(error.field, self._rows["name"])
                wrong.set_error(error.sentence)
                wrong.focus_field()
            return False
        return True

    async def _store(self) -> None:
        if self.workspace is None:
            return
        wanted = {"name": self._name.text(), "folder": self._folder.text()}
        changes = {key: value for key, value in wanted.items() if value != getattr(self.workspace, key)}
        if changes:
            self.workspace = await self._services.workspaces.change(self.workspace.id, changes)

    @async_slot
    async def _browse(self) -> None:
        start = self._folder.text() or str(Path.home())
        folder = await chosen_folder(self.window(), self.tr("Folder of the workspace"), start)
        if folder is not None:
            self._folder.setText(str(folder))
