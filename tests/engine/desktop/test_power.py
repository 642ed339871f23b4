"""Running on battery, and keeping the computer awake while something runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kata_desktop.desktop.power import KeepAwake, on_battery
from kata_desktop.domain.events import RunChanged
from kata_desktop.domain.run import RunState
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.spawn import Spawner
from tests.support.eventually import eventually


def supply(folder: Path, name: str, **words: str) -> None:
    """A power supply as the kernel shows it."""
    entry = folder / name
    entry.mkdir()
    for word, value in words.items():
        (entry / word).write_text(f"{value}\n", encoding="ascii")


@pytest.mark.parametrize(
    "supplies,expected",
    [
        ((), False),
        (({"type": "Battery", "status": "Discharging"},), True),
        (({"type": "Battery", "status": "Full"}, {"type": "Mains", "online": "1"}), False),
        (({"type": "Battery", "status": "Discharging"}, {"type": "Mains", "online": "0"}), True),
        (({"type": "Battery", "status": "Discharging"}, {"type": "USB", "online": "1"}), False),
        (({"type": "Battery", "status": "Discharging", "scope": "Device"},), False),
        (({"type": "Battery", "status": "Charging"},), False),
    ],
    ids=["desktop", "on battery", "plugged in", "unplugged", "charging by USB", "a mouse's battery", "charging"],
)
def test_on_battery(tmp_path: Path, supplies: tuple[dict[str, str], ...], expected: bool) -> None:
    for number, words in enumerate(supplies):
        supply(tmp_path, f"supply{number}", **words)
    assert on_battery(tmp_path) is expected


def test_a_folder_that_is_not_there_is_no_battery(tmp_path: Path) -> None:
    assert on_battery(tmp_path / "nowhere") is False


class Desk:
    """A system that can be asked not to sleep."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.locks = 0
        self.asked = 0
        self._refuses = refuses

    def inhibit(self) -> object:
        """Take a lock."""
        self.asked += 1
        if self._refuses:
            raise OSError("nobody answers")
        self.locks += 1
        return self._release

    def _release(self) -> None:
        self.locks -= 1


def changed(state: RunState) -> RunChanged:
    """News of a run."""
    return RunChanged(run_id="r", task_id="t", workspace_id="w", state=state)


async def follow(desk: Desk, *, wanted: bool = True) -> tuple[EventBus, list[str], KeepAwake, Spawner]:
    """Something that follows runs on a desk."""
    bus, spawner, going = EventBus(), Spawner(), list[str]()
    awake = KeepAwake(
        bus=bus,
        spawner=spawner,
        wanted=lambda: wanted,
        running=lambda: bool(going),
        inhibit=desk.inhibit,  # type: ignore[arg-type]
    )
    awake.start()
    return bus, going, awake, spawner


async def test_awake_while_something_runs() -> None:
    desk = Desk()
    bus, going, awake, spawner = await follow(desk)
    going.append("r")
    bus.publish(changed(RunState.RUNNING))
    await eventually("held", lambda: awake.held)
    assert desk.locks == 1
    bus.publish(changed(RunState.DONE))  # told before the engine lets go
    going.clear()
    await eventually("let go", lambda: not awake.held)
    assert desk.locks == 0
    awake.stop()
    await spawner.close()


async def test_not_unless_wanted() -> None:
    desk = Desk()
    bus, going, awake, spawner = await follow(desk, wanted=False)
    going.append("r")
    bus.publish(changed(RunState.RUNNING))
    assert spawner.names == []
    assert desk.asked == 0
    awake.stop()


async def test_a_system_that_refuses_is_asked_once() -> None:
    desk = Desk(refuses=True)
    bus, going, awake, spawner = await follow(desk)
    going.append("r")
    for _ in range(2):
        bus.publish(changed(RunState.RUNNING))
        await eventually("looked", lambda: not spawner.names)
    assert desk.asked == 1
    assert not awake.held
    awake.stop()


async def test_the_end_lets_the_computer_sleep() -> None:
    desk = Desk()
    bus, going, awake, spawner = await follow(desk)
    going.append("r")
    bus.publish(changed(RunState.RUNNING))
    await eventually("held", lambda: awake.held)
    awake.stop()
    assert desk.locks == 0
    await spawner.close()
