"""Tasks that code declares rather than a person: made once, followed when their declaration changes, never doubled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace

from kata_desktop.domain.errors import NotFound, Refused
from kata_desktop.domain.events import TaskChange
from kata_desktop.domain.task import Task, TaskSpec, TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.engine.arming import armed, new_task, rearmed, refuse_full, settled, with_free_name
from kata_desktop.scheduler.engine.withdrawing import bury
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.service import Scheduling
from kata_desktop.store import agenda, declarations, stand_ins, tasks
from kata_desktop.store.connection import Connection
from kata_desktop.store.declarations import Declaration
from kata_desktop.store.errors import SpecUnreadable

NOT_ENABLED = "It was made switched off; resume it when you want it to run."
RETIRED = "The plugin does not bring this task any more."


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """What a task should be, in the words that people type."""

    raw: TaskInput
    """With a name; the prompt describes the task to people and may be empty, the workspace is not looked at."""
    handler: str
    arguments: str = "{}"
    """JSON object."""
    enabled: bool = True
    """False makes it paused; later it only matters when it turns true."""

    @property
    def without_targets(self) -> Declared:
        """The same, saying nothing of where results go."""
        return replace(self, raw=replace(self.raw, targets=()))

    @property
    def fingerprint(self) -> str:
        """The same for declarations that say the same."""
        said = {key: value for key, value in asdict(self.raw).items() if value is not None}
        said |= {"handler": self.handler, "arguments": json.loads(self.arguments), "enabled": self.enabled}
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


class DeclaredTasks:
    """Tasks of one principal in one workspace, such as ``plugin:rss``. Every verb raises the domain's errors."""

    def __init__(self, core: Core, scheduling: Scheduling, principal: str, workspace_id: str) -> None:
        self._core = core
        self._scheduling = scheduling
        self._principal = principal
        self._workspace_id = workspace_id

    async def create(self, declared: Declared) -> Task:
        """Make one more task; its name is numbered when it is taken. Raises `InvalidInput` with every refused field."""

        def work(db: Connection, world: World, told: Told) -> Task:
            return self._make(db, declared, "", world, told)

        task = await self._core.transact(work)
        await self._scheduling.refresh_known()
        return task

    async def settle(self, wanted: Mapping[str, Declared], *, keep: Collection[str] = ()) -> dict[str, Refused]:
        """Make the declared tasks those that are wanted, by keys that stay the same from start to start.

        What is wanted as before is left as a person has edited, paused or deleted it; what is wanted otherwise is
        edited, whatever became of it; what is wanted no more, and not to be kept, is deleted with its history kept.
        Where only targets were added, they are taken over by a task that has none, and nothing else changes.
        Refused ones are left as they were and returned; the others are settled all the same.
        """
        self._core.learn()
        refused: dict[str, Refused] = {}
        for key, declared in wanted.items():
            try:
                await self._declare(f"{self._workspace_id}:{key}", declared)
            except Refused as refusal:
                refused[key] = refusal
            except SpecUnreadable as unreadable:
                refused[key] = Refused(unreadable.sentence)
        await self._retire_all_but({f"{self._workspace_id}:{key}" for key in (*wanted, *keep)})
        await self._scheduling.refresh_known()
        return refused

    async def owned(self) -> list[Task]:
        """Every task that is not deleted, by name."""
        return await self._core.read(lambda db: declarations.owned(db, self._principal, self._workspace_id))

    async def get(self, task_id: str) -> Task:
        """One of them; raises `NotFound` for those of others."""
        task = await self._scheduling.get(task_id)
        if task.principal != self._principal or task.spec.workspace_id != self._workspace_id:
            raise NotFound("task", task_id)
        return task

    async def _declare(self, key: str, declared: Declared) -> None:
        taken_over = Declaration(principal=self._principal, owner_key=key, fingerprint=declared.fingerprint)

        def is_known(db: Connection) -> bool:
            return declarations.get(db, self._principal, key) == taken_over

        def work(db: Connection, world: World, told: Told) -> None:
            if is_known(db):  # another process has just taken it over
                return
            task = tasks.find_owned(db, self._principal, key)
            before = declarations.get(db, self._principal, key)
            if task is not None and before == replace(taken_over, fingerprint=declared.without_targets.fingerprint):
                self._aim(db, task, declared, world, told)
            elif task is None:
                self._make(db, declared, key, world, told)
            elif task.state is TaskState.DELETED:
                self._revive(db, task, declared, world, told)
            else:
                self._change(db, task, declared, world, told)
            declarations.put(db, taken_over)

        if not await self._core.read(is_known):
            await self._core.transact(work)

    async def _retire_all_but(self, wanted: set[str]) -> None:
        def left(db: Connection) -> list[Declaration]:
            standing = declarations.standing(db, self._principal, f"{self._workspace_id}:")
            return [each for each in standing if each.owner_key not in wanted]

        def work(db: Connection, world: World, told: Told) -> None:
            for each in left(db):
                task = stand_ins.find_owned(db, self._principal, each.owner_key)
                if task is not None and task.state is not TaskState.DELETED:
                    bury(db, task, world, told, RETIRED)
                declarations.put(db, replace(each, retired=True))

        if await self._core.read(left):
            await self._core.transact(work)

    def _make(self, db: Connection, declared: Declared, key: str, world: World, told: Told) -> Task:
        spec = self._checked(db, declared, None)
        refuse_full(db, spec)
        task = new_task(
            with_free_name(db, spec, "", given=False),
            world,
            state=TaskState.ACTIVE if declared.enabled else TaskState.PAUSED,
            state_reason="" if declared.enabled else NOT_ENABLED,
            principal=self._principal,
            owner_key=key,
        )
        task = armed(task, world)
        tasks.insert(db, task)
        told.task(task, TaskChange.CREATED)
        return task

    def _change(self, db: Connection, task: Task, declared: Declared, world: World, told: Told) -> None:
        before = settled(db, task, world, told)
        spec = with_free_name(db, self._checked(db, declared, before), task.id, given=False)
        tasks.save_spec(db, before, spec, expected=before.revision, now=world.now)
        over = before.state is TaskState.FINISHED and spec.trigger == before.spec.trigger
        after = replace(before, spec=spec) if over else rearmed(before, spec, world)
        agenda.set_next(db, task.id, after.next_slot, after.due_at)
        waits_for_this = declared.enabled and before.state_reason == NOT_ENABLED
        if not over and (before.state is TaskState.FINISHED or waits_for_this):
            tasks.set_state(db, task.id, TaskState.ACTIVE, reason="", at=world.now)
        tasks.clear_failures(db, task.id)
        told.task(after, TaskChange.EDITED)

    def _aim(self, db: Connection, task: Task, declared: Declared, world: World, told: Told) -> None:
        """Take over targets where there were none before; whatever else a person made of the task stands."""
        if task.state is TaskState.DELETED or task.spec.targets:
            return
        spec = replace(task.spec, targets=self._checked(db, declared, task).targets)
        tasks.save_spec(db, task, spec, expected=task.revision, now=world.now)
        told.task(replace(task, spec=spec), TaskChange.EDITED)

    def _revive(self, db: Connection, task: Task, declared: Declared, world: World, told: Told) -> None:
        checked = self._checked(db, declared, task)
        refuse_full(db, checked)
        spec = with_free_name(db, checked, task.id, given=False)
        declarations.revive(db, task.id, spec.name, world.now)
        tasks.save_spec(db, task, spec, expected=task.revision, now=world.now)
        after = armed(replace(task, spec=spec, state=TaskState.ACTIVE), world)
        agenda.set_next(db, task.id, after.next_slot, after.due_at)
        if not declared.enabled:
            tasks.set_state(db, task.id, TaskState.PAUSED, reason=NOT_ENABLED, at=world.now)
        told.task(after, TaskChange.CREATED)

    def _checked(self, db: Connection, declared: Declared, task: Task | None) -> TaskSpec:
        """The declaration as a spec; what it cannot say stays as the task has it, or takes the settings' defaults."""
        raw = declared.raw
        description = raw.prompt or ""
        spoken = replace(raw, workspace=self._workspace_id, prompt=description.strip() or raw.name)
        if task is not None and not raw.targets:
            spoken = replace(spoken, targets=None)  # where a person had results sent stays
        known = replace(self._core.known_in(db), editing=task.id if task else "", target_kinds=None)
        checked = self._core.checked(spoken, known, task.spec if task else None)
        prompt = checked.prompt if description.strip() else ""
        return replace(checked, prompt=prompt, handler=declared.handler, arguments=declared.arguments)
