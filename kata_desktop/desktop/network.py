"""Whether there is a network at all, without asking anybody on it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from kata_desktop.domain.events import NetworkChanged

_ROUTE_UP = 0x1
_ROUTE_REJECT = 0x200


def network_present(proc: Path = Path("/proc/net")) -> bool:
    """Tell whether a network interface other than the loopback one is up and has somewhere to send to.

    True proves nothing about the Internet; False means that no address beyond this computer can be reached.
    """
    if sys.platform != "linux":
        import psutil  # not needed where the kernel's tables can be read

        return any(facts.isup for name, facts in psutil.net_if_stats().items() if not name.lower().startswith("lo"))
    return _any_route(proc / "route", flags=3, device=0) or _any_route(proc / "ipv6_route", flags=8, device=9)


def _any_route(table: Path, *, flags: int, device: int) -> bool:
    try:
        rows = [line.split() for line in table.read_text(encoding="ascii").splitlines()]
    except OSError:
        return False
    return any(_leads_out(row[flags], row[device], row[0]) for row in rows if len(row) > max(flags, device))


def _leads_out(flags: str, device: str, destination: str) -> bool:
    try:
        bits = int(flags, 16)
    except ValueError:
        return False  # the table's heading
    local = device == "lo" or destination.startswith(("fe80", "ff0"))  # link-local and multicast are always there
    return not local and bool(bits & _ROUTE_UP) and not bits & _ROUTE_REJECT


class NetworkWatch:
    """Compares the network with how it was at the last look; has no timer of its own."""

    def __init__(self, present: Callable[[], bool] = network_present) -> None:
        self._present = present
        self.online = present()

    def check(self) -> NetworkChanged | None:
        """Tell that the network went or came back since the last call."""
        online = self._present()
        if online == self.online:
            return None
        self.online = online
        return NetworkChanged(online=online)
