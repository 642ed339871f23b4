"""A working engine in this process, and a command line, each in a home of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import pytest_asyncio

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.running import engine_running
from kata_desktop.desktop.paths import Paths, locate
from tests.support.command_line import CommandLine


@pytest.fixture
def command_line() -> Iterator[CommandLine]:
    """Runs commands; a socket's path must be short, hence not below pytest's own folder."""
    with TemporaryDirectory(prefix="kata-") as folder:
        made = CommandLine(Path(folder))
        yield made
        made.close()


@pytest.fixture
def paths(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paths]:
    """A data folder with a short name in a home of its own."""
    with TemporaryDirectory(prefix="kata-") as folder:
        monkeypatch.setenv("HOME", folder)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
        yield locate(Path(folder, "data"))


@pytest_asyncio.fixture
async def kata(paths: Paths) -> AsyncIterator[Kata]:
    """The engine at work."""
    async with engine_running(paths, role="headless", verbose=True) as running:
        yield running
