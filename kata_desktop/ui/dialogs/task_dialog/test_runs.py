"""Starts test runs and follows the newest one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kata_desktop.domain.errors import InvalidInput, KataError
from kata_desktop.domain.run import RunState

if TYPE_CHECKING:
    from kata_desktop.domain.events import RunChanged
    from kata_desktop.domain.task import TaskSpec
    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.scheduler.service import Scheduling
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.dialogs.task_dialog.test_run_card import TestRunCard
    from kata_desktop.ui.slots import Slots


class TestRuns(QObject):
    """Real runs, marked as tests; what is typed is not saved.

    Attributes:
        run_id: the newest test run; empty before the first.
    """

    __test__ = False

    def __init__(self, scheduling: Scheduling, bridge: Bridge, slots: Slots, card: TestRunCard) -> None:
        super().__init__(card)
        self._scheduling, self.slots, self._card = scheduling, slots, card
        self.run_id = ""
        self._going = False
        bridge.run_output.connect(self._heard)
        bridge.runs_changed.connect(self._changed)
        card.stop_wanted.connect(self._stop)

    async def start(self, raw: TaskInput, current: TaskSpec | None) -> None:
        """Run what is typed, unless a test is going already.

        Raises:
            InvalidInput: some of it cannot be run.
        """
        if self._going:
            return
        self._going = True
        self._card.begin()
        try:
            run = await self._scheduling.test_run(raw, current)
        except InvalidInput:
            self._going = False
            self._card.hide()
            raise
        except KataError as error:
            self._going = False
            self._card.show_failure(error.sentence)
            return
        self.run_id = run.id
        await self._look()

    def _heard(self, run_id: str, _piece: str) -> None:
        if run_id == self.run_id and self._going and (live := self._scheduling.live_output(run_id)):
            self._card.show_live(live)

    def _changed(self, events: tuple[RunChanged, ...]) -> None:
        if any(event.run_id == self.run_id for event in events):
            self.slots.start(self._look(), name="look at the test run")

    async def _look(self) -> None:
        run = await self._scheduling.run(self.run_id)
        if run.state is RunState.DONE:
            self._going = False
        self._card.show_run(run)

    def _stop(self) -> None:
        if self.run_id:
            self.slots.start(self._cancel(), name="stop the test run")

    async def _cancel(self) -> None:
        await self._scheduling.cancel(self.run_id)
        await self._look()
