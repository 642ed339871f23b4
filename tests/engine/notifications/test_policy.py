from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.domain.settings import Settings
from kata_desktop.notifications.policy import Drop, Show, Wait, decide

NIGHT = Settings(quiet_hours=True, quiet_from=time(22), quiet_to=time(7))

OFF = {
    NotificationKind.RESULT: Settings(notify_result=False),
    NotificationKind.FAILURE: Settings(notify_failure=False),
    NotificationKind.RECOVERY: Settings(notify_recovery=False),
    NotificationKind.MISSED: Settings(notify_missed=False),
    NotificationKind.ATTENTION: Settings(notify_attention=False),
    NotificationKind.TROUBLE: Settings(notify_trouble=False),
}


def item(kind: NotificationKind = NotificationKind.RESULT, target: str = "desktop") -> OutboxItem:
    return OutboxItem(id="out_1", key="k", kind=kind, target_kind=target, title="Brief", body="Secret plans")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def quiet_at(text: str, settings: Settings = NIGHT) -> datetime | None:
    match decide(item(), settings, now=at(text), zone="Europe/Berlin"):
        case Wait(until=until):
            return until
        case Show():
            return None
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize("kind", sorted(set(NotificationKind) - {NotificationKind.ANSWER}))
def test_each_kind_has_its_switch(kind: NotificationKind) -> None:
    off = OFF[kind]
    others = [other for other in NotificationKind if other is not kind]
    now = at("2026-03-02T12:00+01:00")
    assert isinstance(decide(item(kind), off, now=now, zone="Europe/Berlin"), Drop)
    assert all(isinstance(decide(item(other), off, now=now, zone="Europe/Berlin"), Show) for other in others)


def test_hidden_previews_leave_only_the_title() -> None:
    shown = decide(item(), Settings(notify_previews=False), now=at("2026-03-02T12:00+01:00"), zone="UTC")
    assert isinstance(shown, Show)
    assert (shown.item.title, shown.item.body) == ("Brief", "")


def test_channels_are_not_held_back() -> None:
    loud = Settings(notify_result=False, notify_previews=False, quiet_hours=True, quiet_from=time(0), quiet_to=time(23))
    assert decide(item(target="slack"), loud, now=at("2026-03-02T12:00+01:00"), zone="UTC") == Show(
        item=item(target="slack")
    )


@pytest.mark.parametrize(
    "now,until",
    [
        ("2026-03-02T21:59:59+01:00", None),
        ("2026-03-02T22:00+01:00", "2026-03-03T07:00+01:00"),
        ("2026-03-03T06:59:59+01:00", "2026-03-03T07:00+01:00"),
        ("2026-03-03T07:00+01:00", None),
        ("2026-03-28T23:00+01:00", "2026-03-29T07:00+02:00"),  # the night in which the clock goes forward
    ],
)
def test_quiet_hours_wrap_midnight_and_end_on_the_wall_clock(now: str, until: str | None) -> None:
    assert quiet_at(now) == (at(until) if until else None)


def test_quiet_hours_within_a_day() -> None:
    noon = Settings(quiet_hours=True, quiet_from=time(12), quiet_to=time(14))
    assert quiet_at("2026-03-02T13:00+01:00", noon) == at("2026-03-02T14:00+01:00")
    assert quiet_at("2026-03-02T14:00+01:00", noon) is None
    assert quiet_at("2026-03-02T23:00+01:00", noon) is None


def test_equal_times_or_a_switch_that_is_off_mean_no_quiet_hours() -> None:
    assert quiet_at("2026-03-02T07:00+01:00", Settings(quiet_hours=True, quiet_from=time(7), quiet_to=time(7))) is None
    assert quiet_at("2026-03-02T23:00+01:00", Settings()) is None


def test_the_end_is_never_in_the_past_when_an_hour_comes_twice() -> None:
    early = Settings(quiet_hours=True, quiet_from=time(1), quiet_to=time(2, 30))
    second_copy = "2026-10-25T02:15+01:00"
    assert quiet_at(second_copy, early) == at("2026-10-25T02:30+01:00")
