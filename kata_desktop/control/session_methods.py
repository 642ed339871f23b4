"""Methods about sessions."""

from __future__ import annotations

from kata_desktop.control.call import Call, Method
from kata_desktop.control.shapes import Shape, run_item, session_shape, turn_shape
from kata_desktop.control.task_methods import workspace_names


async def _list(call: Call) -> list[Shape]:
    with call.params as given:
        workspace = given.text("workspace", "")
        limit, offset = given.number("limit", 100, most=100_000), given.number("offset", 0, most=10**9)
    ident = (await call.services.workspaces.get(workspace)).id if workspace else ""
    names = await workspace_names(call)
    found = await call.services.sessions.listed(ident, limit=limit, offset=offset)
    return [session_shape(session, names.get(session.workspace_id, session.workspace_id)) for session in found]


async def _show(call: Call) -> Shape:
    with call.params as given:
        ident = given.text("id")
    session = await call.services.sessions.get(ident)
    names = await workspace_names(call)
    turns = await call.services.sessions.messages(ident)
    shape = session_shape(session, names.get(session.workspace_id, session.workspace_id))
    return {**shape, "messages": [turn_shape(turn) for turn in turns]}


async def _send(call: Call) -> Shape:
    with call.params as given:
        ident, text = given.text("id"), given.text("text")
    return run_item(await call.services.sessions.reply(ident, text))


async def _reset(call: Call) -> Shape:
    with call.params as given:
        ident = given.text("id")
    session = await call.services.sessions.get(ident)
    await call.services.channels.reset(ident)
    names = await workspace_names(call)
    return session_shape(session, names.get(session.workspace_id, session.workspace_id))


METHODS = {
    "sessions.list": Method(run=_list),
    "sessions.show": Method(run=_show),
    "sessions.send": Method(run=_send),
    "sessions.reset": Method(run=_reset),
}
