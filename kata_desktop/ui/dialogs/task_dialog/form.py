"""The whole form: the sections from top to bottom, one raw input in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.dialogs.task_dialog.advanced_section import AdvancedSection
from kata_desktop.ui.dialogs.task_dialog.delivery_section import DeliverySection
from kata_desktop.ui.dialogs.task_dialog.drafts import fresh_input
from kata_desktop.ui.dialogs.task_dialog.ends_section import EndsSection
from kata_desktop.ui.dialogs.task_dialog.permission_section import PermissionSection
from kata_desktop.ui.dialogs.task_dialog.prompt_section import PromptSection
from kata_desktop.ui.dialogs.task_dialog.when_section import WhenSection
from kata_desktop.ui.widgets.frames import Divider
from kata_desktop.ui.widgets.layout import boxed, column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtGui import QShowEvent

    from kata_desktop.domain.errors import FieldError
    from kata_desktop.ui.dialogs.task_dialog.reach import Reach
    from kata_desktop.ui.dialogs.task_dialog.section import Section
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_AIR = 12


class Form(QScrollArea):
    """The sections in a scroll area that keeps the field with the keyboard in sight.

    Attributes:
        body: what is scrolled.

    Signals:
        edited: a person changed something.
    """

    edited = Signal()

    def __init__(self, services: Services, theme: Theme, above: QWidget, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        settings, clock = services.settings.current, services.clock
        self.blank = fresh_input(settings, "")
        self._showing = self._following = False
        self.body = QWidget(self)
        self._hold_body()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take the keyboard; it only follows them
        # Parents first: every change of a parent makes Qt look again at the style of all that is inside.
        self.what = PromptSection(theme, parent=self.body)
        self.when = WhenSection(theme, clock, parent=self.body)
        self.ends = EndsSection(theme, clock, parent=self.body)
        self.delivery = DeliverySection(theme, settings.history_days, parent=self.body)
        self.permission = PermissionSection(theme, parent=self.body)
        self.advanced = AdvancedSection(theme, self.blank, parent=self.body)
        self.sections: tuple[Section, ...] = (
            self.what, self.when, self.ends, self.delivery, self.permission, self.advanced,
        )  # fmt: skip
        self._lay_out(above)
        for section in self.sections:
            section.edited.connect(self._changed)
        self.when.zone.edited.connect(self._zone_changed)
        self.when.repeats.connect(self.ends.setVisible)
        self.advanced.opened.connect(self._reveal_advanced)

    def show_input(self, raw: TaskInput) -> None:
        """Show an input in every section, without a signal."""
        self._showing = True
        for section in self.sections:
            section.show_input(raw)
        self._showing = False

    def collect(self) -> TaskInput:
        """Return everything as it is typed."""
        raw = TaskInput()
        for section in self.sections:
            raw = section.collect(raw)
        return raw

    def problems(self) -> tuple[FieldError, ...]:
        """Return what the sections themselves find wrong."""
        return tuple(problem for section in self.sections for problem in section.problems())

    def offer(self, *, zones: Iterable[str], workspaces: Mapping[str, str], models: Mapping[str, str]) -> None:
        """Offer what there is to choose from, names by key; what is chosen stays."""
        self._showing = True
        self.what.set_workspaces(workspaces)
        self.advanced.set_models(models)
        self.when.zone.set_names(zones)
        self._showing = False

    def offer_reach(self, reach: Reach) -> None:
        """Offer the channels and the events of plugins."""
        self._showing = True
        self.delivery.offer(reach)
        self.when.event_form.offer_events(reach)
        self._showing = False

    def offer_tasks(self, names: Mapping[str, str]) -> None:
        """Offer the tasks whose end may start this one, name by id."""
        self._showing = True
        self.when.event_form.set_tasks(names)
        self._showing = False

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the keyboard from now on."""
        super().showEvent(event)
        window = self.window().windowHandle()
        if not self._following:
            self._following = True
            window.focusObjectChanged.connect(self._follow)

    def _follow(self, focused: QObject | None) -> None:
        """Scroll to whatever gets the keyboard."""
        if isinstance(focused, QWidget) and self.body.isAncestorOf(focused):
            self.ensureWidgetVisible(focused, _AIR, 4 * _AIR)

    def _hold_body(self) -> None:
        self.body.setProperty("scrollbody", "true")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self.body)

    def _lay_out(self, above: QWidget) -> None:
        parts: list[QWidget] = [above, self.what, Divider(), self.when, self.ends, Divider(), self.delivery,
                                Divider(), self.permission, Divider(), self.advanced]  # fmt: skip
        boxed(column(*parts, None, margins=(26, 20, 24, 20), spacing=15), self.body)

    def _zone_changed(self) -> None:
        self.ends.set_zone(self.when.zone.raw)

    def _changed(self) -> None:
        if not self._showing:
            self.edited.emit()

    def _reveal_advanced(self) -> None:
        QTimer.singleShot(0, self, self._scroll_to_advanced)  # the scroll bar must know the new height first

    def _scroll_to_advanced(self) -> None:
        top = self.advanced.mapTo(self.body, QPoint(0, 0)).y()
        self.verticalScrollBar().setValue(top - _AIR)
