"""Exporting tasks and importing them: the difference is shown first, what arrives is paused and asks before it acts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from kata_desktop.desktop.regular_files import write_private
from kata_desktop.domain.errors import FieldError, InvalidInput, Refused
from kata_desktop.domain.listing import TaskQuery
from kata_desktop.domain.model import REMINDER_MODEL
from kata_desktop.domain.task import PROMPT_HANDLER, Mode, Task, TaskSpec
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.scheduler import exchange_format
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.import_plan import Change, ImportMode, ImportPlan, ImportRow
from kata_desktop.scheduler.inputs.known import Known
from kata_desktop.scheduler.inputs.spec_texts import input_of
from kata_desktop.scheduler.service import Scheduling
from kata_desktop.store import listing, stand_ins, tasks, workspaces
from kata_desktop.store.connection import Connection


class Exchange:
    """Files in and out."""

    def __init__(self, core: Core, scheduling: Scheduling, program: str, *, hide: Callable[[str], str] = str) -> None:
        self._core = core
        self._scheduling = scheduling
        self._program = program
        self._hide = hide

    async def export(self, workspace_id: str = "", task_ids: Sequence[str] = ()) -> str:
        """The text of an export: all tasks, those of a workspace, or those named. Holds no secret and no history.

        Tasks of plugins and channels are left out: they come along with those. Raises `Refused` when one is named.
        What cannot be read is left out as well: see `left_out`; `Refused` when nothing else is named.
        """

        def work(db: Connection) -> list[TaskInput]:
            names = {workspace.id: workspace.name for workspace in workspaces.listed(db)}
            titles = dict(self._core.known_in(db).tasks)
            found = [data.task for data in listing.task_rows(db, TaskQuery(workspace_id=workspace_id, limit=100_000))]
            chosen = [task for task in found if task.id in task_ids or (not task_ids and _is_a_persons(task))]
            _refuse_others(chosen)
            wanted = [task for task in chosen if not task.unreadable]
            if task_ids and chosen and not wanted:
                raise Refused(chosen[0].unreadable)
            return [self._raw(task, names[task.spec.workspace_id], titles) for task in wanted]

        self._core.learn()
        rows = await self._core.read(work)
        at = self._core.now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        discreet = [_without_secrets(row, self._hide) for row in rows]
        return exchange_format.write(discreet, exported_at=at, program=self._program)

    async def left_out(self, workspace_id: str = "", task_ids: Sequence[str] = ()) -> str:
        """Which tasks an export of the same leaves out since they cannot be read, as a sentence; empty for none."""
        query = TaskQuery(workspace_id=workspace_id, limit=100_000)
        found = [data.task for data in await self._core.read(lambda db: listing.task_rows(db, query))]
        lost = [task.spec.name for task in found if task.unreadable and (not task_ids or task.id in task_ids)]
        if not lost:
            return ""
        names = ", ".join(f"“{name}”" for name in lost)
        return f"Left out, because Kata cannot read what is stored of it: {names}; restore a backup to get it back."

    def _raw(self, task: Task, workspace: str, titles: dict[str, str]) -> TaskInput:
        zone = self._core.clock.zone_name()
        return input_of(task.spec, workspace=workspace, task_names=titles, system_zone=zone)

    async def write(self, path: Path, text: str) -> None:
        """Write a file that only its owner can read, off the loop."""
        await asyncio.to_thread(write_private, path, text)

    async def plan(self, source: Path | bytes, mode: ImportMode = ImportMode.ADD, *, workspace: str = "") -> ImportPlan:
        """Say what importing a file (or its content) would do; `workspace` takes the place of those the file names.

        Raises:
            InvalidInput: the file or any task in it is refused; each error names the task.
        """
        if isinstance(source, Path):
            content = await asyncio.to_thread(exchange_format.read_file, source)
        else:
            content = exchange_format.read_bytes(source)
        raws = [replace(raw, workspace=workspace) if workspace else raw for raw in content.tasks]
        self._core.learn()
        return await self._core.read(lambda db: self._planned(db, raws, mode))

    def _planned(self, db: Connection, raws: Sequence[TaskInput], mode: ImportMode) -> ImportPlan:
        known = self._known_with(db, raws)
        errors: list[FieldError] = []
        passed: list[FieldError] = []
        rows: list[ImportRow] = []
        seen: set[tuple[str, str]] = set()
        for number, given in enumerate(raws, start=1):
            raw, note = _tamed(given, known)
            checked = self._core.check(raw, known)
            if not isinstance(checked, TaskSpec):
                left_out = _has_passed(checked)
                (passed if left_out else errors).extend(_numbered(number, checked))
                rows.extend([_left_out(db, raw, known)] if left_out else [])
                continue
            twin = (checked.workspace_id, checked.name.casefold())
            row = self._row(db, raw, checked, note)
            if row.task_id and (by := _out_of_reach(stand_ins.get(db, row.task_id))):
                errors.append(_taken(number, checked.name, by=by))
            elif twin in seen or (row.task_id and mode is ImportMode.ADD and row.change is not Change.SAME):
                errors.append(_taken(number, checked.name, in_file=twin in seen))
            seen.add(twin)
            rows.append(row)
        if errors or (passed and all(row.change is Change.PASSED for row in rows)):
            raise InvalidInput(*errors, *passed)
        if mode is ImportMode.REPLACE:
            rows.extend(_removed(db, rows, {workspace for workspace, _ in seen}))
        return ImportPlan(mode=mode, rows=tuple(rows))

    def _known_with(self, db: Connection, raws: Sequence[TaskInput]) -> Known:
        """What tasks of the file may name: what is here, and one another but for those that are left out."""
        here = replace(self._core.known_in(db), target_kinds=None)
        known = _with_names(here, raws)
        return _with_names(
            here, [raw for raw in raws if not _has_passed(self._core.check(_tamed(raw, known)[0], known))]
        )

    def _row(self, db: Connection, raw: TaskInput, spec: TaskSpec, note: str) -> ImportRow:
        workspace = workspaces.get(db, spec.workspace_id).name
        found = [stand_ins.get(db, ident) for ident in tasks.ids_by_name(db, spec.name, spec.workspace_id)]
        if not found:
            return ImportRow(change=Change.NEW, name=spec.name, workspace=workspace, raw=raw, note=note)
        present = self._raw(found[0], workspace, dict(self._core.known_in(db).tasks))
        same = not found[0].unreadable and _comparable(present) == _comparable(replace(raw, workspace=workspace))
        change = Change.SAME if same else Change.CHANGED
        return ImportRow(change=change, name=spec.name, workspace=workspace, task_id=found[0].id, raw=raw, note=note)

    async def apply(self, plan: ImportPlan) -> list[Task]:
        """Do what a plan says; returns the tasks that were added or changed, all of them paused."""
        done: list[Task] = []
        waiting = [row for row in plan.rows if row.change in {Change.NEW, Change.CHANGED} and row.raw is not None]
        for row in sorted(waiting, key=lambda row: bool(row.raw and row.raw.on)):  # chained tasks after their sources
            assert row.raw is not None
            if row.change is Change.NEW:
                done.append(await self._scheduling.create(row.raw, paused=True, any_channel=True))
                continue
            why = "It was changed by an import."
            done.append(await self._scheduling.edit(row.task_id, row.raw, any_channel=True, pause_because=why))
        for row in plan.rows:
            if row.change is Change.REMOVED:
                await self._scheduling.delete(row.task_id, confirm_running=True)
        return done


def _tamed(raw: TaskInput, known: Known) -> tuple[TaskInput, str]:
    """A stranger's task asks before it acts, and takes the model that is there."""
    notes = []
    mode = Mode.ASK.value if raw.mode is None else raw.mode
    if mode.strip().casefold() == Mode.AUTO.value:
        notes.append("it will ask before it acts")
        mode = Mode.ASK.value
    model = raw.model
    if model and model.casefold() not in {name.casefold() for name in (*known.models, REMINDER_MODEL)}:
        notes.append(f"the model “{model}” is not set up here, so the workspace's default is used")
        model = ""
    return replace(raw, mode=mode, model=model), "; ".join(notes)


def _without_secrets(raw: TaskInput, hide: Callable[[str], str]) -> TaskInput:
    """Take secrets out of what people wrote in their own words; no import would take such a file back."""
    return replace(
        raw,
        name=hide(raw.name or ""),
        prompt=hide(raw.prompt or ""),
        targets=tuple(map(hide, raw.targets or ())),
        tags=tuple(map(hide, raw.tags or ())),
    )


def _comparable(raw: TaskInput) -> TaskInput:
    return replace(raw, mode=None, outside_hours=None if not raw.active_hours else raw.outside_hours)


def _with_names(known: Known, raws: Sequence[TaskInput]) -> Known:
    coming = tuple((f"new:{raw.name}", raw.name) for raw in raws if raw.name)
    return replace(known, tasks=(*known.tasks, *coming))


def _has_passed(checked: TaskSpec | Sequence[FieldError]) -> bool:
    """Whether a task would be right but for the time that has gone by."""
    return not isinstance(checked, TaskSpec) and all(error.passed for error in checked)


def _numbered(number: int, errors: Iterable[FieldError]) -> list[FieldError]:
    return [replace(error, label=f"Task {number}, {error.label}") for error in errors]


def _left_out(db: Connection, raw: TaskInput, known: Known) -> ImportRow:
    """A file may be old: what had its time since then stops nothing else in it."""
    named = next((pair for pair in known.workspaces if raw.workspace in pair), None) or known.workspaces[0]
    name = raw.name or " ".join((raw.prompt or "").split())[:60]
    here = tasks.ids_by_name(db, name, named[0])
    note = "its time has passed, so it is left out"
    return ImportRow(change=Change.PASSED, name=name, workspace=named[1], task_id=here[0] if here else "", note=note)


def _taken(number: int, name: str, *, in_file: bool = False, by: str = "") -> FieldError:
    where = "the file has two tasks of that name" if in_file else "a task of that name is here already"
    advice = "rename one of them" if in_file else "choose to merge, or rename it in the file"
    reason = f"{by}: rename it in the file" if by else f"{where}: {advice}"
    return FieldError(field="name", label=f"Task {number}, Name", reason=reason, example=f"{name[:100]} 2")


def _is_a_persons(task: Task) -> bool:
    """Whether a task is all there is to it; others belong to a plugin or channel, which a file cannot bring."""
    return task.spec.handler == PROMPT_HANDLER and not task.principal.startswith("channel:")


def _out_of_reach(task: Task) -> str:
    """Why an import cannot change a task; empty when it can."""
    if task.unreadable:
        return "a task that Kata cannot read has that name here, so delete that one"
    return "" if _is_a_persons(task) else "a task of a plugin has that name here"


def _refuse_others(wanted: Sequence[Task]) -> None:
    for task in wanted:
        if not _is_a_persons(task):
            what = f"“{task.spec.name}” belongs to a plugin and cannot be exported"
            raise Refused(f"{what}; switch the plugin on where you want it.")


def _removed(db: Connection, rows: Sequence[ImportRow], workspace_ids: set[str]) -> list[ImportRow]:
    kept = {row.task_id for row in rows}
    found = [data.task for data in listing.task_rows(db, TaskQuery(limit=100_000))]
    own = [task for task in found if task.spec.workspace_id in workspace_ids and _is_a_persons(task)]
    gone = [task for task in own if task.id not in kept]
    names = {workspace.id: workspace.name for workspace in workspaces.listed(db)}
    return [
        ImportRow(change=Change.REMOVED, name=task.spec.name, workspace=names[task.spec.workspace_id], task_id=task.id)
        for task in gone
    ]
