"""What can be done with tasks from the list: one at a time or several chosen ones."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kata_desktop.domain.run import Delivery, RunState
from kata_desktop.domain.task import TaskState
from kata_desktop.ui.dialogs.question import CANCEL, Question, asked
from kata_desktop.ui.pages.tasks.results import RowAction, result_of
from kata_desktop.ui.slots import Slots
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.models.task_list import TaskListModel
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.widgets.toast import Toaster


class TaskActions(QObject):
    """Carries out verbs on tasks, asks before what cannot be undone, and offers to undo the rest.

    Signals:
        edit_wanted: the id of a task to open in the dialog.
        restored: the id of the first task of a deletion that was undone.
    """

    edit_wanted = Signal(str)
    restored = Signal(str)

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, model: TaskListModel, toaster: Toaster, owner: QWidget
    ) -> None:
        """Act for the page `owner`, which messages and questions are shown over."""
        super().__init__(owner)
        self._services, self._theme, self._bridge = services, theme, bridge
        self._model, self._toaster, self._owner = model, toaster, owner
        self.slots = Slots(services.spawner, bridge.told.emit)

    def start(self, verb: str, idents: Sequence[str]) -> None:
        """Begin a verb by its name: edit, run, switch, pause, resume, results, duplicate, export or delete."""
        if not idents:
            return
        match verb:
            case "edit":
                self.edit_wanted.emit(idents[0])
            case "switch":
                self.switch(idents[0], on=not self._is_on(idents[0]))
            case "pause" | "resume":
                for ident in idents:
                    self.switch(ident, on=verb == "resume")
            case "results":
                self._show_results(idents[0])
            case _:
                self._start_slow(verb, list(idents))

    def _start_slow(self, verb: str, idents: list[str]) -> None:
        works: dict[str, Callable[[list[str]], Coroutine[None, None, None]]] = {
            "delete": self._delete,
            "run": self._run,
            "duplicate": self._duplicate,
            "export": self._export,
        }
        if verb in works:
            self.slots.start(works[verb](idents), name=f"{verb} tasks")

    def switch(self, task_id: str, *, on: bool) -> None:
        """Switch a task; the list shows it at once and goes back when the engine refuses."""
        row = self._model.row(task_id)
        if row is None or row.task.state not in (TaskState.ACTIVE, TaskState.PAUSED) or self._is_on(task_id) == on:
            self._model.settle(task_id, row)
            return
        self._model.expect(task_id, on=on)
        self.slots.start(self._switch(task_id, on=on), name="switch a task")

    def act(self, task_id: str, action: RowAction) -> None:
        """Do what the button of a row offers."""
        row = self._model.row(task_id)
        if row is None:
            return
        result = result_of(row, self._services.clock.now(), UTC)  # only its run and cure matter here, not its times
        match action:
            case RowAction.RUN:
                self.start("run", [task_id])
            case RowAction.STOP:
                self.slots.start(self._services.scheduling.cancel(result.run_id), name="stop a run")
            case RowAction.FIX if result.mend:
                self._bridge.page_wanted.emit("settings", result.mend)
            case RowAction.FIX if result.plugin:
                self._bridge.page_wanted.emit("plugins", result.plugin)
            case RowAction.FIX | RowAction.REVIEW:
                self._bridge.page_wanted.emit("activity", result.run_id)
            case RowAction.RESEND:
                self.slots.start(self._resend(result.run_id), name="deliver again")

    def _show_results(self, task_id: str) -> None:
        row = self._model.row(task_id)
        run = None if row is None else row.active_run or row.last_run
        if run is not None:
            self._bridge.page_wanted.emit("activity", run.id)

    def _is_on(self, task_id: str) -> bool:
        row = self._model.row(task_id)
        return self._model.expected.get(task_id, row is not None and row.task.state is TaskState.ACTIVE)

    async def _switch(self, task_id: str, *, on: bool) -> None:
        scheduling = self._services.scheduling
        try:
            if on:
                await scheduling.resume(task_id)
            else:
                await scheduling.pause(task_id)
        finally:
            await self._model.answer(task_id)

    async def _run(self, idents: list[str]) -> None:
        run = await self._services.scheduling.run_now(idents[0])
        self._toaster.show_message(self.tr("Started “{name}”").format(name=run.task_name), icon="play", seconds=4)

    async def _duplicate(self, idents: list[str]) -> None:
        copy = await self._services.scheduling.duplicate(idents[0])
        text = self.tr("Made “{name}”; it is paused until you switch it on").format(name=copy.spec.name)
        self._toaster.show_message(text, icon="copy")

    async def _resend(self, run_id: str) -> None:
        wanted = (Delivery.FAILED.value, Delivery.UNKNOWN.value)
        for item in await self._services.scheduling.deliveries(run_id):
            if item.state.value in wanted:
                await self._services.messages.resend(item.id)
        self._toaster.show_message(self.tr("On its way again"), icon="send", seconds=4)

    async def _delete(self, idents: list[str]) -> None:
        rows = [row for ident in idents if (row := self._model.row(ident)) is not None]
        going = [row for row in rows if _is_running(row)]
        if going and await self._stop_too(going) == CANCEL:
            return
        for row in rows:
            await self._services.scheduling.delete(row.task.id, confirm_running=True)
        one = self.tr("Deleted “{name}”").format(name=rows[0].task.spec.name) if rows else ""
        text = one if len(rows) == 1 else self.tr("%n tasks deleted", "", len(rows))
        toast = self._toaster.show_message(text, undo=self.tr("Undo"), icon="trash-2")
        deleted = [row.task.id for row in rows]
        toast.undone.connect(lambda: self.slots.start(self._restore(deleted), name="undo a deletion"))

    async def _restore(self, idents: list[str]) -> None:
        for ident in idents:
            await self._services.scheduling.restore(ident)
        self.restored.emit(idents[0])

    async def _stop_too(self, rows: list[TaskRow]) -> str:
        name = rows[0].task.spec.name
        question = Question(
            self._theme,
            self.tr("Stop and delete?"),
            self.tr("“{name}” is running now. Deleting it stops the run; its history is kept.").format(name=name),
            {"keep": self.tr("Keep it"), "delete": self.tr("Stop and delete")},
            icon="trash-2",
            tone=Tone.BAD,
            danger="delete",
            parent=self._owner.window(),
        )
        answer = await asked(question)
        return CANCEL if answer == "keep" else answer

    async def _export(self, idents: list[str]) -> None:
        from kata_desktop.ui.dialogs.saving import chosen_file

        path = await chosen_file(self._owner.window(), self.tr("Export tasks"), "kata-tasks.json")
        if path is not None:
            text = await self._services.exchange.export(task_ids=idents)
            await self._services.exchange.write(path, text)
            self._toaster.show_message(self.tr("Exported to {file}").format(file=path.name), icon="download")
            if left_out := await self._services.exchange.left_out(task_ids=idents):
                self._bridge.told.emit(left_out)


def _is_running(row: TaskRow) -> bool:
    return row.active_run is not None and row.active_run.state is RunState.RUNNING
