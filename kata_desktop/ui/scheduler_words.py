"""The state of the scheduler in words: for the card in the sidebar, banners and the tray."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.ui.moments import until_text, when_text

if TYPE_CHECKING:
    from kata_desktop.domain.preview import SchedulerStatus

translate = QCoreApplication.translate
MORNING = time(8, 0)
"""When a pause "until tomorrow" ends."""


class PauseFor(enum.Enum):
    """How long a pause lasts."""

    HALF_HOUR = "30 min"
    """30 minutes from now."""
    HOUR = "1 h"
    """One hour from now."""
    TOMORROW = "tomorrow"
    """Until 08:00 of the next local day."""
    RESUMED = "resumed"
    """Until a person resumes."""


def pause_texts() -> dict[PauseFor, str]:
    """What a menu offers."""
    return {
        PauseFor.HALF_HOUR: translate("Pause", "For 30 minutes"),
        PauseFor.HOUR: translate("Pause", "For 1 hour"),
        PauseFor.TOMORROW: translate("Pause", "Until tomorrow 08:00"),
        PauseFor.RESUMED: translate("Pause", "Until I resume"),
    }


def pause_end(kind: PauseFor, now: datetime, zone: tzinfo) -> datetime | None:
    """Return when a pause that begins now ends, None for one that a person ends."""
    match kind:
        case PauseFor.HALF_HOUR:
            return now + timedelta(minutes=30)
        case PauseFor.HOUR:
            return now + timedelta(hours=1)
        case PauseFor.TOMORROW:
            tomorrow = now.astimezone(zone).date() + timedelta(days=1)
            return datetime.combine(tomorrow, MORNING, zone)
        case PauseFor.RESUMED:
            return None


class Condition(enum.Enum):
    """What matters most about the scheduler now."""

    TROUBLE = "trouble"
    """Nothing can be stored."""
    PAUSED = "paused"
    """Everything is paused, or the workspace that is shown."""
    OFFLINE = "offline"
    """Runs wait for the network."""
    FINE = "fine"
    """Tasks run when their time comes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusWords:
    """The state in two lines."""

    condition: Condition
    head: str
    sub: str


def status_words(status: SchedulerStatus, now: datetime, zone: tzinfo, workspace_id: str = "") -> StatusWords:
    """Say how the scheduler is, in two short lines."""
    paused = paused_until(status, workspace_id)
    if status.trouble:
        head, sub = translate("Status", "Cannot save"), translate("Status", "Nothing runs until it can")
        return StatusWords(condition=Condition.TROUBLE, head=head, sub=sub)
    if paused is not None:
        until = paused[0]
        head = translate("Status", "Paused")
        if until is not None:
            head = translate("Status", "Paused until {time}").format(time=when_text(until, zone, now))
        return StatusWords(condition=Condition.PAUSED, head=head, sub=translate("Status", "Nothing starts by itself"))
    if status.held:
        head = translate("Status", "Waiting for mains power")
        return StatusWords(condition=Condition.PAUSED, head=head, sub=translate("Status", "Nothing starts by itself"))
    if status.offline:
        head, sub = translate("Status", "Offline"), translate("Status", "Runs wait for the network")
        return StatusWords(condition=Condition.OFFLINE, head=head, sub=sub)
    return StatusWords(
        condition=Condition.FINE, head=translate("Status", "Scheduler running"), sub=_next(status, now, zone)
    )


def paused_until(status: SchedulerStatus, workspace_id: str = "") -> tuple[datetime | None] | None:
    """Return the end of the pause in a tuple, None when nothing is paused."""
    if status.paused_all:
        return (status.paused_until,)
    for ident, until in status.paused_workspaces:
        if ident == workspace_id:
            return (until,)
    return None


def _next(status: SchedulerStatus, now: datetime, zone: tzinfo) -> str:
    if status.next_at is None:
        return translate("Status", "Nothing scheduled")
    if timedelta(0) < status.next_at - now < timedelta(minutes=1):
        return translate("Status", "Next run within 1 min")  # the card has room for no more
    return translate("Status", "Next run {when}").format(when=until_text(status.next_at, now, zone))
