"""The rows under their headings: channels, tools, servers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from kata_desktop.domain.plugin import PluginKind
from kata_desktop.ui.pages.plugins.plugin_row import PluginRowWidget
from kata_desktop.ui.widgets.frames import RowList
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kata_desktop.ui.pages.plugins.plugin_view import PluginView
    from kata_desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate


def kind_text(kind: PluginKind) -> str:
    """Return the heading of a group."""
    match kind:
        case PluginKind.CHANNEL:
            return translate("Plugins", "Channels")
        case PluginKind.TOOL:
            return translate("Plugins", "Tools")
        case PluginKind.SERVER:
            return translate("Plugins", "Servers")


class PluginGroups(QWidget):
    """Makes one row at a time, so that many plugins never hold up the window; later only what changed is drawn.

    Signals:
        switched: (plugin id, on) a switch was used.
        wanted: (plugin id, verb) something is to be done with a plugin.
        menu_wanted: (plugin id, menu) a menu opens; fill it.
        reached: (row) the keyboard came to a row.
    """

    switched = Signal(str, bool)
    wanted = Signal(str, str)
    menu_wanted = Signal(str, QMenu)
    reached = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: dict[str, PluginRowWidget] = {}
        self._order: tuple[tuple[str, PluginKind], ...] = ()
        self._column = QVBoxLayout()
        self._column.setSpacing(14)
        boxed(column(self._column, None, margins=(0, 0, 0, 0)), self)
        self._lists: dict[PluginKind, tuple[QWidget, RowList]] = {}
        self._making = asyncio.Lock()

    @property
    def rows(self) -> tuple[PluginRowWidget, ...]:
        """The rows from top to bottom."""
        return tuple(self._rows[ident] for ident, _ in self._order if ident in self._rows)

    def row(self, plugin_id: str) -> PluginRowWidget | None:
        """The row of a plugin; None when there is none."""
        return self._rows.get(plugin_id)

    async def show_views(self, views: Sequence[tuple[PluginKind, PluginView]]) -> None:
        """Show plugins, grouped by their kind and in their order otherwise."""
        async with self._making:
            if {ident for ident, _ in self._order} - {view.id for _, view in views}:
                self._forget()
            for _, view in views:
                if (known := self._rows.get(view.id)) is not None:
                    known.bind(view)
            new = [(kind, view) for kind, view in views if view.id not in self._rows]
            if new:
                await self._make(new)

    def show_only(self, plugin_ids: Collection[str]) -> None:
        """Show some of the rows, and the headings that have any."""
        for holder, shown in self._lists.values():
            wanted = [row for row in shown.rows if isinstance(row, PluginRowWidget) and row.plugin_id in plugin_ids]
            shown.show_only(wanted)
            holder.setVisible(bool(wanted))

    async def _make(self, new: Sequence[tuple[PluginKind, PluginView]]) -> None:
        self.setUpdatesEnabled(False)  # half a list that jumps is nothing to look at
        try:
            for kind in PluginKind:
                for view in [view for each, view in new if each is kind]:
                    self._add(kind, view)
                    await asyncio.sleep(0)  # the window goes on between two rows
        finally:
            self.setUpdatesEnabled(True)

    def _add(self, kind: PluginKind, view: PluginView) -> None:
        widget = PluginRowWidget(self._theme, view)
        widget.switched.connect(self.switched)
        widget.wanted.connect(self.wanted)
        widget.menu_wanted.connect(self.menu_wanted)
        widget.moved.connect(self._move)
        widget.reached.connect(self.reached)
        self._rows[view.id] = widget
        self._order += ((view.id, kind),)
        shown = self._list(kind)
        shown.set_rows((*shown.rows, widget))

    def _list(self, kind: PluginKind) -> RowList:
        if kind not in self._lists:
            shown = RowList(name=kind_text(kind))
            holder = boxed(column(Label(kind_text(kind), TextRole.SECTION), shown, spacing=7))
            self._lists[kind] = holder, shown
            self._column.addWidget(holder)
        return self._lists[kind][1]

    def _forget(self) -> None:
        for holder, _ in self._lists.values():
            holder.hide()
            holder.deleteLater()
        self._lists, self._rows, self._order = {}, {}, ()

    def _move(self, plugin_id: str, by: int) -> None:
        rows = [row for row in self.rows if not row.isHidden()]
        place = next(number for number, each in enumerate(rows) if each.plugin_id == plugin_id) + by
        if 0 <= place < len(rows):
            rows[place].setFocus(Qt.FocusReason.OtherFocusReason)
