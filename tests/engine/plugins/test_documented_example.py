"""The example in docs/plugins.md: its files are written, its manifest read, its tests run."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kata_desktop.plugins.contract import PluginContext
from kata_desktop.plugins.handler_context import HandlerContext
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.manifest_reader import read_manifest
from kata_desktop.plugins.scheduled import marked_methods

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "plugins.md"
_BLOCK = re.compile(r"^```(?:toml|python)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MANIFEST, PLUGIN = (f"kata_desktop/builtin/freespace/{name}" for name in ("manifest.toml", "plugin.py"))
TEST = "tests/engine/builtin/test_freespace.py"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The documented files, below a folder of their own."""
    blocks = dict(_BLOCK.findall(DOCUMENT.read_text(encoding="utf-8")))
    assert set(blocks) == {MANIFEST, PLUGIN, TEST}
    for name, text in blocks.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def load(file: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


def manifest(example: Path) -> Manifest:
    return read_manifest((example / MANIFEST).parent)


def test_its_manifest_can_be_read(example: Path) -> None:
    told = manifest(example)
    assert (told.id, told.name, told.event_types) == ("freespace", "Free space", ("running-low",))
    assert [spec.key for spec in told.settings] == ["least"]
    assert (ROOT / "resources" / "icons" / f"{told.icon}.svg").is_file()


def test_its_tests_pass(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kata_desktop.builtin.freespace", ModuleType("freespace"))
    plugin = load(example / PLUGIN, "kata_desktop.builtin.freespace.plugin", monkeypatch)
    assert list(marked_methods(plugin.FreeSpacePlugin)) == ["check"]
    tests = load(example / TEST, "documented_tests", monkeypatch)
    found = [value for name, value in vars(tests).items() if name.startswith("test_")]
    assert len(found) == 2
    for test in found:
        asyncio.run(test())


def test_it_imports_what_plugins_may_import(example: Path) -> None:
    text = (example / PLUGIN).read_text(encoding="utf-8")
    assert re.findall(r"^from (kata_desktop\.\S+) import", text, re.MULTILINE) == ["kata_desktop.plugins.sdk"]


def test_the_tables_name_what_there_is() -> None:
    """Every name in code type in the tables of the context is one of the contract's."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for section, kind, also in (
        ("A handler is given", HandlerContext, {"args", "event", "plugin_id", "done"}),
        (
            "## 4.",
            PluginContext,
            {"get", "text", "number", "switch", "texts", "seconds", "emit", "now", "monotonic", "sleep", "start"},
        ),
    ):
        table = text[text.index(section) :].split("\n\n")[1]
        names = set(re.findall(r"`(?:await )?(\w+)", table))
        assert names, section
        assert {name for name in names if not hasattr(kind, name)} <= also, section
