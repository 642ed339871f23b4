"""Methods about files: exported and imported tasks, and backups."""

from __future__ import annotations

from pathlib import Path

from kata_desktop.control.call import Call, Method
from kata_desktop.control.shapes import Shape
from kata_desktop.control.task_methods import one_of
from kata_desktop.scheduler.import_plan import ImportMode, ImportPlan


async def _export(call: Call) -> Shape:
    with call.params as given:
        workspace = given.text("workspace", "")
    ident = (await call.services.workspaces.get(workspace)).id if workspace else ""
    exchange = call.services.exchange
    return {"text": await exchange.export(ident), "note": await exchange.left_out(ident) or None}


async def _plan(call: Call) -> Shape:
    return _shape(await _planned(call))


async def _import(call: Call) -> Shape:
    plan = await _planned(call)
    done = await call.services.exchange.apply(plan)
    return {**_shape(plan), "imported": [task.id for task in done]}


async def _planned(call: Call) -> ImportPlan:
    """Read a file here: it may be larger than a line of the socket, and what it says is judged in one place."""
    with call.params as given:
        file, mode, workspace = given.path("file"), given.text("mode", ImportMode.ADD), given.text("workspace", "")
    return await call.services.exchange.plan(Path(file), one_of(ImportMode, "mode", mode), workspace=workspace)


def _shape(plan: ImportPlan) -> Shape:
    return {
        "mode": plan.mode.value,
        "tasks": [
            {"change": row.change.value, "name": row.name, "workspace": row.workspace, "note": row.note or None}
            for row in plan.rows
        ],
    }


async def _backup(call: Call) -> Shape:
    with call.params:
        pass
    return {"file": str(await call.services.backup())}


METHODS = {
    "exchange.export": Method(run=_export),
    "exchange.plan": Method(run=_plan),
    "exchange.import": Method(run=_import),
    "store.backup": Method(run=_backup),
}
