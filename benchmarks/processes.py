"""What the kernel tells about a running process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KIB = 1024
_MONOTONIC = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """Mebibytes."""

    peak: float
    """The most that was resident at once (VmHWM)."""
    proportional: float
    """Resident now, what is shared counted in parts (PSS)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """What all threads of a process did since they began."""

    wake_ups: int
    """How often one of them was woken after waiting (voluntary context switches)."""
    cpu_ms: float


def as_installed(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment, but compiled modules are kept, as installed programs have them."""
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def memory(pid: int) -> Memory:
    """Of a living process."""
    return Memory(
        peak=_field(Path(f"/proc/{pid}/status"), "VmHWM") / KIB,
        proportional=_field(Path(f"/proc/{pid}/smaps_rollup"), "Pss") / KIB,
    )


def resident() -> float:
    """MiB of this process that are in memory now."""
    return _field(Path("/proc/self/status"), "VmRSS") / KIB


def activity(pid: int) -> Activity:
    """Of a living process, all threads together."""
    threads = list(Path(f"/proc/{pid}/task").iterdir())
    return Activity(
        wake_ups=sum(_field(thread / "status", "voluntary_ctxt_switches") for thread in threads),
        cpu_ms=sum(int((thread / "schedstat").read_text(encoding="ascii").split()[0]) for thread in threads) / 1e6,
    )


def is_armed(pid: int) -> bool:
    """Whether a timer of the process waits for an instant: the kernel tells of timerfds without disturbing anybody."""
    for file in Path(f"/proc/{pid}/fdinfo").iterdir():
        try:
            lines = file.read_text(encoding="ascii").splitlines()
        except OSError:  # closed meanwhile
            continue
        left = next((line for line in lines if line.startswith("it_value:")), "")
        clock = next((line for line in lines if line.startswith("clockid:")), "")
        if clock.endswith(f" {_MONOTONIC}") and "(0, 0)" not in left:
            return True
    return False


def _field(file: Path, name: str) -> int:
    for line in file.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0])
    raise LookupError(f"{file} has no {name}")
