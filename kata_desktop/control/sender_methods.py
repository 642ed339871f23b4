"""Methods about people who write in channels, and what they wrote."""

from __future__ import annotations

from kata_desktop.control.call import Call, Method
from kata_desktop.control.plugin_methods import workspace_named
from kata_desktop.control.plugin_shapes import inbox_shape, sender_shape
from kata_desktop.control.shapes import Shape
from kata_desktop.control.task_methods import one_of, workspace_names
from kata_desktop.domain.channel import InboxState, Sender
from kata_desktop.domain.errors import NotFound, Refused
from kata_desktop.domain.workspace import Workspace


async def _senders(call: Call) -> list[Shape]:
    with call.params as given:
        name, channel = given.text("workspace", ""), given.text("channel", "")
    workspace = await workspace_named(call, name)
    return [sender_shape(each, workspace.name) for each in await call.services.channels.senders(workspace.id, channel)]


async def _allow(call: Call) -> Shape:
    with call.params as given:
        channel, ident, name = given.text("channel"), given.text("id"), given.text("workspace", "")
        group = given.flag("group")
    workspace, sender = await _found(call, name, channel, ident)
    allowed = await call.services.channels.allow(sender, direct=not group or sender.direct, group=group or sender.group)
    return sender_shape(allowed, workspace.name)


async def _block(call: Call) -> Shape:
    workspace, sender = await _named(call)
    return sender_shape(await call.services.channels.block(sender), workspace.name)


async def _forget(call: Call) -> Shape:
    workspace, sender = await _named(call)
    await call.services.channels.forget(sender)
    return sender_shape(sender, workspace.name)


async def _named(call: Call) -> tuple[Workspace, Sender]:
    with call.params as given:
        channel, ident, name = given.text("channel"), given.text("id"), given.text("workspace", "")
    return await _found(call, name, channel, ident)


async def _found(call: Call, name: str, channel: str, ident: str) -> tuple[Workspace, Sender]:
    """Somebody by stable id or by the code they were told; never by a name that they gave themselves."""
    workspace = await workspace_named(call, name)
    known = await call.services.channels.senders(workspace.id, channel)
    found = [each for each in known if each.id == ident or (each.code and each.code == ident.upper())]
    if not found:
        sentence = (
            f"Nobody of {channel} in {workspace.name} has asked with the id or code “{ident}”; look at senders list, "
            "or name people who have not asked in the channel's settings."
        )
        raise NotFound("sender", ident, sentence)
    if len(found) > 1:
        raise Refused(f"“{ident}” is known in several accounts of {channel}; decide about them in the window.")
    return workspace, found[0]


async def _inbox(call: Call) -> list[Shape]:
    with call.params as given:
        name, state = given.text("workspace", ""), given.text("state", "")
        limit, offset = given.number("limit", 100, most=100_000), given.number("offset", 0, most=10**9)
    ident = (await call.services.workspaces.get(name)).id if name else ""
    states = (one_of(InboxState, "state", state),) if state else ()
    names = await workspace_names(call)
    found = await call.services.channels.inbox(ident, states=states, limit=limit, offset=offset)
    return [inbox_shape(item, names.get(item.workspace_id, item.workspace_id)) for item in found]


async def _retry(call: Call) -> Shape:
    with call.params as given:
        ident = given.text("id")
    item = await call.services.channels.retry(ident)
    names = await workspace_names(call)
    return inbox_shape(item, names.get(item.workspace_id, item.workspace_id))


METHODS = {
    "senders.list": Method(run=_senders),
    "senders.allow": Method(run=_allow),
    "senders.block": Method(run=_block),
    "senders.forget": Method(run=_forget),
    "inbox.list": Method(run=_inbox),
    "inbox.retry": Method(run=_retry),
}
