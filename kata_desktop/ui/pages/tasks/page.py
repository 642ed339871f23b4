"""The tasks of a workspace: what comes next, the list, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.listing import RunFilter, RunQuery, TaskCounts, TaskFilter, TaskQuery
from kata_desktop.domain.preview import SchedulerStatus
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.models.task_list import TaskListModel
from kata_desktop.ui.pages.tasks.actions import TaskActions
from kata_desktop.ui.pages.tasks.first_task import FirstTask
from kata_desktop.ui.pages.tasks.header import TasksHeader
from kata_desktop.ui.pages.tasks.list_states import ListStates
from kata_desktop.ui.pages.tasks.row_menu import fill_row_menu
from kata_desktop.ui.pages.tasks.row_view import Hold, RowView, hold_of, row_view, switched
from kata_desktop.ui.pages.tasks.say_line import SayLine
from kata_desktop.ui.pages.tasks.strip_card import StripCard
from kata_desktop.ui.pages.tasks.table import TaskTable
from kata_desktop.ui.pages.tasks.tools import TaskTools
from kata_desktop.ui.pages.tasks.waiting_banner import WaitingBanner
from kata_desktop.ui.slots import Slots
from kata_desktop.ui.widgets.layout import boxed, column
from kata_desktop.ui.widgets.toast import Toaster

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtGui import QResizeEvent, QShowEvent

    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.domain.workspace import Workspace
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_STRIP_FROM = 520
"""Height of the page, in lengths of the design, from which there is room for the next 24 hours."""


class TasksPage(QWidget):
    """Arranges the parts and reads the engine again whenever it says that something changed.

    Attributes:
        model: the rows.
        table: headings and rows.

    Signals:
        task_wanted: (task or None, `TaskInput` or None) open the dialog.
    """

    task_wanted = Signal(object, object)

    def __init__(self, services: Services, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._services, self._theme, self._bridge = services, theme, bridge
        self.slots = Slots(services.spawner, bridge.told.emit)
        self._workspace: Workspace | None = None
        self._counts, self._status = TaskCounts(), SchedulerStatus()
        self._reading = self._stale = False
        self._shown_task = ""
        self._zone = ZoneInfo(services.clock.zone_name())
        self.model = TaskListModel(services.scheduling, self)
        self.header = TasksHeader(theme)
        self.strip = StripCard(theme, services.clock.now().astimezone(self._zone))
        self.tools = TaskTools(theme)
        self.table = TaskTable(theme, self.model, self._describe)
        self.first = FirstTask(theme, SayLine(theme))
        self.actions_ = TaskActions(services, theme, bridge, self.model, Toaster(theme, self), self)
        self._lower = ListStates(theme, self.table)
        self._body = boxed(column(self.strip, self.tools, (self._lower, 1), spacing=10))
        self._pages = QStackedWidget()
        for page in (self._body, self.first):
            self._pages.addWidget(page)
        self._waiting = WaitingBanner(theme)
        boxed(column(self.header, 4, self._waiting, (self._pages, 1), margins=(26, 20, 26, 18), spacing=8), self)
        self._wire(bridge)

    @property
    def busy(self) -> bool:
        """Whether it reads the engine now."""
        return self._reading

    def set_workspace(self, workspace: Workspace) -> None:
        """Show the tasks of a workspace."""
        before, self._workspace = self._workspace, workspace
        if before is None or before.id != workspace.id:
            self.model.ask(replace(self.model.query, workspace_id=workspace.id))
            self.table.view.choice.all([])
            self.table.view.choice.current = ""
        self.refresh()

    def focus_search(self) -> None:
        """Bring the keyboard to the search."""
        self.header.focus_search()

    def show_task(self, task_id: str) -> None:
        """Show every task and bring the keyboard to this one."""
        self.header.search.clear()
        self.tools.set_filter(TaskFilter.ALL)
        self._shown_task = task_id
        self._ask()

    def start(self, verb: str) -> None:
        """Begin a verb on the row that has the keyboard."""
        current = self.table.view.choice.current
        self.actions_.start(verb, [current] if current else [])

    def new_task(self, raw: TaskInput | None = None) -> None:
        """Ask for the dialog, empty or filled with what is known already."""
        self.task_wanted.emit(None, raw)

    def refresh(self) -> None:
        """Read everything again; what is asked for while reading is read afterwards, once."""
        self._stale = True
        if not self._reading and self.isVisible():
            self._reading = self.slots.start(self._read(), name="read the task list") is not None

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while nobody looked."""
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the next 24 hours where the rows need the room."""
        super().resizeEvent(event)
        self.strip.setVisible(self.height() >= self._theme.px(_STRIP_FROM))

    def _wire(self, bridge: Bridge) -> None:
        self.header.searched.connect(self._ask)
        self.header.new_wanted.connect(self._new_pressed)
        self.tools.changed.connect(self._ask)
        self.tools.verb.connect(self._chosen_verb)
        self.first.template_used.connect(self.new_task)
        self.first.say.said.connect(self.new_task)
        self._lower.all_wanted.connect(self._show_all)
        self._lower.again_wanted.connect(self.refresh)
        self._waiting.review_wanted.connect(self._review)
        self.strip.activated.connect(self._find)
        self.actions_.edit_wanted.connect(self._edit)
        self.actions_.restored.connect(self._came_back)
        view = self.table.view
        view.switched.connect(self._switch)
        view.acted.connect(self.actions_.act)
        view.verb.connect(self._key_verb)
        view.menu_wanted.connect(self._fill_menu)
        view.chosen.connect(self._count_chosen)
        view.more_wanted.connect(self._grow)
        view.all_wanted.connect(self._choose_all)
        for signal in (bridge.tasks_changed, bridge.runs_changed, bridge.outbox_changed, bridge.setting_changed):
            signal.connect(self._heard)
        bridge.scheduler_changed.connect(self.refresh)
        bridge.zone_changed.connect(self._follow_zone)

    def _describe(self, row: TaskRow) -> RowView:
        view = row_view(row, self._services.clock.now(), self._zone, hold=self._hold(row.task.due_at))
        expected = self.model.expected.get(row.task.id)
        return view if expected is None else switched(view, on=expected)

    def _hold(self, due: datetime | None) -> Hold:
        return hold_of(self._status, self._workspace.id if self._workspace is not None else "", due)

    async def _read(self) -> None:
        if not self.model.loaded:
            self._lower.begin()
        try:
            while self._stale and self._workspace is not None:
                self._stale = False
                await self._read_once(self._workspace.id)
        except KataError as error:
            self._pages.setCurrentWidget(self._body)
            self._lower.show_trouble(error.sentence)
        finally:
            self._reading = False
            self._lower.end()

    async def _read_once(self, workspace_id: str) -> None:
        scheduling = self._services.scheduling
        self._status = await scheduling.status(workspace_id)
        self._counts = await scheduling.counts(workspace_id)
        await self.model.read()
        await self._read_waiting(workspace_id)
        self._show()
        if self.strip.isVisibleTo(self):
            await self._read_strip(workspace_id)

    async def _read_waiting(self, workspace_id: str) -> None:
        query = RunQuery(workspace_id=workspace_id, filter=RunFilter.WAITING, limit=1)
        count = await self._services.scheduling.run_count(query)
        runs = await self._services.scheduling.runs(query) if count else []
        self._waiting.show_runs(count, runs[0] if runs else None)

    async def _read_strip(self, workspace_id: str) -> None:
        entries = await self._services.scheduling.strip(workspace_id)
        settings = self._services.settings.current
        quiet = (settings.quiet_from, settings.quiet_to) if settings.quiet_hours else None
        self.strip.set_entries(entries, self._services.clock.now(), self._zone, self._zone.key, quiet)

    def _show(self) -> None:
        counts, rows = self._counts, self.model.rows
        name = self._workspace.name if self._workspace is not None else ""
        self.header.set_counts(counts, name)
        self.tools.set_counts(counts)
        self._pages.setCurrentWidget(self._body if counts.all else self.first)
        if rows or not counts.all:
            self._lower.show_rows()
        else:
            self._lower.show_nothing(self.model.query.search.strip())
        self.table.view.retell()
        if self._shown_task and self.model.place(self._shown_task) >= 0:
            self.table.view.show_task(self._shown_task)
            self._shown_task = ""
        elif not self._stale and not self.model.can_grow:  # a filter hides it: later it must not take the keyboard
            self._shown_task = ""

    def _ask(self) -> None:
        query = TaskQuery(
            workspace_id=self._workspace.id if self._workspace is not None else "",
            filter=self.tools.filter,
            search=self.header.search.text(),
            sort=self.tools.sort,
        )
        self.model.ask(query)
        self.refresh()

    def _show_all(self) -> None:
        self.header.search.clear()
        self.tools.set_filter(TaskFilter.ALL)
        self._ask()

    def _review(self, run_id: str) -> None:
        self._bridge.page_wanted.emit("activity", run_id)

    def _heard(self, _what: object) -> None:
        self.refresh()

    def _follow_zone(self, name: str) -> None:
        self._zone = ZoneInfo(name)
        self.refresh()

    def _grow(self) -> None:
        if not self._reading:
            self.model.want_more()
            self.refresh()

    def _choose_all(self) -> None:
        self.slots.start(self._read_all(), name="choose all tasks")

    async def _read_all(self) -> None:
        if self.model.can_grow:
            self.model.want_all()
            await self.model.read()
        self.table.view.choose_all()

    def _find(self, task_id: str) -> None:
        if self.model.place(task_id) >= 0:
            self.table.view.show_task(task_id)
        else:
            self.show_task(task_id)

    def _came_back(self, task_id: str) -> None:
        """Take the keyboard off the neighbour: the next key is meant for the task that was just brought back."""
        self._shown_task = task_id
        self.refresh()

    def _switch(self, task_id: str, on: bool) -> None:
        self.actions_.switch(task_id, on=on)

    def _key_verb(self, verb: str, task_id: str) -> None:
        chosen = list(self.table.view.choice.ids)
        several = len(chosen) > 1 and task_id in chosen and verb == "delete"
        self.actions_.start(verb, chosen if several else [task_id])

    def _chosen_verb(self, verb: str) -> None:
        if verb == "clear":
            self.table.view.clear_choice()
        else:
            self.actions_.start(verb, list(self.table.view.choice.ids))

    def _count_chosen(self) -> None:
        self.tools.set_chosen(len(self.table.view.choice.ids))

    def _fill_menu(self, task_id: str, menu: QMenu) -> None:
        row = self.model.row(task_id)
        if row is not None:
            fill_row_menu(menu, self._theme, row, self.actions_)

    def _edit(self, task_id: str) -> None:
        row = self.model.row(task_id)
        if row is not None and row.task.unreadable:
            self._bridge.told.emit(row.task.unreadable)
        elif row is not None:
            self.task_wanted.emit(row.task, None)

    def _new_pressed(self) -> None:
        self.new_task()
