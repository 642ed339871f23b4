"""Methods about runs."""

from __future__ import annotations

import asyncio

from kata_desktop.control.call import Call, Method
from kata_desktop.control.shapes import Shape, log_shape, run_details, run_item, sent_shape
from kata_desktop.control.task_methods import one_of, workspace_names
from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.events import RunChanged, RunLogged
from kata_desktop.domain.listing import RunFilter, RunQuery
from kata_desktop.domain.run import STATUSES, RunState
from kata_desktop.scheduler.inputs.texts import quoted

LONGEST_SILENCE = 20.0
"""Seconds after which a follower looks again by itself: the run may belong to another process."""


async def _list(call: Call) -> Shape:
    with call.params as given:
        task, workspace = given.text("task", ""), given.text("workspace", "")
        status, kind = given.text("status", ""), given.text("filter", RunFilter.ALL)
        search = given.text("search", "")
        limit, offset = given.number("limit", 100, most=100_000), given.number("offset", 0, most=10**9)
    scheduling = call.services.scheduling
    query = RunQuery(
        task_id=(await scheduling.find(task)).id if task else "",
        workspace_id=(await call.services.workspaces.get(workspace)).id if workspace else "",
        filter=one_of(RunFilter, "filter", kind),
        status=_known_status(status),
        search=search,
        limit=limit,
        offset=offset,
    )
    found = await scheduling.runs(query)
    return {"runs": [run_item(run) for run in found], "names": {run.task_id: run.task_name for run in reversed(found)}}


def _known_status(status: str) -> str:
    if status and status not in STATUSES:
        reason = f"{quoted(status)} is not known. Use one of {', '.join(STATUSES)}"
        raise InvalidInput(FieldError(field="status", label="Status", reason=reason))
    return status


async def _show(call: Call) -> Shape:
    return await _details(call, _ident(call))


async def _log(call: Call) -> list[Shape]:
    with call.params as given:
        ident, after = given.text("id"), given.number("after", 0, most=10**9)
    run = await call.services.scheduling.run(ident)
    return [log_shape(line) for line in await call.services.scheduling.log(run.id, after)]


async def _follow(call: Call) -> Shape:
    """Push every log line, those that are there first, until the run has ended; answers with the run."""
    with call.params as given:
        ident, after = given.text("id"), given.number("after", 0, most=10**9)
    changed = asyncio.Event()

    def heard(event: RunLogged | RunChanged) -> None:
        if event.run_id == ident:
            changed.set()

    bus, scheduling = call.services.bus, call.services.scheduling
    stops = [bus.subscribe(RunLogged, heard), bus.subscribe(RunChanged, heard)]
    try:
        while True:
            changed.clear()
            run = await scheduling.run(ident)
            for line in await scheduling.log(ident, after):
                after = line.number
                call.push("runs.log", log_shape(line))
            if run.state is RunState.DONE:
                return run_item(run)
            await _heard_of(changed)
    finally:
        for stop in stops:
            stop()


async def _heard_of(changed: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LONGEST_SILENCE):
            await changed.wait()
    except TimeoutError:
        return


async def _wait(call: Call) -> Shape:
    ident = _ident(call)
    while (run := await call.services.scheduling.wait(ident, LONGEST_SILENCE)).state is not RunState.DONE:
        continue
    return await _details(call, run.id)


async def _cancel(call: Call) -> Shape:
    return run_item(await call.services.scheduling.cancel(_ident(call)))


async def _retry(call: Call) -> Shape:
    return run_item(await call.services.scheduling.retry(_ident(call)))


def _ident(call: Call) -> str:
    with call.params as given:
        return given.text("id")


async def _details(call: Call, run_id: str) -> Shape:
    scheduling = call.services.scheduling
    run = await scheduling.run(run_id)
    names = await workspace_names(call)
    workspace = names.get(run.workspace_id, run.workspace_id)
    shown = run_details(run, workspace, await scheduling.attempts(run_id), await scheduling.steps(run_id))
    return {**shown, "messages": [sent_shape(each) for each in await call.services.messages.of_run(run_id)]}


METHODS = {
    "runs.list": Method(run=_list),
    "runs.show": Method(run=_show),
    "runs.log": Method(run=_log),
    "runs.follow": Method(run=_follow, waits=True),
    "runs.wait": Method(run=_wait, waits=True),
    "runs.cancel": Method(run=_cancel),
    "runs.retry": Method(run=_retry),
}
