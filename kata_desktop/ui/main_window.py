"""The main window: arranges sidebar, banners and pages; what they do is theirs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow

from kata_desktop.ui.banners import Banners
from kata_desktop.ui.models.plugin_list import PluginList, care_words
from kata_desktop.ui.models.undelivered import Undelivered
from kata_desktop.ui.open_dialogs import OpenDialogs
from kata_desktop.ui.page_shelf import PageShelf, page_entries
from kata_desktop.ui.scheduler_words import PauseFor, pause_end, status_words
from kata_desktop.ui.sidebar import Sidebar
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.screen_room import room_for
from kata_desktop.ui.widgets.toast import Toaster

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QHideEvent, QResizeEvent, QShowEvent
    from PySide6.QtWidgets import QDialog

    from kata_desktop.domain.task import Task
    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.overview import Overview
    from kata_desktop.ui.pages.plugins.page import PluginsPage
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.workspace_switching import WorkspaceSwitching

_SIZE, _LEAST = (1180, 800), (560, 420)
_NARROW_BELOW = 860
_CALM_MS = 20_000


class MainWindow(QMainWindow):
    """The window that the tray opens.

    Attributes:
        tasks: the first page; the others are built when they are first shown.
        plugins: the plugins of the workspace that is shown.
        undelivered: how many of its messages wait for a decision.

    Signals:
        close_wanted: the person closed the window; whether it hides, asks or ends is decided elsewhere.
        quit_wanted: Ctrl+Q.
    """

    close_wanted = Signal()
    quit_wanted = Signal()

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, overview: Overview, switching: WorkspaceSwitching
    ) -> None:
        super().__init__()
        self._services, self._theme, self._bridge = services, theme, bridge
        self._overview, self._switching = overview, switching
        self.slots = Slots(services.spawner, bridge.told.emit)
        self._closing = False
        self._dialogs = OpenDialogs()
        self.plugins = PluginList(services, bridge, self)
        self.undelivered = Undelivered(services, bridge, self)
        self.setWindowTitle(self.tr("Kata Desktop"))
        self.sidebar = Sidebar(theme, page_entries())
        self._banners = Banners(theme, services.notice)
        self._shelf = PageShelf(services, theme, bridge, self.plugins)
        self.tasks = self._shelf.tasks
        content = Panel(column(self._banners, (self._shelf, 1), spacing=0), "page")
        self.setCentralWidget(boxed(row(self.sidebar, (content, 1), spacing=0)))
        self._toaster = Toaster(theme, content)
        self._clock = QTimer(self)
        self._clock.setInterval(_CALM_MS)
        self._wire(bridge)
        self._make_shortcuts()
        self._rescale()
        self._restore()
        self._follow_workspaces()
        self._follow_status()

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return self._shelf.current

    def open_page(self, name: str, detail: str = "") -> None:
        """Show a page; `detail` is what `PageShelf.open` understands, such as a run's id."""
        self._shelf.open(name, detail)
        self.sidebar.set_page(name)
        self._remember("last_page", name)

    def open_task(self, task: Task | None = None, raw: TaskInput | None = None) -> None:
        """Open the dialog for a task, or for a new one; a task that is open already comes to the front."""
        about = task.id if task is not None else object()  # any number of new ones
        self._dialogs.show(about, partial(self._task_dialog, task, raw))

    def _task_dialog(self, task: Task | None, raw: TaskInput | None) -> QDialog:
        from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog

        workspace = self._switching.current
        home = task.spec.workspace_id if task is not None else workspace.id if workspace is not None else ""
        dialog = TaskDialog(self._services, self._theme, self._bridge, home, task=task, raw=raw, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.saved.connect(self.tasks.show_task)
        return dialog

    def open_first_steps(self) -> None:
        """Open the first steps where they were left, or bring them to the front."""
        from kata_desktop.ui.dialogs.first_start.dialog import FirstStart

        make = partial(FirstStart, self._services, self._theme, self._bridge, self)
        self._dialogs.show(FirstStart, make)

    @async_slot
    async def edit_task(self, task_id: str) -> None:
        """Open the dialog of a task that may have changed since it was listed."""
        self.open_task(await self._services.scheduling.get(task_id))

    def finish(self) -> None:
        """Remember the geometry and let the next close really close."""
        self._closing = True

    def geometry_text(self) -> str:
        """Where the window is, as the settings keep it."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask what closing means, unless the program ends."""
        if self._closing:
            event.accept()
        else:
            event.ignore()
            self.close_wanted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Keep the times true while somebody looks."""
        super().showEvent(event)
        self._clock.start()
        self._overview.refresh()
        self.plugins.set_watched(watched=True)
        self.undelivered.set_watched(watched=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while nobody looks, and remember the place."""
        super().hideEvent(event)
        self._clock.stop()
        self.plugins.set_watched(watched=False)
        self.undelivered.set_watched(watched=False)
        if not self._closing:
            self._remember("window_geometry", self.geometry_text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show icons alone in the sidebar where there is little room."""
        super().resizeEvent(event)
        self._follow_width()

    def _wire(self, bridge: Bridge) -> None:
        self.sidebar.page_chosen.connect(self.open_page)
        self.sidebar.workspace_chosen.connect(self._switching.choose)
        self.sidebar.workspace_verb.connect(self._workspace_verb)
        self.sidebar.status.pause_wanted.connect(self.pause)
        self.sidebar.status.resume_wanted.connect(self.resume)
        self._banners.resume_wanted.connect(self.resume)
        self.tasks.task_wanted.connect(self.open_task)
        self._switching.changed.connect(self._follow_workspaces)
        self._overview.changed.connect(self._follow_status)
        self.plugins.changed.connect(self._follow_plugins)
        self.undelivered.changed.connect(self._follow_undelivered)
        self._clock.timeout.connect(self._follow_status)
        bridge.told.connect(self._tell)
        bridge.page_wanted.connect(self.open_page)
        bridge.edit_wanted.connect(self.edit_task)
        self._theme.changed.connect(self._rescale)

    def _make_shortcuts(self) -> None:
        keys = {
            "Ctrl+N": self._new_task,
            "Ctrl+K": self._open_palette,
            "Ctrl+F": self._search,
            "Ctrl+,": partial(self.open_page, "settings"),
            "Ctrl+Q": self.quit_wanted.emit,
            "Ctrl+W": self.close,
            "F1": self._open_help,
        }
        for place, entry in enumerate(page_entries()):
            keys[f"Ctrl+{place + 1}"] = partial(self.open_page, entry.name)
        for sequence, do in keys.items():
            QShortcut(QKeySequence(sequence), self).activated.connect(do)

    def plugins_page(self) -> PluginsPage:
        """The page of plugins, built when it is first asked for."""
        return self._shelf.plugins()

    def _restore(self) -> None:
        settings = self._services.settings.current
        self.resize(QSize(*map(self._theme.px, _SIZE)).boundedTo(room_for(self)))
        if settings.window_geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.window_geometry.encode("ascii", "ignore")))
        self.open_page(settings.last_page if settings.last_page in {each.name for each in page_entries()} else "tasks")

    def _remember(self, key: str, value: str) -> None:
        if getattr(self._services.settings.current, key) != value:
            self.slots.start(self._services.settings.change(key, value), name=f"remember {key}")

    def _follow_workspaces(self) -> None:
        current = self._switching.current
        if current is None:
            self._switching.refresh()
            return
        self.sidebar.set_workspaces(self._switching.all, current)
        self._shelf.set_workspace(current)
        self.plugins.set_workspace(current)
        self.undelivered.set_workspace(current.id)
        self._overview.set_workspace(current.id)

    def _follow_plugins(self) -> None:
        why = care_words(self.plugins)
        self.sidebar.set_mark("plugins", "!" if why else "", why)

    def _follow_undelivered(self) -> None:
        count = self.undelivered.count
        self.sidebar.set_mark("outbox", str(min(count, 999)) if count else "", self.undelivered.words)

    def _follow_status(self) -> None:
        now, zone = self._services.clock.now(), ZoneInfo(self._services.clock.zone_name())
        workspace = self._switching.current.id if self._switching.current is not None else ""
        self.sidebar.status.set_words(status_words(self._overview.status, now, zone, workspace))
        self._banners.set_status(self._overview.status, now, zone, workspace)

    def _follow_width(self) -> None:
        self.sidebar.set_narrow(narrow=self.width() < self._theme.px(_NARROW_BELOW))

    def _rescale(self) -> None:
        self.setMinimumSize(QSize(*map(self._theme.px, _LEAST)).boundedTo(room_for(self)))
        self._follow_width()

    def _workspace_verb(self, verb: str, ident: str) -> None:
        self._switching.start(verb, ident, self)

    def pause(self, kind: PauseFor) -> None:
        """Pause every schedule."""
        clock = self._services.clock
        until = pause_end(kind, clock.now(), ZoneInfo(clock.zone_name()))
        self.slots.start(self._services.scheduling.pause_all(until), name="pause everything")

    def resume(self) -> None:
        """End every pause."""
        self.slots.start(self._services.scheduling.resume_all(), name="resume everything")

    def run_task(self, task_id: str) -> None:
        """Run a task now and show it."""
        self.open_page("tasks", task_id)
        self.slots.start(self._services.scheduling.run_now(task_id), name="run a task now")

    def _tell(self, sentence: str) -> None:
        self._toaster.show_message(sentence, icon="circle-alert")

    def _new_task(self) -> None:
        self.open_task()

    def _search(self) -> None:
        if not self._shelf.search():
            self.open_page("tasks")
            self.tasks.focus_search()

    def _open_help(self) -> None:
        from kata_desktop.ui.dialogs.shortcuts_help import ShortcutsHelp

        ShortcutsHelp(self._theme, self).open()

    def _open_palette(self) -> None:
        from kata_desktop.ui.palette_commands import open_palette

        self.slots.start(open_palette(self, self._services, self._theme), name="open the command palette")
