"""Methods about credentials: their names, never their values, come out."""

from __future__ import annotations

from kata_desktop.control.call import Call, Method
from kata_desktop.control.shapes import Shape
from kata_desktop.domain.errors import NotFound


async def _list(call: Call) -> list[Shape]:
    with call.params:
        pass
    return [
        {
            "plugin": entry.plugin,
            "name": entry.name,
            "source": entry.source.value,
            "variable": entry.variable or None,
        }
        for entry in await call.services.vault.listing()
    ]


async def _set(call: Call) -> Shape:
    with call.params as given:
        plugin, name, value = given.text("plugin"), given.text("name"), given.text("value")
        workspace = given.text("workspace", "")
    if workspace or plugin in call.services.plugins.ids():
        place = (await call.services.workspaces.get(workspace)).id if workspace else ""
        await call.services.plugins.set_credential(place, plugin, name, value)
    else:
        await call.services.vault.set(plugin, name, value)
    return {"plugin": plugin, "name": name}


async def _delete(call: Call) -> Shape:
    with call.params as given:
        plugin, name, workspace = given.text("plugin"), given.text("name"), given.text("workspace", "")
    if workspace or plugin in call.services.plugins.ids():
        place = (await call.services.workspaces.get(workspace)).id if workspace else ""
        await call.services.plugins.remove_credential(place, plugin, name)
    elif not await call.services.vault.delete(plugin, name):
        raise NotFound("credential", f"{plugin} {name}")
    return {"plugin": plugin, "name": name}


METHODS = {
    "credential.list": Method(run=_list),
    "credential.set": Method(run=_set),
    "credential.delete": Method(run=_delete),
}
