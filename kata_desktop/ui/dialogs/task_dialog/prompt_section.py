"""What should be done, what it is called and where it belongs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from kata_desktop.ui.dialogs.task_dialog.section import Section
from kata_desktop.ui.widgets.fields import Choice, ProseField
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme


class PromptSection(Section):
    """Prompt, name and workspace."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prompt = ProseField(theme, self.tr("Prompt"), lines=5)
        self._count = Label("", TextRole.SMALL)
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Made from the prompt when left empty"))
        self.workspace = Choice({}, self.tr("Workspace"))
        prompt = FormRow(theme, self.tr("Prompt"), self.prompt, headed=False)
        name = FormRow(theme, self.tr("Name"), self.name)
        place = FormRow(theme, self.tr("Workspace"), self.workspace)
        self._rows = {"prompt": prompt, "name": name, "workspace": place}
        note = row(Label(self.tr("Ctrl+Enter runs a test without saving"), TextRole.SMALL), None, self._count)
        self._arrange(self.tr("What should Kata do?"), prompt, note, row((name, 3), (place, 2), spacing=12))
        self.prompt.textChanged.connect(self._typed)
        self.name.textChanged.connect(self._tell)
        self.workspace.currentIndexChanged.connect(self._tell)
        self._typed()

    def set_workspaces(self, names: Mapping[str, str]) -> None:
        """Offer the workspaces there are, name by id."""
        chosen = self.workspace.current
        offered = names if not chosen or chosen in names else {**names, chosen: chosen}
        self.workspace.set_options(offered)

    def show_input(self, raw: TaskInput) -> None:
        """Show prompt, name and workspace."""
        self.prompt.setPlainText(raw.prompt or "")
        self.name.setText(raw.name or "")
        wanted = raw.workspace or ""
        if wanted and self.workspace.findData(wanted) < 0:
            index = self.workspace.findText(wanted)
            if index < 0:
                self.workspace.addItem(wanted, wanted)
            else:
                wanted = str(self.workspace.itemData(index))
        self.workspace.set_current(wanted)

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return what is typed."""
        return replace(
            raw, prompt=self.prompt.toPlainText(), name=self.name.text(), workspace=self.workspace.current or None
        )

    def _typed(self) -> None:
        count = max(self.prompt.document().characterCount() - 1, 0)
        one = self.tr("1 character")
        self._count.setText(one if count == 1 else self.tr("%n characters", "", count))
        self._tell()
