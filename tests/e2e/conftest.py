"""Fixtures for tests of the real program: a virtual desktop, a private home, a wall clock of its own.

`desk` is a fresh desktop for one test, `module_desk` one for all tests of a file. What it holds is said by a marker:
`@pytest.mark.desk(keyring="locked", tray="none", notifications="dunst", logind=True)`, for a file as `pytestmark`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.desk.virtual_desktop import DesktopOptions
from tests.support.fake_time import FakeTime
from tests.support.private_home import private_environment
from tests.support.program import Program

SHOTS = Path(__file__).with_name("shots")
StartProgram = Callable[..., Program]


def _options(request: pytest.FixtureRequest) -> DesktopOptions:
    marker = request.node.get_closest_marker("desk")
    return DesktopOptions(**(marker.kwargs if marker else {}))


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A virtual desktop for this test alone; a picture is taken at the end."""
    name = request.node.nodeid.removeprefix("tests/e2e/").replace("::", "-")
    place = SHOTS / "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name)
    desk = Desk(_options(request), shots=place)
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture(scope="module")
def module_desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """One virtual desktop for all tests of a file."""
    desk = Desk(_options(request), shots=SHOTS / Path(str(request.node.path)).stem)
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture
def kata(desk: Desk) -> KataApp:
    """Kata Desktop on the desktop of this test, not started yet."""
    return KataApp(desk)


@pytest.fixture
def command_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """The command line and the headless program, without any desktop."""
    command_line = CommandLine(tmp_path_factory.mktemp("k"))
    yield command_line
    command_line.close()


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Variables for a program without any desktop, with a private home."""
    return private_environment(tmp_path / "home")


@pytest.fixture
def start_program(home: Mapping[str, str]) -> Iterator[StartProgram]:
    """Starts a program without a desktop: `start_program(*arguments, environment=...)`; it is ended with the test."""
    programs: list[Program] = []

    def start(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Program:
        program = Program(arguments, environment={**home, **(environment or {})}, cwd=Path(home["HOME"]))
        programs.append(program)
        return program

    yield start
    for program in reversed(programs):
        program.end()


@pytest.fixture
def fake_time(tmp_path: Path) -> FakeTime:
    """A wall clock for other programs: give `fake_time.environment()` to `desk.app` or `start_program`."""
    return FakeTime(tmp_path / "clock")
