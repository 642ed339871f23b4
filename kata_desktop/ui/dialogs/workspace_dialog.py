"""Making a workspace, and changing one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.ui.dialogs.saving import chosen_folder
from kata_desktop.ui.dialogs.workspace_options import WorkspaceOptions
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.screen_room import room_for
from kata_desktop.ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.workspace import Workspace
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme


class WorkspaceDialog(QDialog):
    """A name and a folder, and of one that is there what its tasks share; refusals are shown at their fields.

    Signals:
        saved: the id of the workspace.
    """

    saved = Signal(str)

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, workspace: Workspace | None = None,
        models: Sequence[str] = (), parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """Edit a workspace, or make a new one when none is given; `models` are those that can be chosen."""
        super().__init__(parent)
        self._services, self._theme, self._workspace = services, theme, workspace
        self.slots = Slots(services.spawner, bridge.told.emit)
        title = self.tr("New workspace") if workspace is None else self.tr("Workspace settings")
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._touched = workspace is not None
        self._name, self._folder = QLineEdit(), QLineEdit()
        self._name.setMaxLength(120)
        browse = Button(theme, self.tr("Browse…"), icon="folder-open")
        hint = self.tr("Prompts read and write files here. It is created when it does not exist.")
        self._rows = {
            "name": FormRow(theme, self.tr("Name"), self._name),
            "folder": FormRow(
                theme, self.tr("Folder"), boxed(row((self._folder, 1), browse)), hint=hint, target=self._folder
            ),
        }
        self._options = None if workspace is None else WorkspaceOptions(theme, workspace, models)
        if self._options is not None:
            self._rows |= self._options.rows
        cancel = Button(theme, self.tr("Cancel"))
        save = Button(theme, self.tr("Create workspace") if workspace is None else self.tr("Save"), ButtonKind.PRIMARY)
        save.setDefault(True)
        self._body = column(Label(title, TextRole.H2), *self._shown(), None, margins=(22, 20, 22, 18), spacing=14)
        self._footer = Panel(row(None, cancel, save, margins=(20, 11, 20, 11), spacing=9), "footer")
        self._area = scrolled(boxed(self._body), title)  # large letters need more height than a small screen has
        self._arrange()
        self._fill(workspace)
        self._name.textEdited.connect(self._suggest)
        self._folder.textEdited.connect(self._keep_folder)
        browse.clicked.connect(self._browse)
        cancel.clicked.connect(self.reject)
        save.clicked.connect(self._save)

    def _arrange(self) -> None:
        boxed(column((self._area, 1), self._footer, spacing=0), self)
        self.setMinimumWidth(min(self._theme.px(460), room_for(self).width()))
        self._take_room()

    def _take_room(self) -> None:
        """Be as high as the form needs, and no less than before, as far as the screen has it."""
        width, shown = self.minimumWidth(), self.height() if self.isVisible() else 0
        wanted = self._body.totalHeightForWidth(width) + self._footer.sizeHint().height()
        self.resize(width, max(shown, min(wanted, room_for(self).height())))

    def _shown(self) -> list[QWidget]:
        first: list[QWidget] = [self._rows["name"], self._rows["folder"]]
        return first if self._options is None else [*first, self._options]

    def _fill(self, workspace: Workspace | None) -> None:
        if workspace is not None:
            self._name.setText(workspace.name)
            self._folder.setText(workspace.folder)
        self._name.selectAll()
        self._name.setFocus()

    def _suggest(self, name: str) -> None:
        if not self._touched:
            safe = "".join(letter for letter in name.strip() if letter.isalnum() or letter in " -_.")
            self._folder.setText(str(Path.home() / "Kata" / safe.strip(" .")) if safe.strip(" .") else "")

    def _keep_folder(self) -> None:
        self._touched = True

    @async_slot
    async def _browse(self) -> None:
        start = self._folder.text() or str(Path.home())
        folder = await chosen_folder(self, self.tr("Folder of the workspace"), start)
        if folder is not None:
            self._touched = True
            self._folder.setText(str(folder))

    @async_slot
    async def _save(self) -> None:
        for each in self._rows.values():
            each.set_error("")
        try:
            workspace = await self._store(self._name.text(), self._folder.text())
        except InvalidInput as refusal:
            self._show(refusal)
            return
        self.saved.emit(workspace.id)
        self.accept()

    async def _store(self, name: str, folder: str) -> Workspace:
        workspaces = self._services.workspaces
        if self._workspace is None:
            return await workspaces.add(name, folder)
        changes = self._changes(name, folder, self._workspace)
        return await workspaces.change(self._workspace.id, changes) if changes else self._workspace

    def _changes(self, name: str, folder: str, workspace: Workspace) -> dict[str, str]:
        there = {"name": workspace.name, "folder": workspace.folder}
        changes = {key: value for key, value in {"name": name, "folder": folder}.items() if value != there[key]}
        return changes if self._options is None else changes | self._options.changes(workspace)

    def _show(self, refusal: InvalidInput) -> None:
        for error in refusal.errors:
            form = self._rows.get(error.field, self._rows["name"])
            form.set_error(replace(error, label=form.label).sentence)
        first = next(each for each in self._rows.values() if each.error)
        first.focus_field()
        self._body.activate()  # with the errors, so that the room they need is known
        self._take_room()
        self._area.ensureWidgetVisible(first)
