"""Taking tasks from a file: first the difference, then a person's yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea

from kata_desktop.scheduler.import_plan import Change, ImportMode, ImportPlan, ImportRow
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.chips import Segmented
from kata_desktop.ui.widgets.frames import Panel, Row, RowList
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole


class ImportDialog(QDialog):
    """Shows what an import would do.

    Signals:
        mode_chosen: plan anew in this way; carries an `ImportMode`.
        agreed: do what the plan says; carries the `ImportPlan`.
    """

    mode_chosen = Signal(object)
    agreed = Signal(object)

    def __init__(self, theme: Theme, file: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plan: ImportPlan | None = None
        self.setWindowTitle(self.tr("Import tasks"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        modes = {
            ImportMode.ADD.value: self.tr("Add new ones"),
            ImportMode.MERGE.value: self.tr("Also change existing ones"),
            ImportMode.REPLACE.value: self.tr("Replace all"),
        }
        self._modes = Segmented(theme, modes, self.tr("What happens to tasks that are here already"))
        self._refusal = Banner(theme, Tone.BAD)
        self._list = RowList(name=self.tr("What would change"))
        lead = self.tr("From {file}. Tasks arrive paused and ask before they act.").format(file=file)
        body = column(Label(lead, TextRole.MUTED, wrap=True), self._modes, self._refusal, (self._scrolled(), 1),
                      margins=(24, 20, 24, 16), spacing=12)  # fmt: skip
        boxed(column((boxed(body), 1), self._foot(), spacing=0), self)
        self.resize(theme.px(620), theme.px(520))
        self._modes.chosen.connect(self._tell_mode)

    def show_plan(self, plan: ImportPlan) -> None:
        """Show what would change."""
        self._plan = plan
        self._refusal.hide()
        self._list.set_rows([self._row(each) for each in plan.rows])
        self._list.setVisible(bool(plan.rows))
        count = sum(plan.count(each) for each in (Change.NEW, Change.CHANGED, Change.REMOVED))
        self._go.setEnabled(bool(count))
        self._go.set_text(self.tr("Apply 1 change") if count == 1 else self.tr("Apply %n changes", "", count))
        if not count:
            self._sum.setText(self.tr("Nothing would change."))
        else:
            template = self.tr("{new} new, {changed} changed, {removed} removed")
            new, changed, removed = (plan.count(each) for each in (Change.NEW, Change.CHANGED, Change.REMOVED))
            self._sum.setText(template.format(new=new, changed=changed, removed=removed))

    def show_refusal(self, sentence: str) -> None:
        """Say why nothing can be imported in this way."""
        self._plan = None
        self._list.hide()
        self._go.setEnabled(False)
        self._sum.setText("")
        self._refusal.set_message(self.tr("The file is refused as it is"), sentence)
        self._refusal.show()

    @property
    def shown(self) -> tuple[str, ...]:
        """What each row says."""
        return tuple(each.accessibleName() for each in self._list.rows)

    def _scrolled(self) -> QScrollArea:
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        body = boxed(column(self._list, None))
        body.setProperty("scrollbody", "true")
        area.setWidget(body)
        area.setAccessibleName(self.tr("What would change"))
        return area

    def _foot(self) -> Panel:
        self._sum = Label("", TextRole.MUTED)
        cancel = Button(self._theme, self.tr("Cancel"))
        self._go = Button(self._theme, self.tr("Import"), ButtonKind.PRIMARY)
        self._go.setEnabled(False)
        cancel.clicked.connect(self.reject)
        self._go.clicked.connect(self._agree)
        return Panel(row((self._sum, 1), cancel, self._go, margins=(20, 11, 20, 11), spacing=9), "footer")

    def _row(self, each: ImportRow) -> Row:
        icon, ink, word = self._sign(each.change)
        text = column(Label(each.name, TextRole.TITLE, wrap=True), spacing=1)
        small = " · ".join(part for part in (each.workspace, each.note) if part)
        text.addWidget(Label(small, TextRole.SMALL, wrap=True))
        line = row(IconLabel(self._theme, icon, ink), (text, 1), Label(word, TextRole.MUTED), margins=(14, 8, 14, 8),
                   spacing=11)  # fmt: skip
        made = Row(line)
        made.setAccessibleName(f"{word}: {each.name}, {small}")
        return made

    def _sign(self, change: Change) -> tuple[str, ColorRole, str]:
        match change:
            case Change.NEW:
                return "circle-plus", "ok", self.tr("New")
            case Change.CHANGED:
                return "pencil", "warn", self.tr("Changed")
            case Change.SAME:
                return "check", "text_3", self.tr("Same")
            case Change.REMOVED:
                return "trash-2", "bad", self.tr("Removed")
            case Change.PASSED:
                return "history", "text_3", self.tr("Left out")

    def _tell_mode(self, key: str) -> None:
        self.mode_chosen.emit(ImportMode(key))

    def _agree(self) -> None:
        if self._plan is not None:
            self.agreed.emit(self._plan)
