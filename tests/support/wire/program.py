"""The real program without a window, with one plugin more: ``python -m tests.support.wire.program [--deaf]``."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from kata_desktop.bootstrap.headless import run_headless
from kata_desktop.bootstrap.plugin_source import PluginSource
from kata_desktop.desktop.paths import Paths
from kata_desktop.plugins.catalogue import Bundled
from kata_desktop.plugins.contract import Plugin


def source(*, deaf: bool) -> PluginSource:
    """The one plugin, as bundled ones are given."""

    def load() -> type[Plugin]:
        from tests.support.wire.plugin import DeafWirePlugin, WirePlugin

        return DeafWirePlugin if deaf else WirePlugin

    return PluginSource(bundled=(Bundled(id="wire", load=load),), folder=Path(__file__).parent.parent)


def main() -> int:
    """Work until asked to end."""
    folder = Path(os.environ["KATA_DATA_DIR"])
    paths = Paths(data_dir=folder, run_dir=folder / "run")
    return asyncio.run(run_headless(paths, plugins=source(deaf="--deaf" in sys.argv)))


if __name__ == "__main__":
    raise SystemExit(main())
