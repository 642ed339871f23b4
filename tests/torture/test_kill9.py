"""SIGKILL three hundred times."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.model_server.model_server import ModelServer
from tests.torture.kill9 import torture


@pytest.mark.torture
@pytest.mark.timeout(7200)
def test_nothing_is_lost_and_nothing_is_done_twice(model_server: ModelServer) -> None:
    seed, kills = int(os.environ.get("KATA_SEED", "1")), int(os.environ.get("KATA_KILLS", "300"))
    with TemporaryDirectory(prefix="kata-") as folder:
        report = torture(Path(folder), model_server, kills=kills, seed=seed)
    assert not report.problems, f"seed {seed}: {report}"
    assert max(report.restarts) < 10.0, str(report)
