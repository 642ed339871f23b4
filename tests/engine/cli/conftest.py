"""A command line with a home of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.command_line import CommandLine


@pytest.fixture
def kata() -> Iterator[CommandLine]:
    """Runs commands; a socket's path must be short, hence not below pytest's own folder."""
    with TemporaryDirectory(prefix="kata-") as folder:
        command_line = CommandLine(Path(folder))
        yield command_line
        command_line.close()
