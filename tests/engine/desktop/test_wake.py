from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kata_desktop.desktop.wake import WakeWatch, awake_seconds, boot_seconds
from kata_desktop.domain.events import ClockMoved, ComputerWoke, ZoneChanged
from kata_desktop.runtime.clock import SystemClock


class Computer:
    """Three clocks that agree until somebody sleeps or turns them."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 3, 1, 9, tzinfo=UTC)
        self.boot = 1000.0
        self.awake = 900.0
        self.zone = "Europe/Berlin"

    def passes(self, seconds: float, *, asleep: bool = False) -> None:
        self.wall += timedelta(seconds=seconds)
        self.boot += seconds
        self.awake += 0 if asleep else seconds

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.awake

    def zone_name(self) -> str:
        return self.zone

    async def sleep(self, seconds: float) -> None:
        self.passes(seconds)


@pytest.fixture
def computer() -> Computer:
    return Computer()


@pytest.fixture
def watch(computer: Computer) -> WakeWatch:
    return WakeWatch(computer, boot=lambda: computer.boot, awake=lambda: computer.awake)


def test_nothing_happens_while_time_just_passes(computer: Computer, watch: WakeWatch) -> None:
    for _ in range(5):
        computer.passes(60)
        assert watch.check() == ()


def test_sleep_is_told_once_with_its_length(computer: Computer, watch: WakeWatch) -> None:
    computer.passes(30)
    computer.passes(3600, asleep=True)
    computer.passes(2)
    (woke,) = watch.check()
    assert isinstance(woke, ComputerWoke)
    assert woke.slept_seconds == pytest.approx(3600)
    assert woke.at == computer.wall
    assert watch.check() == ()


@pytest.mark.parametrize("moved", [-7200.0, 7200.0, 6.0])
def test_a_turned_clock_is_told_with_its_direction(computer: Computer, watch: WakeWatch, moved: float) -> None:
    computer.wall += timedelta(seconds=moved)
    (event,) = watch.check()
    assert isinstance(event, ClockMoved)
    assert event.seconds == pytest.approx(moved)
    assert watch.check() == ()


def test_small_corrections_stay_untold(computer: Computer, watch: WakeWatch) -> None:
    for _ in range(4):
        computer.wall += timedelta(seconds=3)
        computer.passes(60)
        assert watch.check() == ()


def test_sleep_clock_and_zone_come_together_in_this_order(computer: Computer, watch: WakeWatch) -> None:
    computer.passes(100, asleep=True)
    computer.wall -= timedelta(hours=1)
    computer.zone = "Asia/Kathmandu"
    assert [type(event) for event in watch.check()] == [ComputerWoke, ClockMoved, ZoneChanged]


def test_the_real_clocks_run_alike() -> None:
    watch = WakeWatch(SystemClock())
    assert watch.check() == ()
    assert boot_seconds() >= awake_seconds() - 0.1
