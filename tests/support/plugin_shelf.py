"""Plugins of a test's own: a folder with manifests and code, loaded from there as bundled ones are."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

from kata_desktop.bootstrap.plugin_source import PluginSource
from kata_desktop.plugins.catalogue import Bundled
from kata_desktop.plugins.contract import Plugin
from kata_desktop.plugins.equipment import Limits

FAULTY = Path(__file__).parent / "faulty"
PATIENT = Limits(
    load=60.0, register=60.0, register_all=60.0, initialize=60.0, shutdown=60.0, hook=60.0, tool=60.0, action=60.0,
    grace=10.0,
)  # fmt: skip
"""Nobody is cut off because the computer of the tests is busy."""
QUICK = Limits(
    load=2.0, register=2.0, register_all=30.0, initialize=2.0, shutdown=2.0, hook=2.0, tool=2.0, action=2.0, grace=1.0
)
"""For tests that wait until a plugin is cut off; the good ones beside it must keep within it."""
PLAIN = """
name = "{name}"
version = "1.0"
description = "For tests."
kind = "tool"
"""


class Shelf:
    """Collects plugins and gives them to the program as its source."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bundled: list[Bundled] = []

    def add(self, plugin_id: str, code: str | Path, manifest: str = "", *, plain: bool = True) -> None:
        """Put a plugin there: its code, or the file to copy it from, and what its manifest says besides."""
        folder = self._folder / plugin_id
        folder.mkdir(parents=True)
        text = code.read_text(encoding="utf-8") if isinstance(code, Path) else code
        (folder / "plugin.py").write_text(text, encoding="utf-8")
        head = PLAIN.format(name=plugin_id.replace("-", " ").capitalize()) if plain else ""
        (folder / "manifest.toml").write_text(head + manifest, encoding="utf-8")
        self._bundled.append(Bundled(id=plugin_id, load=_loader(folder)))

    def add_faulty(self, *names: str, manifest: str = "") -> None:
        """Put faulty plugins there, by the names of their files."""
        for name in names:
            file = FAULTY / f"{name}.py"
            self.add(name.replace("_", "-"), file if file.exists() else FAULTY / f"{name}.txt", manifest)

    def source(self, limits: Limits = PATIENT) -> PluginSource:
        """Everything that is on the shelf."""
        return PluginSource(bundled=tuple(self._bundled), folder=self._folder, limits=limits)


def _loader(folder: Path) -> Callable[[], type[Plugin]]:
    def load() -> type[Plugin]:
        spec = importlib.util.spec_from_file_location(f"shelf_{folder.name.replace('-', '_')}", folder / "plugin.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found: type[Plugin] = module.FaultyPlugin
        return found

    return load
