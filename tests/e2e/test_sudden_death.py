"""The app is killed in the middle of its work, ten times; `make torture` does it three hundred times."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.model_server.model_server import ModelServer
from tests.torture.kill9 import torture


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_nothing_is_lost_and_nothing_is_done_twice(model_server: ModelServer) -> None:
    with TemporaryDirectory(prefix="kata-") as folder:
        report = torture(Path(folder), model_server, kills=10, seed=1)
    assert not report.problems, str(report)
    assert max(report.restarts) < 10.0, str(report)
