"""Power: whether the computer runs on battery, and keeping it from sleeping while something runs."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from kata_desktop.domain.events import RunChanged, SettingsChanged
from kata_desktop.domain.run import RunState
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.spawn import Spawner

_SUPPLIES = Path("/sys/class/power_supply")
_WAIT_SECONDS = 3.0
_SETTLE_SECONDS = 0.5
_log = logging.getLogger(__name__)

Inhibitor = Callable[[], Callable[[], None]]
"""Asks the system not to sleep, blocking; returns the way to take that back. Raises OSError when nobody listens."""


def on_battery(supplies: Path = _SUPPLIES) -> bool:
    """Tell whether the computer runs on its battery; False where that cannot be known.

    A battery that discharges while no mains supply is connected. Batteries of mice and headsets do not count.
    """
    if sys.platform != "linux":
        import psutil  # the kernel's own table needs no library

        battery = psutil.sensors_battery()
        return battery is not None and battery.power_plugged is False
    discharging = False
    try:
        found = [entry for entry in supplies.iterdir() if _word(entry / "scope") != "Device"]
    except OSError:
        return False
    for entry in found:
        kind = _word(entry / "type")
        if kind in {"Mains", "USB"} and _word(entry / "online") == "1":
            return False
        discharging = discharging or (kind == "Battery" and _word(entry / "status") == "Discharging")
    return discharging


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def logind_inhibitor() -> Callable[[], None]:
    """Ask systemd-logind (or elogind) not to put the computer to sleep; lasts until the returned call, or our end."""
    if sys.platform != "linux":
        raise OSError("this system offers no logind")
    from jeepney import DBusAddress, DBusErrorResponse, new_method_call
    from jeepney.io.blocking import open_dbus_connection
    from jeepney.wrappers import unwrap_msg

    manager = DBusAddress("/org/freedesktop/login1", "org.freedesktop.login1", "org.freedesktop.login1.Manager")
    call = new_method_call(manager, "Inhibit", "ssss", ("sleep:idle", "Kata Desktop", "A task is running", "block"))
    try:
        connection = open_dbus_connection("SYSTEM", enable_fds=True)
        try:
            (lock,) = unwrap_msg(connection.send_and_get_reply(call, timeout=_WAIT_SECONDS))
        finally:
            connection.close()
    except (DBusErrorResponse, TimeoutError, KeyError) as error:
        raise OSError(f"logind did not answer: {error}") from error
    descriptor = lock.to_raw_fd()
    return lambda: os.close(descriptor)


class KeepAwake:
    """Holds the computer awake while runs go on, if the person wants that; says once in the log when it cannot."""

    def __init__(
        self,
        *,
        bus: EventBus,
        spawner: Spawner,
        wanted: Callable[[], bool],
        running: Callable[[], bool],
        inhibit: Inhibitor = logind_inhibitor,
    ) -> None:
        self._spawner = spawner
        self._wanted = wanted
        self._running = running
        self._inhibit = inhibit
        self._release: Callable[[], None] | None = None
        self._busy = False
        self._refused = False
        self._bus = bus
        self._unsubscribe: tuple[Callable[[], None], ...] = ()

    def start(self) -> None:
        """Follow what runs from now on."""
        self._unsubscribe = (
            self._bus.subscribe(RunChanged, self._run_changed),
            self._bus.subscribe(SettingsChanged, self._setting_changed),
        )

    @property
    def held(self) -> bool:
        """Whether the computer is being held awake."""
        return self._release is not None

    def stop(self) -> None:
        """Let the computer sleep again and listen no more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._let_go()

    def _run_changed(self, event: RunChanged) -> None:
        if event.state in {RunState.RUNNING, RunState.DONE}:
            self._look()

    def _setting_changed(self, event: SettingsChanged) -> None:
        if event.key == "keep_awake":
            self._look()

    def _look(self) -> None:
        if not self._busy and (self._wanted() or self.held):
            self._busy = True
            self._spawner.spawn(self._follow(), name="keep awake")

    async def _follow(self) -> None:
        # The end of a run is told a moment before the engine lets go of it, and one run often follows another.
        await asyncio.sleep(_SETTLE_SECONDS)
        self._busy = False
        should = self._wanted() and self._running()
        if should and not self.held and not self._refused:
            await self._hold()
        elif not should:
            self._let_go()

    async def _hold(self) -> None:
        try:
            self._release = await asyncio.to_thread(self._inhibit)
        except OSError as error:
            self._refused = True
            _log.warning("The computer cannot be kept awake: %s", error)

    def _let_go(self) -> None:
        if self._release is not None:
            self._release()
            self._release = None
