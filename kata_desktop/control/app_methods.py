"""Methods about the program itself: how it is, its window, its end, and pausing everything."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kata_desktop.control.call import Call, Method
from kata_desktop.control.shapes import Shape, time_text
from kata_desktop.domain.errors import FieldError, InvalidInput, Refused
from kata_desktop.domain.events import QuitRequested, ShowWindow
from kata_desktop.scheduler.inputs.durations import DurationField, parse_duration
from kata_desktop.version import __version__

MORNING = time(8, 0)
"""When a pause "until tomorrow" ends."""

_PAUSE = DurationField(
    field="for", label="Pause for", low=timedelta(seconds=1), high=timedelta(days=366), example="30m"
)


async def _status(call: Call) -> Shape:
    with call.params:
        pass
    services = call.services
    status = await services.scheduling.status()
    names = {workspace.id: workspace.name for workspace in await services.workspaces.all()}
    running = services.role != "command"
    planned = {"task": status.next_task_id, "name": status.next_task_name, "at": time_text(status.next_at)}
    return {
        "running": running,
        "role": services.role if running else None,
        "pid": os.getpid() if running else None,
        "version": __version__,
        "data_dir": str(services.paths.data_dir),
        "paused": status.paused_all,
        "paused_until": time_text(status.paused_until),
        "paused_workspaces": [
            {"workspace": names.get(ident, ident), "until": time_text(until)}
            for ident, until in status.paused_workspaces
        ],
        "runs": {"running": status.running, "queued": status.queued, "waiting": status.waiting},
        "next": planned if status.next_at else None,
        "trouble": status.trouble or None,
        "held": status.held or None,
        "offline": status.offline,
        "notice": services.notice or None,
    }


async def _show(call: Call) -> None:
    with call.params as given:
        page, run_id = given.text("page", ""), given.text("run", "")
    if call.services.role != "app":
        raise Refused("Kata Desktop runs without a window here (--headless); quit it and start it on a desktop.")
    call.services.bus.publish(ShowWindow(page=page, run_id=run_id))


async def _quit(call: Call) -> None:
    with call.params:
        pass
    call.services.bus.publish(QuitRequested())


async def _pause(call: Call) -> Shape:
    with call.params as given:
        span, workspace = given.text("for", ""), given.text("workspace", "")
    until = _pause_end(span, call.services.clock.now(), call.services.clock.zone_name())
    ident = (await call.services.workspaces.get(workspace)).id if workspace else ""
    await call.services.scheduling.pause_all(until, ident)
    return {"until": time_text(until)}


async def _resume(call: Call) -> None:
    with call.params as given:
        workspace = given.text("workspace", "")
    ident = (await call.services.workspaces.get(workspace)).id if workspace else ""
    await call.services.scheduling.resume_all(ident)


def _pause_end(span: str, now: datetime, zone: str) -> datetime | None:
    """When a pause ends: after a duration, tomorrow morning where the computer is, or when somebody resumes."""
    if not span:
        return None
    if span == "tomorrow":
        local = now.astimezone(ZoneInfo(zone))
        morning = datetime.combine(local.date() + timedelta(days=1), MORNING, tzinfo=ZoneInfo(zone))
        return morning.astimezone(UTC)
    try:
        return now + parse_duration(span, _PAUSE)
    except InvalidInput as error:
        reason = f"{error.errors[0].reason.rstrip('.')}, or say tomorrow"
        raise InvalidInput(FieldError(field="for", label=_PAUSE.label, reason=reason, example="30m")) from error


METHODS = {
    "app.status": Method(run=_status),
    "app.show": Method(run=_show),
    "app.quit": Method(run=_quit),
    "scheduler.pause": Method(run=_pause),
    "scheduler.resume": Method(run=_resume),
}
