"""What a shown conversation does: reads it, follows it while it goes on, and carries out what a person asks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMenu

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.session import TurnState
from kata_desktop.scheduler.engine.live_output import LIVE_MOST
from kata_desktop.ui.dialogs.question import Question, asked
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.sessions import session_words
from kata_desktop.ui.slots import async_slot

if TYPE_CHECKING:
    from kata_desktop.domain.events import RunChanged
    from kata_desktop.domain.session import Session, Turn
    from kata_desktop.domain.task import TaskSpec
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.models.channel_faces import ChannelFaces
    from kata_desktop.ui.pages.sessions.talk import Talk
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme

_RESET = "reset"
_OPEN = frozenset({TurnState.GOING, TurnState.WAITING})


class TalkControl(QObject):
    """Belongs to one `Talk`.

    Attributes:
        session_id: the conversation that is shown; empty for none.
        turns: what was said in it.

    Signals:
        shown: the conversation with this id is on the screen.
        lost: the one that was to be shown is not there any more.
    """

    shown = Signal(str)
    lost = Signal()

    def __init__(
        self, view: Talk, services: Services, theme: Theme, bridge: Bridge, slots: Slots, channels: ChannelFaces
    ) -> None:
        super().__init__(view)
        self.slots = slots
        self.session_id = ""
        self.turns: tuple[Turn, ...] = ()
        self._view, self._services, self._theme = view, services, theme
        self._bridge, self._channels = bridge, channels
        self._session: Session | None = None
        self._shown_id = ""
        self._drafts: dict[str, str] = {}
        self._reading = self._again = False
        view.reply.sent.connect(self._reply)
        view.reply.stop.clicked.connect(self._stop)
        view.anew.clicked.connect(self._reset)
        view.copy.clicked.connect(self._copy)
        view.menu_wanted.connect(self._fill_menu)
        view.turns.run_wanted.connect(self._open_run)
        view.turns.retry_wanted.connect(self._retry)
        bridge.runs_changed.connect(self._runs_changed)
        bridge.run_output.connect(self._heard)
        bridge.sessions_changed.connect(self._sessions_changed)

    @property
    def busy(self) -> bool:
        """Whether it reads now, or builds what it has read."""
        return self._reading or self._view.turns.busy

    def show(self, session_id: str) -> None:
        """Show a conversation; what was typed in the one before is kept for it."""
        if session_id != self.session_id:
            self._drafts[self.session_id] = self._view.reply.field.toPlainText()
            self.session_id = session_id
            self._view.reply.field.setPlainText(self._drafts.pop(session_id, ""))
        self.read()

    def read(self) -> None:
        """Read it anew; what is asked for meanwhile is read once more afterwards."""
        if self._reading:
            self._again = True
        elif self.session_id:
            self._reading = self.slots.start(self._read_all(), name="read a conversation") is not None

    async def _read_all(self) -> None:
        try:
            self._again = True
            while self._again:
                self._again = False
                await self._read_once(self.session_id)
        finally:
            self._reading = False

    async def _read_once(self, session_id: str) -> None:
        try:
            session = await self._services.sessions.get(session_id)
            turns = await self._services.sessions.turns(session_id)
        except NotFound:
            if session_id == self.session_id:
                self.session_id = ""
                self.lost.emit()
            return
        await self._channels.know(session.workspace_id)
        spec = await self._spec(session)
        if session_id == self.session_id:
            self._take(session, tuple(turns), spec)

    async def _spec(self, session: Session) -> TaskSpec | None:
        if not session.task_id:
            return None
        try:
            task = (await self._services.scheduling.row(session.task_id)).task
        except NotFound:
            return None
        return None if task.unreadable else task.spec

    def _take(self, session: Session, turns: tuple[Turn, ...], spec: TaskSpec | None) -> None:
        self._session, self.turns = session, turns
        when, view = self._when(), self._view
        anew, self._shown_id = self._shown_id != session.id, session.id
        task_name = spec.name if spec is not None else ""
        title = session_words.title_of(session, task_name)
        line = session_words.about(session, task_name, self._channels, when)
        view.show_head(session_words.icon_of(session, self._channels), title, line, closed=session.closed)
        for turn in turns:
            if turn.state is TurnState.GOING:
                view.turns.show_live(turn.run_id, self._services.scheduling.live_output(turn.run_id))
        view.turns.show_turns(turns, when, anew=anew)
        view.reply.set_going(any(turn.state in _OPEN for turn in turns))
        view.anew.setVisible(bool(session.channel) and not session.closed)
        self._tell_readers(session, spec)
        self.shown.emit(session.id)

    def _tell_readers(self, session: Session, spec: TaskSpec | None) -> None:
        """Say who will read what is sent: nobody in the channel, and everybody whom the task's results reach."""
        channel = self._channels.name(session.channel) if session.channel else ""
        targets = spec.targets if spec is not None else ()
        hint = ""
        if targets:
            names = ", ".join(self._channels.target(target.kind, target.address) for target in targets)
            hint = self.tr("The answer goes where the task’s results go: {targets}.").format(targets=names)
        elif channel:
            stays = self.tr("What you say here and its answer stay in Kata; nobody in {channel} sees them.")
            hint = stays.format(channel=channel)
        self._view.reply.set_hint(hint)
        self._view.note.setVisible(bool(channel) and session.closed)
        closed = self.tr("It was reset: the next message in {channel} begins a new conversation. This one stays here.")
        self._view.note.set_message("", closed.format(channel=channel))

    def _when(self) -> LocalTime:
        clock = self._services.clock
        return LocalTime(clock.now(), clock.zone_name())

    def _runs_changed(self, changes: tuple[RunChanged, ...]) -> None:
        mine = {turn.run_id for turn in self.turns if turn.state in _OPEN}
        task = self._session.task_id if self._session is not None else ""
        if any(change.run_id in mine or (task and change.task_id == task) for change in changes):
            self.read()

    def _sessions_changed(self, ids: frozenset[str]) -> None:
        if self.session_id in ids:
            self.read()

    def _heard(self, run_id: str, text: str) -> None:
        if any(turn.run_id == run_id and turn.state is TurnState.GOING for turn in self.turns):
            so_far = self._services.scheduling.live_output(run_id)
            self._view.turns.show_live(run_id, so_far, text if len(so_far) >= LIVE_MOST else "")

    @async_slot
    async def _reply(self, text: str) -> None:
        self._view.reply.set_busy(True)
        try:
            await self._services.sessions.reply(self.session_id, text)
            self._view.reply.done()
            self._view.turns.to_end()
        finally:
            self._view.reply.set_busy(False)
        self.read()

    @async_slot
    async def _stop(self) -> None:
        self._view.reply.stop.setEnabled(False)
        for run_id in {turn.run_id for turn in self.turns if turn.state in _OPEN}:
            await self._services.scheduling.cancel(run_id)

    @async_slot
    async def _retry(self, run_id: str) -> None:
        await self._services.scheduling.retry(run_id)
        self._view.turns.to_end()

    @async_slot
    async def _reset(self) -> None:
        session = self._session
        if session is None:
            return
        channel = self._channels.name(session.channel)
        text = self.tr("The next message in {channel} begins a new conversation, in which Kata does not know what was "
                       "said before. What was said stays readable here.").format(channel=channel)  # fmt: skip
        question = Question(
            self._theme, self.tr("Begin anew?"), text,
            {"": self.tr("Cancel"), _RESET: self.tr("Begin anew")},
            icon="rotate-ccw", primary=_RESET, parent=self._view.window(),
        )  # fmt: skip
        if await asked(question) == _RESET:
            await self._services.channels.reset(session.id)

    def _copy(self) -> None:
        QApplication.clipboard().setText(session_words.as_text(self._view.name, self.turns, self._when()))
        self._view.copy.set_icon("check", "ok")
        self._bridge.told.emit(self.tr("The conversation was copied."))

    def _fill_menu(self, menu: QMenu) -> None:
        runs = [turn.run_id for turn in self.turns if turn.run_id]
        last = menu.addAction(self.tr("Show its last run in Activity"))
        last.setEnabled(bool(runs))
        last.triggered.connect(self._open_last)
        task = menu.addAction(self.tr("Show its task"))
        task.setEnabled(self._session is not None and bool(self._session.task_id))
        task.triggered.connect(self._open_task)
        menu.addSeparator()
        menu.addAction(self.tr("Copy conversation")).triggered.connect(self._copy)

    def _open_last(self) -> None:
        self._open_run(next(turn.run_id for turn in reversed(self.turns) if turn.run_id))

    def _open_run(self, run_id: str) -> None:
        self._bridge.page_wanted.emit("activity", run_id)

    def _open_task(self) -> None:
        if self._session is not None:
            self._bridge.page_wanted.emit("tasks", self._session.task_id)
