"""Methods about tasks."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import TypeVar

from kata_desktop.control.call import Call, Method
from kata_desktop.control.params import Params, WrongParams
from kata_desktop.control.shapes import Shape, run_item, task_details, task_item
from kata_desktop.domain.listing import TaskFilter, TaskQuery, TaskSort
from kata_desktop.domain.task_input import TaskInput

_LISTS = frozenset({"cron", "targets", "tags"})
_FLAGS = frozenset({"only_when_changed"})

E = TypeVar("E", bound=Enum)


def one_of(kind: type[E], name: str, text: str) -> E:
    """A member of an enum from its value. Raises `WrongParams`."""
    try:
        return kind(text)
    except ValueError:
        raise WrongParams(f"parameter {name} must be one of {', '.join(str(each.value) for each in kind)}") from None


def task_input(given: Params) -> TaskInput:
    """The fields of a task as typed; what is missing or null counts as not given."""
    values: dict[str, object] = {}
    for field in fields(TaskInput):
        if field.name in _LISTS:
            values[field.name] = given.texts_or_none(field.name)
        elif field.name in _FLAGS:
            values[field.name] = given.flag_or_none(field.name)
        else:
            values[field.name] = given.text_or_none(field.name)
    return TaskInput(**values)  # type: ignore[arg-type]


async def _list(call: Call) -> list[Shape]:
    with call.params as given:
        workspace, search, tag = given.text("workspace", ""), given.text("search", ""), given.text("tag", "")
        kind, sort = given.text("filter", TaskFilter.ALL), given.text("sort", TaskSort.NEXT_RUN)
        limit, offset = given.number("limit", 1000, most=100_000), given.number("offset", 0, most=10**9)
    query = TaskQuery(
        workspace_id=(await call.services.workspaces.get(workspace)).id if workspace else "",
        filter=one_of(TaskFilter, "filter", kind),
        sort=one_of(TaskSort, "sort", sort),
        search=search,
        tag=tag,
        limit=limit,
        offset=offset,
    )
    rows = await call.services.scheduling.tasks(query)
    names = await workspace_names(call)
    return [task_item(row, names) for row in rows]


async def _show(call: Call) -> Shape:
    return await _details(call, await _ident(call))


async def _add(call: Call) -> Shape:
    with call.params as given:
        paused, raw = given.flag("paused"), task_input(given)
    task = await call.services.scheduling.create(raw, paused=paused)
    return await _details(call, task.id)


async def _edit(call: Call) -> Shape:
    with call.params as given:
        ident, revision = given.text("id"), given.number("revision", 0)
        raw = task_input(given)
    task = await call.services.scheduling.find(ident)
    await call.services.scheduling.edit(task.id, raw, revision=revision or None)
    return await _details(call, task.id)


async def _pause(call: Call) -> Shape:
    with call.params as given:
        ident, reason = given.text("id"), given.text("reason", "")
    task = await call.services.scheduling.find(ident)
    await call.services.scheduling.pause(task.id, reason)
    return await _details(call, task.id)


async def _resume(call: Call) -> Shape:
    ident = await _ident(call)
    await call.services.scheduling.resume(ident)
    return await _details(call, ident)


async def _delete(call: Call) -> Shape:
    with call.params as given:
        ident, running = given.text("id"), given.flag("confirm_running")
    task = await call.services.scheduling.find(ident)
    await call.services.scheduling.delete(task.id, confirm_running=running)
    return {"id": task.id, "name": task.spec.name}


async def _restore(call: Call) -> Shape:
    with call.params as given:
        ident = given.text("id")
    await call.services.scheduling.restore(ident)
    return await _details(call, ident)


async def _duplicate(call: Call) -> Shape:
    copy = await call.services.scheduling.duplicate(await _ident(call))
    return await _details(call, copy.id)


async def _run(call: Call) -> Shape:
    with call.params as given:
        ident, test = given.text("id"), given.flag("test")
    task = await call.services.scheduling.find(ident)
    return run_item(await call.services.scheduling.run_now(task.id, test=test))


async def workspace_names(call: Call) -> dict[str, str]:
    """Names of the workspaces by id."""
    return {workspace.id: workspace.name for workspace in await call.services.workspaces.all()}


async def _ident(call: Call) -> str:
    with call.params as given:
        ident = given.text("id")
    return (await call.services.scheduling.find(ident)).id


async def _details(call: Call, task_id: str) -> Shape:
    row = await call.services.scheduling.row(task_id)
    return task_details(row, await workspace_names(call))


METHODS = {
    "task.list": Method(run=_list),
    "task.show": Method(run=_show),
    "task.add": Method(run=_add),
    "task.edit": Method(run=_edit),
    "task.pause": Method(run=_pause),
    "task.resume": Method(run=_resume),
    "task.delete": Method(run=_delete),
    "task.restore": Method(run=_restore),
    "task.duplicate": Method(run=_duplicate),
    "task.run": Method(run=_run),
}
