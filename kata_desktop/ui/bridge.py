"""From the engine's events to Qt signals: what comes in a burst is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from kata_desktop.domain.events import (
    ComputerWoke,
    Event,
    InboxChanged,
    ModelsChanged,
    NetworkChanged,
    OutboxChanged,
    PairingChanged,
    PluginsChanged,
    QuitRequested,
    RunChanged,
    RunLogged,
    RunOutput,
    SchedulerChanged,
    SendersChanged,
    SessionsChanged,
    SettingsChanged,
    ShowWindow,
    TaskChanged,
    VaultChanged,
    WorkspacesChanged,
    ZoneChanged,
)

if TYPE_CHECKING:
    from kata_desktop.runtime.bus import EventBus
    from kata_desktop.runtime.clock import Clock

_SOON_MS = 15
"""A lone event is told after this: its neighbours of the same transaction come with it."""
_APART_MS = 120
"""Least distance between two tellings while events keep coming."""


class Bridge(QObject):
    """Gathers events and tells them as signals at most some eight times a second.

    Requests to show or to quit are told at once.

    Signals:
        tasks_changed: a frozenset of the ids of tasks to read again.
        runs_changed: a tuple of `RunChanged`, the newest of each run, in the order they came.
        run_output: (run id, text) pieces of live output since the last telling.
        run_logged: the id of a run that has new log lines or steps.
        outbox_changed: a frozenset of the ids of runs whose messages changed; an empty id stands for others.
        workspaces_changed: a workspace was added, changed or removed.
        models_changed: a model was added, changed or removed.
        plugins_changed: a frozenset of (workspace id, plugin id) of the rows to read again.
        senders_changed: somebody asked to be let in, or the owner decided about somebody.
        pairing_changed: (workspace id, plugin id) the linking of a device got on.
        sessions_changed: a frozenset of the ids of conversations to read again.
        inbox_changed: a message came in through a channel, or it was decided what becomes of one.
        vault_changed: the keyring answers again, or a credential was kept or removed.
        scheduler_changed: pause, trouble, network or the next run changed: ask for the status.
        setting_changed: the name of a setting that changed.
        zone_changed: the name of the computer's new time zone.
        window_wanted: (page, detail) somebody asked for the window; empty strings for as it was.
        quit_wanted: somebody asked the program to end.
        told: one sentence for the person about something that could not be done.
        page_wanted: (page, detail) a page asks for another one: ``activity`` with a run's id, ``settings`` with a
            section's name, ``tasks`` with a task's id.
        edit_wanted: the id of a task; a page asks for the dialog in which it is changed.
    """

    tasks_changed = Signal(object)
    runs_changed = Signal(object)
    run_output = Signal(str, str)
    run_logged = Signal(str)
    outbox_changed = Signal(object)
    workspaces_changed = Signal()
    models_changed = Signal()
    plugins_changed = Signal(object)
    senders_changed = Signal()
    pairing_changed = Signal(str, str)
    sessions_changed = Signal(object)
    inbox_changed = Signal()
    vault_changed = Signal()
    scheduler_changed = Signal()
    setting_changed = Signal(str)
    zone_changed = Signal(str)
    window_wanted = Signal(str, str)
    quit_wanted = Signal()
    told = Signal(str)
    page_wanted = Signal(str, str)
    edit_wanted = Signal(str)

    def __init__(self, bus: EventBus, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._last = float("-inf")
        self._tasks: set[str] = set()
        self._runs: dict[str, RunChanged] = {}
        self._output: dict[str, list[str]] = {}
        self._logged: dict[str, None] = {}
        self._outbox: set[str] = set()
        self._plugins: set[tuple[str, str]] = set()
        self._pairings: set[tuple[str, str]] = set()
        self._sessions: set[str] = set()
        self._settings: dict[str, None] = {}
        self._zone = ""
        self._flags: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._flush)
        self._unsubscribe = bus.subscribe(Event, self._hear)

    @property
    def busy(self) -> bool:
        """Whether something was heard that was not told yet."""
        return self._timer.isActive()

    def close(self) -> None:
        """Hear nothing more and tell nothing more."""
        self._unsubscribe()
        self._timer.stop()

    def _hear(self, event: Event) -> None:
        match event:
            case ShowWindow():
                self.window_wanted.emit(event.page, event.run_id or event.detail)
            case QuitRequested():
                self.quit_wanted.emit()
            case _:
                self._keep(event)
                if not self._timer.isActive():
                    quiet = (self._clock.monotonic() - self._last) * 1000 >= _APART_MS
                    self._timer.start(_SOON_MS if quiet else _APART_MS)

    def _keep(self, event: Event) -> None:
        match event:
            case TaskChanged():
                self._tasks.add(event.task_id)
            case RunChanged():
                self._runs.pop(event.run_id, None)
                self._runs[event.run_id] = event
            case RunOutput() | RunLogged():
                self._keep_news(event)
            case OutboxChanged():
                self._outbox.add(event.run_id)
            case SettingsChanged():
                self._settings[event.key] = None
            case ZoneChanged():
                self._zone = event.zone
            case PluginsChanged() | PairingChanged():
                self._keep_pair(event)
            case _:
                self._keep_flag(event)

    def _keep_news(self, event: RunOutput | RunLogged) -> None:
        if isinstance(event, RunOutput):
            self._output.setdefault(event.run_id, []).append(event.text)
        else:
            self._logged[event.run_id] = None

    def _keep_pair(self, event: PluginsChanged | PairingChanged) -> None:
        pairs = self._pairings if isinstance(event, PairingChanged) else self._plugins
        pairs.add((event.workspace_id, event.plugin_id))

    def _keep_flag(self, event: Event) -> None:
        match event:
            case WorkspacesChanged():
                self._flags.add("workspaces")
            case ModelsChanged():
                self._flags.add("models")
            case SendersChanged():
                self._flags.add("senders")
            case InboxChanged():
                self._flags.add("inbox")
            case SessionsChanged():
                self._sessions.add(event.session_id)
            case VaultChanged():
                self._flags.add("vault")
            case SchedulerChanged() | NetworkChanged() | ComputerWoke():
                self._flags.add("scheduler")
            case _:
                pass

    def _flush(self) -> None:
        self._last = self._clock.monotonic()
        flags, self._flags = self._flags, set()
        if "workspaces" in flags:
            self.workspaces_changed.emit()
        if "models" in flags:
            self.models_changed.emit()
        self._tell_settings()
        self._tell_runs()
        if "scheduler" in flags:
            self.scheduler_changed.emit()
        self._tell_talk(flags)
        self._tell_plugins(flags)

    def _tell_talk(self, flags: set[str]) -> None:
        sessions, self._sessions = self._sessions, set()
        if sessions:
            self.sessions_changed.emit(frozenset(sessions))
        if "inbox" in flags:
            self.inbox_changed.emit()

    def _tell_plugins(self, flags: set[str]) -> None:
        plugins, self._plugins = self._plugins, set()
        pairings, self._pairings = self._pairings, set()
        if plugins:
            self.plugins_changed.emit(frozenset(plugins))
        if "senders" in flags:
            self.senders_changed.emit()
        if "vault" in flags:
            self.vault_changed.emit()
        for workspace_id, plugin_id in sorted(pairings):
            self.pairing_changed.emit(workspace_id, plugin_id)

    def _tell_settings(self) -> None:
        keys, self._settings = self._settings, {}
        zone, self._zone = self._zone, ""
        for key in keys:
            self.setting_changed.emit(key)
        if zone:
            self.zone_changed.emit(zone)

    def _tell_runs(self) -> None:
        tasks, self._tasks = self._tasks, set()
        runs, self._runs = self._runs, {}
        output, self._output = self._output, {}
        logged, self._logged = self._logged, {}
        outbox, self._outbox = self._outbox, set()
        if tasks:
            self.tasks_changed.emit(frozenset(tasks))
        if runs:
            self.runs_changed.emit(tuple(runs.values()))
        for run_id, pieces in output.items():
            self.run_output.emit(run_id, "".join(pieces))
        for run_id in logged:
            self.run_logged.emit(run_id)
        if outbox:
            self.outbox_changed.emit(frozenset(outbox))
