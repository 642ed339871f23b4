"""The activity page: what ran, what did not, and one run in full beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.listing import RunCounts, TaskQuery
from kata_desktop.ui.pages.activity.detail import RunDetail
from kata_desktop.ui.pages.activity.detail_control import DetailControl
from kata_desktop.ui.pages.activity.filters import Filters
from kata_desktop.ui.pages.activity.history import sum_of
from kata_desktop.ui.pages.activity.list_control import ListControl
from kata_desktop.ui.pages.activity.plot_card import PlotCard
from kata_desktop.ui.pages.activity.run_list import RunList
from kata_desktop.ui.pages.activity.run_table import RunTable
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.labels import ElidedLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.skeleton import Skeleton

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from kata_desktop.domain.listing import RunDay
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

SKELETON_MS = 200
"""Loading that is done by then shows no skeleton."""
_NARROW_BELOW, _LOW_BELOW = 760, 560
"""Lengths of the design below which the page rearranges itself."""
_STACKED_MORE = 240
"""What list and run need more in height when they are below each other."""


class ActivityPage(QWidget):
    """The history of a workspace, by day, live.

    Attributes:
        slots: starts what takes time.
        filters: which part is shown.
        list: the runs.
        detail: the chosen run.
    """

    def __init__(self, services: Services, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.slots = Slots(services.spawner, bridge.told.emit)
        self._services, self._theme = services, theme
        self._workspace_id = ""
        self._wanted = ""
        self._entering = self._has_days = False
        self.filters = Filters(theme, self)
        self.table = RunTable()
        self.list = RunList(theme, self.table, self.tr("Runs"))
        self.detail = RunDetail(theme)
        self._plot = PlotCard(theme)
        self._sub = ElidedLabel("", TextRole.MUTED)
        self._control = DetailControl(self.detail, services, bridge, self.slots)
        self._history = ListControl(self, services, bridge)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(SKELETON_MS)
        self._arrange()
        self._connect(bridge)

    def _arrange(self) -> None:
        titles = column(Label(self.tr("Activity"), TextRole.H1), self._sub, spacing=2)
        head = row((titles, 1), (self.filters.search, 1), self.filters.task, self.filters.period, spacing=8)
        self._beside = QStackedWidget()
        self._choose_one = EmptyState(
            self._theme, "history", self.tr("Choose a run"), self.tr("What happened in it is shown here.")
        )
        self._beside.addWidget(self._choose_one)
        self._beside.addWidget(self.detail)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(14)
        self._split.addWidget(self.list)
        self._split.addWidget(self._beside)
        self._split.setStretchFactor(0, 0)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([self._theme.px(376), self._theme.px(520)])
        self._states()
        self._rescale()
        boxed(column(head, self.filters.chips, self._plot, (self._body, 1), margins=(26, 20, 26, 20), spacing=10), self)

    def _states(self) -> None:
        self._skeleton = boxed(column(Skeleton(self._theme, self.tr("Loading runs"), rows=5), None))
        self._empty = EmptyState(
            self._theme, "history", self.tr("Nothing has run yet"),
            self.tr("Every run of your tasks is listed here: what it said, what it cost, and what went wrong."),
            action=self.tr("Show tasks"),
        )  # fmt: skip
        self._no_match = EmptyState(
            self._theme, "search", self.tr("No run matches"),
            self.tr("Other runs are hidden by the search or a filter."), action=self.tr("Show all runs"),
        )  # fmt: skip
        self._quiet = EmptyState(
            self._theme, "calendar-clock", self.tr("Nothing ran in this period"),
            self.tr("Choose a longer period to see older runs."), action=self.tr("Show all time"),
        )  # fmt: skip
        self._failed = EmptyState(self._theme, "triangle-alert", self.tr("The history cannot be read"), "",
                                  action=self.tr("Try again"))  # fmt: skip
        self._body = QStackedWidget()
        self._blank = QWidget()
        for state in (self._blank, self._skeleton, self._split, self._empty, self._no_match, self._quiet, self._failed):
            self._body.addWidget(state)

    def _connect(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._theme.changed.connect(self._rescale)
        self._patience.timeout.connect(self._show_skeleton)
        self.filters.changed.connect(self._filter)
        self.list.chosen.connect(self._show_chosen)
        self.list.opened.connect(self._go_to_detail)
        self._control.shown.connect(self._detail_shown)
        self._control.lost.connect(self._detail_lost)
        self._control.started.connect(self.show_run)
        self._control.task_wanted.connect(self._narrow)
        self._history.read.connect(self._show_state)
        self._history.failed.connect(self._show_error)
        self._history.counted.connect(self._show_numbers)
        self._plot.totals_wanted.connect(self._history.add_totals)
        bridge.tasks_changed.connect(self._read_tasks)
        bridge.zone_changed.connect(self._filter)
        self._empty.acted.connect(self._leave_for_tasks)
        self._no_match.acted.connect(self.filters.widen)
        self._quiet.acted.connect(self._show_all_time)
        self._failed.acted.connect(self._filter)

    def set_workspace(self, workspace_id: str) -> None:
        """Show the runs of a workspace; of all when it is empty."""
        if workspace_id != self._workspace_id:
            self._workspace_id = workspace_id
            self._wanted = ""
            self._detail_lost()
        self._read_tasks()
        self._filter()

    def show_run(self, run_id: str) -> None:
        """Show one run in full, whether or not the list has it in sight."""
        self._wanted = run_id
        self._control.show(run_id)
        self.list.set_current(run_id, tell=False)

    def focus_search(self) -> None:
        """Bring the keyboard to the search."""
        self.filters.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.search.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what happened while nobody looked."""
        super().showEvent(event)
        self._history.catch_up()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put list and run below each other where there is little room, and leave the plot out."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < self._theme.px(_NARROW_BELOW)
        self._split.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        least = self._theme.px(_LOW_BELOW) + (self._theme.px(_STACKED_MORE) if narrow else 0)
        self._plot.setVisible(self._has_days and self.height() >= least)

    def _rescale(self) -> None:
        """Least sizes; what does not fit is scrolled."""
        px = self._theme.px
        self.list.setMinimumSize(px(240), px(120))
        self._beside.setMinimumSize(px(300), px(150))
        self._body.setMinimumSize(px(300), px(180))
        self.filters.search.setMinimumWidth(px(110))
        self.filters.search.setMaximumWidth(px(236))

    def _filter(self) -> None:
        if self._body.currentWidget() in (self._blank, self._failed):
            self._patience.start()
        self._history.show(self.filters.query(self._workspace_id, self._history.when()))

    @async_slot
    async def _read_tasks(self) -> None:
        rows = await self._services.scheduling.tasks(TaskQuery(workspace_id=self._workspace_id))
        self.filters.set_tasks(rows)

    def _show_skeleton(self) -> None:
        self._body.setCurrentWidget(self._skeleton)

    def _show_state(self) -> None:
        """There are rows, or there are none and this is why."""
        self._patience.stop()
        if self.table.total:
            self._body.setCurrentWidget(self._split)
            self._keep_chosen()
        elif self.filters.narrowed:
            self._body.setCurrentWidget(self._no_match)
        elif self._history.query.since is not None:
            self._body.setCurrentWidget(self._quiet)
        else:
            self._body.setCurrentWidget(self._empty)

    def _keep_chosen(self) -> None:
        if self._wanted and self.list.set_current(self._wanted, tell=False):
            return
        if not self._control.run_id:
            self.list.choose_first()

    def _show_error(self, error: KataError) -> None:
        self._patience.stop()
        self._failed.set_message(self.tr("The history cannot be read"), error.sentence)
        self._body.setCurrentWidget(self._failed)

    def _show_numbers(self, days: tuple[RunDay, ...]) -> None:
        counts = sum_of(days)
        self.filters.set_counts(counts)
        when = self._history.when()
        self._plot.set_days(days, when, self.filters.chosen_period.first_day(when))
        self._has_days = bool(days)
        self._fit()
        self._sub.set_text(self._summary(counts))

    def _summary(self, counts: RunCounts) -> str:
        runs = self.tr("1 run") if counts.all == 1 else self.tr("%n runs", "", counts.all)
        parts = [self.filters.period.currentText(), runs]
        if ended := counts.succeeded + counts.failed:
            share = self.tr("{percent} % succeeded").format(percent=round(100 * counts.succeeded / ended))
            parts.append(share)
        return " · ".join(parts)

    def _show_chosen(self, run_id: str) -> None:
        self._wanted = run_id
        self._control.show(run_id)

    def _go_to_detail(self, run_id: str) -> None:
        self._entering = True
        self._show_chosen(run_id)

    def _detail_shown(self, _run_id: str) -> None:
        self._beside.setCurrentWidget(self.detail)
        if self._entering:
            self._entering = False
            self.detail.head.take_keyboard()
        if self._body.currentWidget() is not self._split and self._wanted == self._control.run_id:
            self._body.setCurrentWidget(self._split)

    def _detail_lost(self) -> None:
        self._control.run_id = ""
        self._beside.setCurrentWidget(self._choose_one)

    def _narrow(self, task_id: str) -> None:
        self.filters.task.set_current(task_id)

    def _show_all_time(self) -> None:
        self.filters.period.setCurrentIndex(self.filters.period.count() - 1)

    def _leave_for_tasks(self) -> None:
        self._bridge.page_wanted.emit("tasks", "")
