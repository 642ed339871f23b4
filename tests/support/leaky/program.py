"""The real program without a window, with this plugin beside the bundled ones: ``… -m tests.support.leaky.program``."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from kata_desktop import builtin
from kata_desktop.bootstrap.bundled import BUNDLED
from kata_desktop.bootstrap.headless import run_headless
from kata_desktop.bootstrap.plugin_source import PluginSource
from kata_desktop.desktop.paths import Paths
from kata_desktop.plugins.catalogue import Bundled
from kata_desktop.plugins.contract import Plugin


def load() -> type[Plugin]:
    """Its class."""
    from tests.support.leaky.plugin import LeakyPlugin

    return LeakyPlugin


def main() -> int:
    """Work until asked to end."""
    data = Path(os.environ["KATA_DATA_DIR"])
    with TemporaryDirectory(prefix="leaky-") as name:
        shelf = Path(name)
        for each in BUNDLED:
            (shelf / each.id).symlink_to(Path(builtin.__path__[0]) / each.id)
        (shelf / "leaky").symlink_to(Path(__file__).parent)
        source = PluginSource(bundled=(*BUNDLED, Bundled(id="leaky", load=load)), folder=shelf)
        paths = Paths(data_dir=data, run_dir=data / "run")
        return asyncio.run(run_headless(paths, verbose=True, plugins=source))


if __name__ == "__main__":
    raise SystemExit(main())
