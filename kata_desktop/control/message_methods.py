"""Methods about the outbox."""

from __future__ import annotations

from kata_desktop.control.call import Call, Method
from kata_desktop.control.shapes import Shape, message_shape
from kata_desktop.control.task_methods import one_of
from kata_desktop.domain.notification import OutboxState


async def _list(call: Call) -> list[Shape]:
    with call.params as given:
        state, workspace = given.text("state", ""), given.text("workspace", "")
        limit, offset = given.number("limit", 100, most=100_000), given.number("offset", 0, most=10**9)
    items = await call.services.messages.listed(
        states=(one_of(OutboxState, "state", state),) if state else (),
        workspace_id=(await call.services.workspaces.get(workspace)).id if workspace else "",
        limit=limit,
        offset=offset,
    )
    return [message_shape(item) for item in items]


async def _resend(call: Call) -> Shape:
    with call.params as given:
        ident = given.text("id")
    return message_shape(await call.services.messages.resend(ident))


async def _drop(call: Call) -> Shape:
    with call.params as given:
        ident = given.text("id")
    return message_shape(await call.services.messages.drop(ident))


METHODS = {
    "outbox.list": Method(run=_list),
    "outbox.resend": Method(run=_resend),
    "outbox.drop": Method(run=_drop),
}
