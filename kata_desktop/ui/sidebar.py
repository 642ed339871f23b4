"""The sidebar: workspaces, pages, and how the scheduler is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QMenu

from kata_desktop.ui.status_card import StatusCard
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import AreaButton, Button, ButtonKind
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.labels import ElidedLabel, IconLabel, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.pill import Pill
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction

    from kata_desktop.domain.workspace import Workspace
    from kata_desktop.ui.theme.theme import Theme

WIDE, NARROW = 236, 62
"""Widths in lengths of the design: with words, and with icons alone."""
_COLORS = ("#0F766E", "#3451C6", "#9A3412", "#7E22CE", "#9D174D", "#1D6B35", "#475569", "#8A5300")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageEntry:
    """One page of the window."""

    name: str
    text: str
    icon: str
    at_end: bool = False
    """Below the stretch, beside the state of the scheduler."""


def workspace_color(workspace: Workspace) -> str:
    """Return a colour for a workspace's tile that stays the same for its id."""
    return _COLORS[(sum(workspace.id.encode()) + 1) % len(_COLORS)]


def short_folder(folder: str) -> str:
    """Return a folder with the home written as ~."""
    home = str(Path.home())
    return f"~{folder.removeprefix(home)}" if folder == home or folder.startswith(f"{home}/") else folder


class Sidebar(Panel):
    """Switches workspaces and pages.

    Attributes:
        status: the card at the foot.

    Signals:
        page_chosen: the name of the page.
        workspace_chosen: the id of the workspace.
        workspace_verb: (new, rename or remove, workspace id) what the switcher's menu offers.
    """

    page_chosen = Signal(str)
    workspace_chosen = Signal(str)
    workspace_verb = Signal(str, str)

    def __init__(self, theme: Theme, pages: Sequence[PageEntry]) -> None:
        self._theme = theme
        self._workspaces: tuple[Workspace, ...] = ()
        self._current: Workspace | None = None
        self._narrow = False
        self._buttons: dict[str, Button] = {}
        self._texts: dict[str, str] = {}
        self._icons: dict[str, str] = {}
        self._marks: dict[str, Pill] = {}
        self._marked: dict[str, tuple[str, str]] = {}
        self._tile = Tile(theme, size=32, text=" ", color=_COLORS[0])
        self._name = ElidedLabel("", TextRole.TITLE)
        self._folder = ElidedLabel("", TextRole.SMALL)
        self._words = boxed(column(None, self._name, self._folder, None, spacing=0))
        self._arrows = IconLabel(theme, "chevrons-up-down", "text_3", 14)
        line = row(self._tile, (self._words, 1), self._arrows, margins=(6, 4, 6, 4), spacing=9)
        self._switcher = AreaButton(theme, line, " ")
        self._menu = QMenu(self._switcher)
        self.status = StatusCard(theme)
        upper = [self._entry(entry, place) for place, entry in enumerate(pages) if not entry.at_end]
        lower = [self._entry(entry, place) for place, entry in enumerate(pages) if entry.at_end]
        self._layout = column(
            self._switcher, 6, column(*upper, spacing=3), None, *lower, 4, self.status, margins=(12, 12, 12, 12),
            spacing=4,
        )  # fmt: skip
        super().__init__(self._layout, "sidebar")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        for button in self._buttons.values():
            self._group.addButton(button)
            button.clicked.connect(self._choose_page)
        self._switcher.clicked.connect(self._open_menu)
        theme.changed.connect(self._rescale)
        self._rescale()

    def set_workspaces(self, workspaces: Sequence[Workspace], current: Workspace) -> None:
        """Show which workspaces there are, and which one is shown."""
        self._workspaces, self._current = tuple(workspaces), current
        self._name.set_text(current.name)
        self._folder.set_text(short_folder(current.folder))
        self._tile.set_text(current.name[:1].upper() or "·", workspace_color(current))
        self._switcher.setAccessibleName(self.tr("Workspace: {name}. Switch workspace").format(name=current.name))

    def set_page(self, name: str) -> None:
        """Show which page is open."""
        self._buttons[name].setChecked(True)

    def set_mark(self, name: str, text: str, why: str) -> None:
        """Mark a page that needs a person, such as “!”, and say why; an empty text takes the mark away."""
        mark, button = self._marks[name], self._buttons[name]
        self._marked[name] = text, why
        self._show_mark(name)
        mark.setVisible(bool(text))
        button.setAccessibleName(f"{self._texts[name]}. {why}" if text else self._texts[name])

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons alone, or words as well."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        for name, button in self._buttons.items():
            button.setText("" if narrow else self._texts[name])
            button.setToolTip(self._texts[name] if narrow else "")
            button.set_icon(self._icons[name])
            self._show_mark(name)
        self._words.setVisible(not narrow)
        self._arrows.setVisible(not narrow)
        self.status.set_narrow(narrow=narrow)
        self._rescale()

    def _show_mark(self, name: str) -> None:
        """Beside an icon alone there is room for one letter; the tip and a screen reader have the number."""
        text, why = self._marked.get(name, ("", ""))
        self._marks[name].set_text("!" if self._narrow and len(text) > 1 else text, name=why)

    def _entry(self, entry: PageEntry, place: int) -> Button:
        button = Button(self._theme, entry.text, ButtonKind.NAV, icon=entry.icon, name=entry.text)
        button.setAccessibleDescription(self.tr("Ctrl+{number}").format(number=place + 1))
        self._buttons[entry.name], self._texts[entry.name] = button, entry.text
        self._icons[entry.name] = entry.icon
        self._marks[entry.name] = mark = Pill(self._theme, "", Tone.WARN)
        boxed(row(None, mark, margins=(5, 0, 5, 0)), button)
        mark.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        mark.hide()
        return button

    def _choose_page(self) -> None:
        for name, button in self._buttons.items():
            if button is self.sender():
                self.page_chosen.emit(name)

    def _open_menu(self) -> None:
        self._menu.clear()
        for workspace in self._workspaces:
            action = self._menu.addAction(f"{_plain(workspace.name)}\t{_plain(short_folder(workspace.folder))}")
            action.setCheckable(True)
            action.setChecked(self._current is not None and workspace.id == self._current.id)
            action.setData(("go", workspace.id))
        self._menu.addSeparator()
        current = self._current.id if self._current is not None else ""
        offers = (
            ("new", self.tr("New workspace…"), "plus"),
            ("edit", self.tr("Workspace settings…"), "pencil"),
            ("remove", self.tr("Remove…"), "trash-2"),
        )
        for verb, text, icon in offers:
            action = self._menu.addAction(self._theme.icon(icon), text)
            action.setData((verb, current))
            action.setEnabled(verb != "remove" or len(self._workspaces) > 1)
        for action in self._menu.actions():
            action.triggered.connect(self._take)
        below = self._switcher.rect().bottomRight() if self.isRightToLeft() else self._switcher.rect().bottomLeft()
        spot = self._switcher.mapToGlobal(below)
        if self.isRightToLeft():
            spot.setX(spot.x() - self._menu.sizeHint().width())
        self._menu.popup(spot)

    def _take(self) -> None:
        action: QAction = self.sender()  # type: ignore[assignment]
        verb, ident = action.data()
        if verb == "go":
            self.workspace_chosen.emit(ident)
        else:
            self.workspace_verb.emit(verb, ident)

    def _rescale(self) -> None:
        self.setFixedWidth(self._theme.px(NARROW if self._narrow else WIDE))
        self._switcher.setMinimumHeight(self._theme.px(50))
        side = self._theme.px(6 if self._narrow else 12)
        self._layout.setContentsMargins(side, self._theme.px(12), side, self._theme.px(12))
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)


def _plain(text: str) -> str:
    """Return a text for a menu, where & marks the key to press and a tab begins another column."""
    return text.replace("&", "&&").replace("\t", " ")
