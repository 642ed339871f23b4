"""What tests of several plugins begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kata_desktop.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "data" / "kata.db")
    yield database
    database.close()
