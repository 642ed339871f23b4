"""The settings page: sections at the start, their rows beside them, a search through all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QWidget

from kata_desktop.ui.pages.settings.about import AboutSection
from kata_desktop.ui.pages.settings.bound import Binder
from kata_desktop.ui.pages.settings.general import GeneralSection
from kata_desktop.ui.pages.settings.models import ModelsSection
from kata_desktop.ui.pages.settings.notifications import NotificationsSection
from kata_desktop.ui.pages.settings.schedules import SchedulesSection
from kata_desktop.ui.pages.settings.storage import StorageSection
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.fields import SearchField
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.desktop.autostart import Autostart
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.pages.settings.section import Section
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme


class SettingsPage(QWidget):
    """One section at a time; while somebody searches, the matching rows of all of them.

    Attributes:
        slots: starts what takes time.
        search: words to look for.
        sections: by name.
    """

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, *, login: Autostart | None = None) -> None:
        """`login` is the platform's way to start with the session unless another is given."""
        super().__init__()
        self.slots = Slots(services.spawner, bridge.told.emit)
        self._services, self._theme = services, theme
        bind = Binder(theme, services.settings, bridge, self.slots)
        self.sections: dict[str, Section] = {
            each.name: each
            for each in (
                GeneralSection(bind, services, self.slots, login=login),
                SchedulesSection(bind),
                ModelsSection(services, theme, bridge, self.slots),
                NotificationsSection(bind, services, bridge, self.slots),
                StorageSection(bind, services, bridge, self.slots),
                AboutSection(services, theme, self.slots),
            )
        }
        self._current = "general"
        self.search = SearchField(theme, self.tr("Search settings  (Ctrl+F)"))
        self.search.setMinimumWidth(theme.px(212))
        self._none = EmptyState(theme, "search", self.tr("No setting matches"), self.tr("Try another word."))
        self._arrange()
        self.search.textChanged.connect(self._filter)
        self._buttons.idClicked.connect(self._choose)
        for section in self.sections.values():
            section.reset_wanted.connect(self._reset)
        self.show_section("general")

    def _arrange(self) -> None:
        head = row((Label(self.tr("Settings"), TextRole.H1), 1), self.search)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(self.tr("Settings"))
        self._body = boxed(column(*self.sections.values(), (self._none, 1), None, margins=(0, 0, 8, 12), spacing=22))
        self._body.setProperty("scrollbody", "true")
        self._scroll.setWidget(self._body)
        boxed(column(head, 4, (row(self._nav(), (self._scroll, 1), spacing=18), 1), margins=(26, 20, 18, 14)), self)
        self._theme.changed.connect(self._rescale)
        self._rescale()

    def _nav(self) -> QWidget:
        self._buttons = QButtonGroup(self)
        self._nav_buttons: dict[str, Button] = {}
        for number, section in enumerate(self.sections.values()):
            button = Button(self._theme, section.title, ButtonKind.NAV, icon=section.icon)
            self._buttons.addButton(button, number)
            self._nav_buttons[section.name] = button
        self._nav_box = boxed(column(*self._nav_buttons.values(), None, spacing=3))
        self._nav_box.setAccessibleName(self.tr("Sections"))
        self._nav_box.setFixedWidth(self._theme.px(168))
        return self._nav_box

    def show_section(self, name: str) -> None:
        """Show a section by its name: general, schedules, models, notifications, storage, about."""
        if name not in self.sections:
            return
        self._current = name
        if self.search.text():
            self.search.clear()
        self._filter("")
        self._nav_buttons[name].setChecked(True)
        self._scroll.verticalScrollBar().setValue(0)
        self.sections[name].opened()

    @property
    def current(self) -> str:
        """The name of the section that is shown."""
        return self._current

    def focus_search(self) -> None:
        """Bring the keyboard to the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        found = {name for name, section in self.sections.items() if section.search(words)}
        shown = found if words else {self._current}
        for name, section in self.sections.items():
            section.setVisible(name in shown)
        self._none.setVisible(not shown)
        self._buttons.setExclusive(not words)
        for name, button in self._nav_buttons.items():
            button.setChecked(not words and name == self._current)
            button.setEnabled(name in found)

    def _choose(self, number: int) -> None:
        self.show_section(tuple(self.sections)[number])

    def _reset(self) -> None:
        self._reset_keys(getattr(self.sender(), "keys", ()))

    @async_slot
    async def _reset_keys(self, keys: tuple[str, ...]) -> None:
        if keys:
            await self._services.settings.reset(keys)

    def _rescale(self) -> None:
        self._nav_box.setFixedWidth(self._theme.px(168))
        self._body.setMaximumWidth(self._theme.px(760))
