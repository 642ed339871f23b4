"""From the start to the tray icon: time, modules and memory, beside a bare PySide6 tray program and Vorta.

``python -m benchmarks.start_to_tray [--without-vorta]``

All of them are started in turn on one virtual desktop (Xvfb, a session bus, a panel with a tray). Ours counts as
started when the icon is there *and* its engine waits for the next task; the others when the icon is there.
Vorta is installed into ``build/peers`` at the first use.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CalledProcessError

from benchmarks import figures
from benchmarks.peers.environments import scripts_of
from benchmarks.processes import Memory, activity, is_armed, memory
from benchmarks.seeded import far, places, seed
from benchmarks.tray_host import PATIENCE, TrayHost
from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.task import PROMPT_HANDLER

MODULES_MOST = 330
NEVER = ("pydantic", "openai", "anthropic", "mcp", "aiohttp", "slack_bolt", "slack_sdk", "neonize")
SETTLING = 1.5
"""Seconds after the icon before memory is read."""
OURS, BARE, VORTA = "Kata Desktop", "bare PySide6 tray", "Vorta"


@dataclass(kw_only=True)
class Samples:
    """What was measured of one program, round by round."""

    milliseconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)


def armed(pid: int) -> None:
    """Return once the engine has looked at the store and waits for the next task."""
    end = time.monotonic() + PATIENCE
    while not is_armed(pid):
        if time.monotonic() > end:
            raise TimeoutError("the next task is not armed")
        time.sleep(0.001)


def one_start(host: TrayHost, command: Sequence[str | Path], into: Samples, *, ours: bool) -> None:
    """Start a program once and note how it went."""
    with host.started(command) as there:
        seconds = there.seconds
        if ours:
            began = time.perf_counter()
            armed(there.pid)
            seconds += time.perf_counter() - began
        into.milliseconds.append(seconds * 1000)
        into.cpu.append(activity(there.pid).cpu_ms)
        time.sleep(SETTLING)
        into.memory.append(memory(there.pid))


def modules(host: TrayHost, folder: Path, paths: Paths) -> list[str]:
    """Names of what ours has loaded when its icon is there."""
    told = folder / "modules.txt"
    reading, writing = folder / "ask", folder / "module-count.sh"
    script = f'tail -f "{reading}" | exec "{sys.executable}" -m benchmarks.module_count "{told}" "$@"\n'
    writing.write_text(script, encoding="utf-8")
    reading.touch()
    with host.started(["sh", writing, "--data-dir", paths.data_dir, "--hidden"]) as there:
        armed(there.pid)
        reading.write_text("now\n", encoding="utf-8")
        while not told.exists():
            time.sleep(0.01)
    return told.read_text(encoding="utf-8").split()


def programs(folder: Path, *, vorta: bool) -> Mapping[str, Sequence[str | Path]]:
    """What is started, by name."""
    found: dict[str, Sequence[str | Path]] = {
        OURS: (sys.executable, "-m", "kata_desktop", "--data-dir", places(folder).data_dir, "--hidden"),
        BARE: (sys.executable, "-m", "benchmarks.peers.bare_tray"),
    }
    if vorta:
        try:
            found[VORTA] = (scripts_of("vorta", "vorta") / "vorta", "--daemonize")
        except CalledProcessError:
            print("Vorta could not be installed; it was left out", file=sys.stderr)
    return found


def measure(options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Time, memory and modules."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = places(folder)
        seed(paths, far(20), handler=PROMPT_HANDLER)
        host = TrayHost(folder / "shots")
        try:
            yield from compared(host, folder, options)
            loaded = modules(host, folder, paths)
        finally:
            host.close()
    yield figures.absolute(
        "modules loaded at the tray", [len(loaded)], unit="modules", goal=figures.at_most(MODULES_MOST), form=".0f"
    )
    wrong = [name for name in NEVER if any(each == name or each.startswith(f"{name}.") for each in loaded)]
    yield figures.none_of("heavy libraries loaded at the tray", wrong)


def compared(host: TrayHost, folder: Path, options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Start them in turn; the first round only fills the caches."""
    commands = programs(folder, vorta=not options.without_vorta)
    samples = {name: Samples() for name in commands}
    for number in range(options.rounds + 1):
        for name, command in commands.items():
            into = samples[name] if number else Samples()
            one_start(host, command, into, ours=name == OURS)
    for peer, time_goal, memory_goal in ((BARE, 2.0, 1.6), (VORTA, 0.75, 0.70)):
        if peer in samples:
            yield from beside(samples[OURS], samples[peer], peer, figures.at_most(time_goal), memory_goal)


def beside(
    ours: Samples, other: Samples, peer: str, goal: figures.Limit, memory_goal: float
) -> Iterator[figures.Figure]:
    """Two programs next to each other."""
    what = "start → tray icon, store open, next task armed"
    yield figures.ratio(what, ours.milliseconds, other.milliseconds, peer=peer, unit="ms", goal=goal, form=".0f")
    yield figures.ratio("processor time for that", ours.cpu, other.cpu, peer=peer, unit="ms", form=".0f")
    peaks = [[each.peak for each in samples.memory] for samples in (ours, other)]
    yield figures.ratio("peak memory at the tray", *peaks, peer=peer, unit="MiB", goal=figures.at_most(memory_goal))
    shares = [[each.proportional for each in samples.memory] for samples in (ours, other)]
    yield figures.ratio("proportional memory (PSS) at the tray", *shares, peer=peer, unit="MiB")


def main() -> None:
    """Measure and print."""
    parser = figures.options(__doc__, rounds=5)
    parser.add_argument("--without-vorta", action="store_true", help="do not install and start Vorta")
    figures.run(parser, measure)


if __name__ == "__main__":
    main()
