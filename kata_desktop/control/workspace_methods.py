"""Methods about workspaces."""

from __future__ import annotations

from kata_desktop.control.call import Call, Method
from kata_desktop.control.shapes import Shape, workspace_shape


async def _list(call: Call) -> list[Shape]:
    with call.params:
        pass
    return [workspace_shape(workspace) for workspace in await call.services.workspaces.all()]


async def _add(call: Call) -> Shape:
    with call.params as given:
        name, folder = given.text("name"), given.text("folder")
    return workspace_shape(await call.services.workspaces.add(name, folder))


async def _set(call: Call) -> Shape:
    with call.params as given:
        ident, key, value = given.text("name"), given.text("key"), given.text("value")
    return workspace_shape(await call.services.workspaces.set(ident, key, value))


async def _remove(call: Call) -> Shape:
    with call.params as given:
        ident, confirmed = given.text("name"), given.flag("confirmed")
    workspace = await call.services.workspaces.get(ident)
    await call.services.workspaces.remove(workspace.id, confirmed=confirmed)
    return {"id": workspace.id, "name": workspace.name}


METHODS = {
    "workspace.list": Method(run=_list),
    "workspace.add": Method(run=_add),
    "workspace.set": Method(run=_set),
    "workspace.remove": Method(run=_remove),
}
