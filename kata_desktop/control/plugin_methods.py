"""Methods about plugins."""

from __future__ import annotations

import asyncio
from collections import deque

from kata_desktop.control.call import Call, Method
from kata_desktop.control.plugin_shapes import command_shape, pairing_shape, plugin_details, plugin_shape
from kata_desktop.control.shapes import Shape
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.events import PairingChanged
from kata_desktop.domain.listing import TaskFilter, TaskQuery
from kata_desktop.domain.plugin import PluginRow, PluginState
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.domain.workspace import Workspace
from kata_desktop.plugins.errors import NoSuchAction, NotOn, NotRunning

LONGEST_SILENCE = 5.0
"""Seconds after which somebody who waits for a pairing looks again by themselves."""
_MOST_LINES = 1_000
"""Lines a moment that are told to whoever runs a command; a flood would fill the caller's pipe."""


async def workspace_named(call: Call, name: str) -> Workspace:
    """The workspace of that name or id; the first one when none is named."""
    workspaces = call.services.workspaces
    return await workspaces.get(name) if name else (await workspaces.all())[0]


async def _list(call: Call) -> list[Shape]:
    with call.params as given:
        name = given.text("workspace", "")
    workspace = await workspace_named(call, name)
    return [plugin_shape(row, workspace.name) for row in await call.services.plugins.rows(workspace.id)]


async def _status(call: Call) -> Shape:
    return await _details(call, *await _place(call))


async def _enable(call: Call) -> Shape:
    workspace, ident = await _place(call)
    return plugin_shape(await call.services.plugins.switch(workspace.id, ident, on=True), workspace.name)


async def _disable(call: Call) -> Shape:
    workspace, ident = await _place(call)
    stopped = await call.services.plugins.dependants(workspace.id, ident)
    row = await call.services.plugins.switch(workspace.id, ident, on=False)
    return {**plugin_shape(row, workspace.name), "stopped_tasks": [task.spec.name for task in stopped]}


async def _set(call: Call) -> Shape:
    with call.params as given:
        ident, key, value = given.text("id"), given.text("key"), given.text("value")
        name = given.text("workspace", "")
    workspace = await workspace_named(call, name)
    row = await call.services.plugins.change(workspace.id, ident, {key: value})
    label = next(spec.label for spec in row.settings if spec.key == key)
    return {**await _details(call, workspace, ident), "label": label}


async def _restart(call: Call) -> Shape:
    workspace, ident = await _place(call)
    return plugin_shape(await call.services.plugins.restart(workspace.id, ident), workspace.name)


async def _run(call: Call) -> Shape:
    with call.params as given:
        ident, command, name = given.text("id"), given.text("command"), given.text("workspace", "")
    workspace = await workspace_named(call, name)
    row = await call.services.plugins.row(workspace.id, ident)
    if command not in row.commands:
        raise _no_such_command(row, command)
    told: deque[str] = deque(maxlen=_MOST_LINES)

    def on_line(line: str) -> None:
        if not told:
            asyncio.get_running_loop().call_soon(_tell)
        told.append(line)

    def _tell() -> None:
        call.push("plugins.output", list(told))
        told.clear()

    return command_shape(await call.services.plugins.run_command(workspace.id, ident, command, on_line))


def _no_such_command(row: PluginRow, command: str) -> Refused:
    offered = (*row.commands, *(action.id for action in row.actions))
    if row.on and row.state is PluginState.OFF and not row.commands:
        return NotRunning(row.name, command)
    return NoSuchAction(row.name, "command", command, offered) if offered or row.on else NotOn(row.name)


async def _act(call: Call) -> Shape:
    with call.params as given:
        ident, action, name = given.text("id"), given.text("action"), given.text("workspace", "")
    workspace = await workspace_named(call, name)
    return {"id": ident, "sentence": await call.services.plugins.act(workspace.id, ident, action)}


async def _pair(call: Call) -> Shape:
    """Link a device; every new step is told, the last one is the answer."""
    with call.params as given:
        ident, phone, name = given.text("id"), given.text("phone_number", ""), given.text("workspace", "")
    workspace, plugins = await workspace_named(call, name), call.services.plugins
    changed = asyncio.Event()
    stop = call.services.bus.subscribe(PairingChanged, lambda _: changed.set())
    try:
        await plugins.start_pairing(workspace.id, ident, phone)
        last = None
        while True:
            changed.clear()
            step = plugins.pairing(workspace.id, ident)
            if step is None or step.state in {"linked", "failed"}:
                return pairing_shape(step)
            if step != last:
                last = step
                call.push("plugins.pairing", pairing_shape(step))
            await _heard_of(changed)
    finally:
        stop()
        await plugins.cancel_pairing(workspace.id, ident)


async def _heard_of(changed: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LONGEST_SILENCE):
            await changed.wait()
    except TimeoutError:
        return


async def _log(call: Call) -> Shape:
    with call.params as given:
        ident, lines = given.text("id"), given.number("lines", 200, most=10_000)
    plugins = call.services.plugins
    return {"file": str(plugins.log_file(ident)), "lines": await plugins.log_tail(ident, lines)}


async def _place(call: Call) -> tuple[Workspace, str]:
    with call.params as given:
        ident, name = given.text("id"), given.text("workspace", "")
    return await workspace_named(call, name), ident


async def _details(call: Call, workspace: Workspace, ident: str) -> Shape:
    plugins = call.services.plugins
    row = await plugins.row(workspace.id, ident)
    settings = dict(await plugins.settings(workspace.id, ident))
    return plugin_details(row, workspace.name, settings, await _given_up(call, workspace, ident))


async def _given_up(call: Call, workspace: Workspace, ident: str) -> list[Task]:
    """Its tasks that were paused for failing: mending their cause does not resume them, a person does."""
    from kata_desktop.plugins.rows import depends_on  # brings what plugins work with; most commands are about others

    query = TaskQuery(workspace_id=workspace.id, filter=TaskFilter.ATTENTION)
    tasks = [row.task for row in await call.services.scheduling.tasks(query)]
    return [task for task in tasks if task.state is TaskState.PAUSED and depends_on(task, ident)]


METHODS = {
    "plugins.list": Method(run=_list),
    "plugins.status": Method(run=_status),
    "plugins.enable": Method(run=_enable),
    "plugins.disable": Method(run=_disable),
    "plugins.set": Method(run=_set),
    "plugins.restart": Method(run=_restart),
    "plugins.run": Method(run=_run, waits=True),
    "plugins.act": Method(run=_act),
    "plugins.pair": Method(run=_pair, waits=True),
    "plugins.log": Method(run=_log),
}
