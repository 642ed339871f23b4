"""What there is to choose from, read when the dialog opens and kept true while it is open."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kata_desktop.scheduler.inputs.zones import zone_names
from kata_desktop.ui.dialogs.task_dialog.reach import read_reach
from kata_desktop.ui.slots import async_slot

if TYPE_CHECKING:
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.dialogs.task_dialog.form import Form
    from kata_desktop.ui.dialogs.task_dialog.review import Review
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots


class Choices(QObject):
    """Brings workspaces, models, zones, what plugins offer and, once an event of another task is meant, the tasks.

    Attributes:
        slots: starts what takes time.

    Signals:
        loaded: everything but the tasks has come.
    """

    loaded = Signal()

    def __init__(self, services: Services, bridge: Bridge, slots: Slots, form: Form, review: Review) -> None:
        super().__init__(form)
        self._services, self.slots, self._form, self._review = services, slots, form, review
        bridge.workspaces_changed.connect(self.load)
        bridge.models_changed.connect(self.load)
        bridge.zone_changed.connect(self._move)
        bridge.plugins_changed.connect(self._load_reach)
        form.what.workspace.currentIndexChanged.connect(self._load_reach)
        form.when.event_form.tasks_wanted.connect(self._load_tasks)

    @async_slot
    async def load(self) -> None:
        """Read what there is now."""
        await self._services.scheduling.refresh_known()  # else a new workspace is offered and then refused
        zones = await asyncio.to_thread(zone_names)
        workspaces = await self._services.workspaces.all()
        models = await self._services.models.all()
        untouched = not self._review.dirty
        self._form.offer(
            zones=zones,
            workspaces={workspace.id: workspace.name for workspace in workspaces},
            models={model.name: model.name for model in models},
        )
        self._settle(untouched=untouched)
        await self._read_reach()
        self.loaded.emit()

    @async_slot
    async def _load_reach(self) -> None:
        await self._read_reach()

    async def _read_reach(self) -> None:
        workspace_id = self._form.what.workspace.current
        reach = await read_reach(self._services, workspace_id)
        if workspace_id == self._form.what.workspace.current:
            untouched = not self._review.dirty
            self._form.offer_reach(reach)
            self._settle(untouched=untouched)

    @async_slot
    async def _load_tasks(self) -> None:
        own = self._review.task.id if self._review.task else ""
        rows = await self._services.scheduling.tasks()
        untouched = not self._review.dirty
        self._form.offer_tasks({each.task.id: each.task.spec.name for each in rows if each.task.id != own})
        self._settle(untouched=untouched)

    def _settle(self, *, untouched: bool) -> None:
        """Options that came must not look like a change that a person made."""
        if untouched and self._review.dirty:
            self._review.initial = self._form.collect()
        self._review.look()

    def _move(self) -> None:
        """The computer is in another zone now."""
        self._form.when.zone.follow_system()
        self._review.look()
