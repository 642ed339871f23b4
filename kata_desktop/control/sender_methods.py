"""Methods about people who write in channels, and what they wrote."""

from __future__ import annotations

from kata_desktop.control.call import Call, Method
from kata_desktop.control.guests import Guests
from kata_desktop.control.plugin_methods import workspace_named
from kata_desktop.control.plugin_shapes import inbox_shape, sender_shape
from kata_desktop.control.shapes import Shape
from kata_desktop.control.task_methods import one_of, workspace_names
from kata_desktop.domain.channel import InboxItem, InboxState, Sender
from kata_desktop.domain.errors import NotFound, Refused
from kata_desktop.domain.workspace import Workspace


async def _senders(call: Call) -> list[Shape]:
    with call.params as given:
        name, channel = given.text("workspace", ""), given.text("channel", "")
    workspace = await workspace_named(call, name)
    written = await call.services.channels.senders(workspace.id, channel)
    ahead = await Guests(call.services.plugins, workspace).listed(channel, but=written)
    return [sender_shape(each, workspace.name) for each in (*written, *ahead)]


async def _allow(call: Call) -> Shape:
    with call.params as given:
        channel, ident, name = given.text("channel"), given.text("id"), given.text("workspace", "")
        group = given.flag("group")
    workspace = await workspace_named(call, name)
    sender = await _written(call, workspace, channel, ident)
    if sender is None:
        guest = await Guests(call.services.plugins, workspace).allow(channel, ident, group=group)
        return sender_shape(guest, workspace.name)
    allowed = await call.services.channels.allow(sender, direct=not group or sender.direct, group=group or sender.group)
    return sender_shape(allowed, workspace.name)


async def _block(call: Call) -> Shape:
    with call.params as given:
        channel, ident, name = given.text("channel"), given.text("id"), given.text("workspace", "")
    workspace = await workspace_named(call, name)
    sender = await _written(call, workspace, channel, ident)
    if sender is None:
        raise await Guests(call.services.plugins, workspace).unblockable(channel, ident)
    return sender_shape(await call.services.channels.block(sender), workspace.name)


async def _forget(call: Call) -> Shape:
    with call.params as given:
        channel, ident, name = given.text("channel"), given.text("id"), given.text("workspace", "")
    workspace = await workspace_named(call, name)
    sender = await _written(call, workspace, channel, ident)
    if sender is None:
        guest = await Guests(call.services.plugins, workspace).forget(channel, ident)
        return sender_shape(guest, workspace.name)
    await call.services.channels.forget(sender)
    return sender_shape(sender, workspace.name)


async def _written(call: Call, workspace: Workspace, channel: str, ident: str) -> Sender | None:
    """Somebody who wrote, by stable id or by the code they were told; never by a name that they gave themselves."""
    known = await call.services.channels.senders(workspace.id, channel)
    found = [each for each in known if each.id == ident or (each.code and each.code == ident.upper())]
    if len(found) > 1:
        raise Refused(f"“{ident}” is known in several accounts of {channel}; decide about them in the window.")
    return found[0] if found else None


async def _inbox(call: Call) -> list[Shape]:
    with call.params as given:
        name, state = given.text("workspace", ""), given.text("state", "")
        limit, offset = given.number("limit", 100, most=100_000), given.number("offset", 0, most=10**9)
    ident = (await call.services.workspaces.get(name)).id if name else ""
    states = (one_of(InboxState, "state", state),) if state else ()
    names = await workspace_names(call)
    found = await call.services.channels.inbox(ident, states=states, limit=limit, offset=offset)
    return [await _with_its_run(call, item, names) for item in found]


async def _with_its_run(call: Call, item: InboxItem, names: dict[str, str]) -> Shape:
    try:
        status = (await call.services.scheduling.run(item.run_id)).status if item.run_id else None
    except NotFound:  # its history was cleaned up
        status = None
    return inbox_shape(item, names.get(item.workspace_id, item.workspace_id), status)


async def _retry(call: Call) -> Shape:
    with call.params as given:
        ident = given.text("id")
    item = await call.services.channels.retry(ident)
    names = await workspace_names(call)
    return await _with_its_run(call, item, names)


METHODS = {
    "senders.list": Method(run=_senders),
    "senders.allow": Method(run=_allow),
    "senders.block": Method(run=_block),
    "senders.forget": Method(run=_forget),
    "inbox.list": Method(run=_inbox),
    "inbox.retry": Method(run=_retry),
}
