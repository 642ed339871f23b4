"""What the person's settings say about a notification: now, later, or not at all. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.domain.settings import Settings

DESKTOP_KIND = "desktop"
"""The target kind these settings are about; what a task sends to a channel was asked for there by name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Show:
    """Send it, as the item says now."""

    item: OutboxItem


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """Send it at this instant (UTC), when quiet hours end."""

    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """Do not send it, for this reason."""

    reason: str


Decision = Show | Wait | Drop


def decide(item: OutboxItem, settings: Settings, *, now: datetime, zone: str) -> Decision:
    """Decide about one item at `now` (UTC); `zone` is the computer's, in which quiet hours are meant."""
    if item.target_kind != DESKTOP_KIND:
        return Show(item=item)
    if not is_on(item.kind, settings):
        return Drop(reason="Notifications of this kind are switched off in the settings.")
    if (until := quiet_until(settings, now=now, zone=zone)) is not None:
        return Wait(until=until)
    return Show(item=item if settings.notify_previews else replace(item, body=""))


def is_on(kind: NotificationKind, settings: Settings) -> bool:
    """Tell whether the person wants notifications of this kind."""
    return {
        NotificationKind.RESULT: settings.notify_result,
        NotificationKind.FAILURE: settings.notify_failure,
        NotificationKind.RECOVERY: settings.notify_recovery,
        NotificationKind.MISSED: settings.notify_missed,
        NotificationKind.ATTENTION: settings.notify_attention,
        NotificationKind.TROUBLE: settings.notify_trouble,
        NotificationKind.ANSWER: True,  # goes to whoever wrote, never to the desktop
    }[kind]


def quiet_until(settings: Settings, *, now: datetime, zone: str) -> datetime | None:
    """Return the end of the quiet hours that `now` lies in (UTC), None outside of them.

    The end is exclusive; an end before the start wraps midnight; equal times mean no quiet hours.
    """
    start, end = settings.quiet_from, settings.quiet_to
    if not settings.quiet_hours or start == end:
        return None
    local = now.astimezone(ZoneInfo(zone))
    moment = local.time().replace(fold=0)
    inside = start <= moment < end if start < end else moment >= start or moment < end
    if not inside:
        return None
    day = local.date() if moment < end else local.date() + timedelta(days=1)
    until = datetime.combine(day, end, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    # in the second copy of a repeated hour the first copy's end is over: one hour more
    return until if until > now else until + timedelta(hours=1)
