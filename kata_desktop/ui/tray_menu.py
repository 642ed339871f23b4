"""The menu of the tray icon: one menu whose entries change; rows without meaning are absent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from kata_desktop.domain.run import RunState
from kata_desktop.ui.rows_menu import RowsMenu, plain
from kata_desktop.ui.scheduler_words import PauseFor, pause_texts
from kata_desktop.ui.slots import Rereading, Slots
from kata_desktop.ui.tray_menu_words import asking_text, attention_text, result_text, running_text
from kata_desktop.ui.tray_words import next_text, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.domain.run import Run
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.models.strangers import Strangers
    from kata_desktop.ui.overview import Overview
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.workspace_switching import WorkspaceSwitching

_RECENT, _TASKS = 8, 15


class TrayMenu(QObject):
    """Keeps one menu up to date; hosts on D-Bus show what it holds without asking first.

    Attributes:
        menu: the menu.

    Signals:
        page_wanted: (page, detail) the window is to come up with this page.
        new_wanted: a new task.
        pause_wanted: a `PauseFor`.
        resume_wanted: everything is to go on.
        quit_wanted: the program is to end.
    """

    page_wanted = Signal(str, str)
    new_wanted = Signal()
    pause_wanted = Signal(object)
    resume_wanted = Signal()
    quit_wanted = Signal()

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, overview: Overview, switching: WorkspaceSwitching
    ) -> None:
        super().__init__()
        self._services, self._theme = services, theme
        self._overview, self._switching = overview, switching
        self._slots = Slots(services.spawner, bridge.told.emit)
        self._rereading = Rereading(self._slots, self._read, name="read the tray menu")
        self._tasks: tuple[TaskRow, ...] = ()
        self._recent: tuple[Run, ...] = ()
        self._dressed = False
        self.menu = QMenu()
        self._now_menu, self._recent_menu = RowsMenu(self.menu), RowsMenu(self.menu)
        self._space_menu, self._pause_menu = RowsMenu(self.menu), RowsMenu(self.menu)
        self._going: list[QMenu] = []
        self._bridge = bridge
        self._strangers: Strangers | None = None
        self._build()
        self._offer_pauses()
        self.menu.aboutToShow.connect(self._dress)
        self.menu.aboutToShow.connect(self.refresh)
        for signal in (self.menu.aboutToShow, bridge.senders_changed):
            signal.connect(self._count_strangers)
        for signal in (overview.changed, switching.changed):
            signal.connect(self.refresh)
        theme.changed.connect(self._retint)
        self._fill()

    def _build(self) -> None:
        self._attention = self._row("shield-alert", partial(self.page_wanted.emit, "tasks", ""))
        bold = self._attention.font()
        bold.setBold(True)
        self._attention.setFont(bold)
        self._asking = self._row("user-plus", self.review)
        self._next = self._row("clock", None)
        self._line = self.menu.addSeparator()
        self._row("app-window", partial(self.page_wanted.emit, "", ""), self.tr("Open Kata Desktop"))
        self._row("plus", self.new_wanted.emit, self.tr("New scheduled prompt…"))
        self._sub(self._now_menu, "play", self.tr("Run now"))
        self._sub(self._recent_menu, "inbox", self.tr("Recent results"))
        self._sub(self._space_menu, "layers", "")
        self.menu.addSeparator()
        self._sub(self._pause_menu, "pause", self.tr("Pause schedules"))
        self._resume = self._row("play", self.resume_wanted.emit, self.tr("Resume schedules"))
        self.menu.addSeparator()
        self._row("settings", partial(self.page_wanted.emit, "settings", ""), self.tr("Settings…"))
        self._row("log-out", self.quit_wanted.emit, self.tr("Quit Kata Desktop"))

    @property
    def busy(self) -> bool:
        """Whether it reads the engine now."""
        return self._rereading.busy or (self._strangers is not None and self._strangers.busy)

    def refresh(self) -> None:
        """Read again what the menu lists, and show it."""
        self._fill()
        self._rereading.ask()

    async def _read(self) -> None:
        from kata_desktop.domain.listing import RunFilter, RunQuery, TaskFilter, TaskQuery  # after the tray icon

        scheduling = self._services.scheduling
        current = self._switching.current
        home = current.id if current is not None else ""
        self._tasks = tuple(await scheduling.tasks(TaskQuery(workspace_id=home, filter=TaskFilter.ALL, limit=_TASKS)))
        self._recent = tuple(await scheduling.runs(RunQuery(filter=RunFilter.ALL, limit=_RECENT, workspace_id=home)))
        self._fill()

    def _fill(self) -> None:
        self._fill_attention()
        self._fill_going(self._overview.going)
        clock = self._services.clock
        coming = next_text(self._overview.status, clock.now(), ZoneInfo(clock.zone_name()))
        self._next.setText(plain(coming))
        self._next.setVisible(bool(coming))
        self._next.setEnabled(False)
        self._fill_asking()
        above = self._attention.isVisible() or self._asking.isVisible()
        self._line.setVisible(above or bool(self._going) or bool(coming))
        self._fill_tasks()
        self._fill_recent()
        self._fill_spaces()
        paused = self._overview.status.paused_all
        self._pause_menu.menuAction().setVisible(not paused)
        self._resume.setVisible(paused or bool(self._overview.status.paused_workspaces))

    def _fill_attention(self) -> None:
        text = attention_text(self._overview.status.waiting, len(self._overview.attention))
        self._attention.setText(text)
        self._attention.setVisible(bool(text))

    def _fill_asking(self) -> None:
        count = self._strangers.count if self._strangers is not None else 0
        self._asking.setText(asking_text(count))
        self._asking.setVisible(bool(count))

    def _count_strangers(self) -> None:
        if self._strangers is None:
            from kata_desktop.ui.models.strangers import Strangers  # a start with the tray alone shows nobody

            self._strangers = Strangers(self._services, self._bridge, self)
            self._strangers.changed.connect(self._fill)
        self._strangers.refresh()

    def review(self) -> None:
        """Show who wants to write, in the workspace where they asked."""
        if self._strangers is not None and self._strangers.workspace_id:
            self._switching.choose(self._strangers.workspace_id)
        self.page_wanted.emit("plugins", "people")

    def _fill_going(self, going: Sequence[Run]) -> None:
        running = [run for run in going if run.state is RunState.RUNNING]
        while len(self._going) > len(running):
            gone = self._going.pop()
            self.menu.removeAction(gone.menuAction())
            gone.deleteLater()
        while len(self._going) < len(running):
            made = QMenu(self.menu)
            made.menuAction().setIcon(self._theme.icon("loader-circle", "run"))
            self.menu.insertMenu(self._next, made)
            self._going.append(made)
        now = self._services.clock.now()
        for menu, run in zip(self._going, running, strict=True):
            menu.setTitle(plain(running_text(run, now)))
            self._fill_run(menu, run)

    def _fill_run(self, menu: QMenu, run: Run) -> None:
        if menu.property("run") == run.id:
            return
        menu.setProperty("run", run.id)
        menu.clear()
        menu.addAction(self.tr("Open")).triggered.connect(partial(self._open_run, run.id))
        menu.addAction(self.tr("Stop")).triggered.connect(partial(self._stop_run, run.id))

    def _fill_tasks(self) -> None:
        found = [row.task for row in self._tasks if not row.task.unreadable]
        rows = [(shortened(task.spec.name), partial(self._run_task, task.id)) for task in found]
        self._now_menu.show_rows(rows)

    def _fill_recent(self) -> None:
        clock = self._services.clock
        now, zone = clock.now(), ZoneInfo(clock.zone_name())
        ended = [run for run in self._recent if run.state is RunState.DONE]
        rows = [(result_text(run, now, zone), partial(self._open_run, run.id)) for run in ended]
        self._recent_menu.show_rows(rows)

    def _fill_spaces(self) -> None:
        current = self._switching.current
        name = shortened(current.name) if current is not None else ""
        self._space_menu.setTitle(plain(self.tr("Workspace: {name}").format(name=name)))
        rows = [(shortened(each.name), partial(self._choose_space, each.id)) for each in self._switching.all]
        self._space_menu.show_rows(rows)
        for action, each in zip(self._space_menu.actions(), self._switching.all, strict=True):
            action.setCheckable(True)
            action.setChecked(current is not None and each.id == current.id)
        self._space_menu.menuAction().setVisible(len(self._switching.all) > 1)

    def _offer_pauses(self) -> None:
        rows = [(text, partial(self._pause, kind)) for kind, text in pause_texts().items()]
        self._pause_menu.show_rows(rows)

    def _pause(self, kind: PauseFor) -> None:
        self.pause_wanted.emit(kind)

    def _open_run(self, run_id: str, _checked: bool = False) -> None:
        self.page_wanted.emit("activity", run_id)

    def _stop_run(self, run_id: str, _checked: bool = False) -> None:
        self._slots.start(self._services.scheduling.cancel(run_id), name="stop a run")

    def _run_task(self, task_id: str) -> None:
        self._slots.start(self._services.scheduling.run_now(task_id), name="run a task now")

    def _choose_space(self, ident: str) -> None:
        self._switching.choose(ident)

    def _row(self, icon: str, do: Callable[[], object] | None, text: str = "") -> QAction:
        action = self.menu.addAction(text)
        action.setProperty("icon_name", icon)
        if do is not None:
            action.triggered.connect(_ignoring(do))
        return action

    def _sub(self, menu: QMenu, icon: str, title: str) -> None:
        menu.setTitle(title)
        menu.menuAction().setProperty("icon_name", icon)
        self.menu.addMenu(menu)

    def _dress(self) -> None:
        """Draw the icons when the menu is first looked at; starting the program does not wait for them."""
        if not self._dressed:
            self._retint()

    def _retint(self) -> None:
        self._dressed = True
        for action in self.menu.actions():
            name = action.property("icon_name")
            if name:
                action.setIcon(self._theme.icon(name, "warn" if name == "shield-alert" else "text_2"))


def _ignoring(do: Callable[[], object]) -> Callable[[bool], None]:
    """Return a slot that leaves out what `triggered` says."""

    def slot(_checked: bool = False) -> None:
        do()

    return slot
