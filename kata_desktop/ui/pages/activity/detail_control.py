"""What the detail does: reads its run, follows it while it goes on, and carries out what a person asks of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMenu

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.run import RunState
from kata_desktop.domain.task import DESKTOP
from kata_desktop.scheduler.engine.live_output import LIVE_MOST
from kata_desktop.ui.models.channel_faces import ChannelFaces
from kata_desktop.ui.pages.activity.deliveries_view import RESENDABLE
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.activity.repair import RepairAction
from kata_desktop.ui.pages.activity.run_report import RunFacts, run_report
from kata_desktop.ui.slots import async_slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.events import RunChanged
    from kata_desktop.domain.notification import OutboxItem
    from kata_desktop.domain.run import Run
    from kata_desktop.domain.task import TaskSpec
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.pages.activity.detail import RunDetail
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots

LATER = timedelta(minutes=15)
"""When a run is tried again that was told to come back later."""


class DetailControl(QObject):
    """Belongs to one `RunDetail`.

    Attributes:
        run_id: the run that is shown; empty for none.

    Signals:
        shown: the run with this id is on the screen.
        lost: the run that was to be shown is not there any more.
        started: a person started another run; carries its id.
        task_wanted: show only the runs of the task with this id.
    """

    shown = Signal(str)
    lost = Signal()
    started = Signal(str)
    task_wanted = Signal(str)

    def __init__(self, view: RunDetail, services: Services, bridge: Bridge, slots: Slots) -> None:
        super().__init__(view)
        self.slots = slots
        self.run_id = ""
        self._view, self._services, self._bridge = view, services, bridge
        self._channels = ChannelFaces(services)
        self._facts: RunFacts | None = None
        self._reading = self._again = False
        view.head.again.clicked.connect(self._run_again)
        view.head.stop.clicked.connect(self._stop)
        view.head.menu_wanted.connect(self._fill_menu)
        view.repair.connect(self._repair)
        view.resend.connect(self._resend)
        view.reply.sent.connect(self._reply)
        view.copy.clicked.connect(self._copy_report)
        view.log.wanted.connect(self._read_log)
        bridge.runs_changed.connect(self._runs_changed)
        bridge.run_output.connect(self._heard)
        bridge.run_logged.connect(self._logged)
        bridge.outbox_changed.connect(self._sent)

    def show(self, run_id: str) -> None:
        """Show a run."""
        if run_id != self.run_id:
            self.run_id, self._facts = run_id, None
            self._view.log.reset()
            self._view.to_top()
        self.read()

    def read(self) -> None:
        """Read the run anew; what is asked for meanwhile is read once more afterwards."""
        if self._reading:
            self._again = True
        elif self.run_id:
            self._reading = True
            self.slots.start(self._read_all(), name="read a run")

    async def _read_all(self) -> None:
        try:
            self._again = True
            while self._again:
                self._again = False
                await self._read_once(self.run_id)
        finally:
            self._reading = False

    async def _read_once(self, run_id: str) -> None:
        scheduling = self._services.scheduling
        try:
            run = await scheduling.run(run_id)
        except NotFound:
            if run_id == self.run_id:
                self.run_id = ""
                self.lost.emit()
            return
        deliveries = await self._services.messages.of_run(run_id)
        facts = RunFacts(
            run=run,
            spec=await self._spec(run),
            attempts=await scheduling.attempts(run_id),
            steps=await scheduling.steps(run_id),
            deliveries=deliveries,
            places=await self._places(run.workspace_id, deliveries),
        )
        if run_id == self.run_id:
            self._facts = facts
            self._view.show_facts(facts, self._when(), live=scheduling.live_output(run_id))
            self.shown.emit(run_id)

    async def _places(self, workspace_id: str, deliveries: Sequence[OutboxItem]) -> dict[str, str]:
        if any(item.target_kind != DESKTOP.kind for item in deliveries):
            await self._channels.know(workspace_id)
        return {item.id: self._channels.target(item.target_kind, item.target_address) for item in deliveries}

    async def _spec(self, run: Run) -> TaskSpec | None:
        try:
            return await self._services.scheduling.spec_of(run)
        except NotFound:
            return None

    def _when(self) -> LocalTime:
        clock = self._services.clock
        return LocalTime(clock.now(), clock.zone_name())

    def _runs_changed(self, changes: tuple[RunChanged, ...]) -> None:
        if any(change.run_id == self.run_id for change in changes):
            self.read()

    def _heard(self, run_id: str, text: str) -> None:
        if run_id != self.run_id or self._facts is None or self._facts.run.state is not RunState.RUNNING:
            return
        so_far = self._services.scheduling.live_output(run_id)
        if len(so_far) >= LIVE_MOST:
            self._view.output.add_live(text)  # its beginning is gone: what is new cannot be told by its length
        else:
            self._view.output.show_live(so_far)

    def _logged(self, run_id: str) -> None:
        if run_id == self.run_id:
            self.read()
            if not self._view.log.isHidden():
                self._read_log()

    def _sent(self, run_ids: frozenset[str]) -> None:
        if self.run_id in run_ids:
            self.read()

    @async_slot
    async def _read_log(self) -> None:
        run_id = self.run_id
        if not run_id:
            return
        lines = await self._services.scheduling.log(run_id, self._view.log.last)
        if run_id == self.run_id:
            self._view.log.add_lines(lines, self._when())

    @async_slot
    async def _run_again(self) -> None:
        self.started.emit((await self._services.scheduling.retry(self.run_id)).id)

    @async_slot
    async def _stop(self) -> None:
        self._view.head.stop.setEnabled(False)
        await self._services.scheduling.cancel(self.run_id)

    @async_slot
    async def _resend(self, item_id: str) -> None:
        await self._services.messages.resend(item_id)

    @async_slot
    async def _reply(self, text: str) -> None:
        self._view.reply.set_busy(True)
        try:
            run = await self._services.scheduling.reply(self.run_id, text)
            self._view.reply.done()
        finally:
            self._view.reply.set_busy(False)
        self.started.emit(run.id)

    @async_slot
    async def _copy_report(self) -> None:
        if self._facts is None:
            return
        log = await self._services.scheduling.log(self.run_id)
        QApplication.clipboard().setText(run_report(self._facts, log, self._services.redactor.clean))
        self._bridge.told.emit(self.tr("The details were copied; prompt and result are not among them."))

    def _repair(self, action: RepairAction) -> None:
        match action:
            case RepairAction.MODELS:
                self._bridge.page_wanted.emit("settings", "models")
            case RepairAction.PLUGINS:
                self._bridge.page_wanted.emit("plugins", self._facts.plugin_id if self._facts is not None else "")
            case RepairAction.EDIT_TASK:
                self._edit_task()
            case RepairAction.RUN_AGAIN:
                self._run_again()
            case RepairAction.RUN_LATER:
                self._run_later()
            case RepairAction.RESEND:
                self._resend_all()
            case RepairAction.NONE:
                pass

    @async_slot
    async def _run_later(self) -> None:
        run = await self._services.scheduling.retry(self.run_id, after=LATER)
        self.started.emit(run.id)

    @async_slot
    async def _resend_all(self) -> None:
        for item in self._facts.deliveries if self._facts is not None else ():
            if item.state in RESENDABLE:
                await self._services.messages.resend(item.id)

    def _edit_task(self) -> None:
        if self._facts is not None:
            self._bridge.edit_wanted.emit(self._facts.run.task_id)

    def _show_task(self) -> None:
        if self._facts is not None:
            self._bridge.page_wanted.emit("tasks", self._facts.run.task_id)

    def _fill_menu(self, menu: QMenu) -> None:
        if self._facts is None:
            return
        menu.addAction(self.tr("Edit the task…")).triggered.connect(self._edit_task)
        menu.addAction(self.tr("Show the task")).triggered.connect(self._show_task)
        menu.addAction(self.tr("Show only this task’s runs")).triggered.connect(self._narrow)
        menu.addSeparator()
        menu.addAction(self.tr("Copy details for a bug report")).triggered.connect(self._copy_report)

    def _narrow(self) -> None:
        if self._facts is not None:
            self.task_wanted.emit(self._facts.run.task_id)
