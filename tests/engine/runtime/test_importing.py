"""Large libraries are brought in beside the loop, while the garbage collector rests."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kata_desktop.runtime.importing import import_beside

LIBRARY = """
import gc, threading
thread, collecting = threading.current_thread().name, gc.isenabled()
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = f"library_of_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(LIBRARY, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)


async def test_in_a_thread_and_without_collecting(library: str) -> None:
    module = await import_beside(library)
    assert module.thread != threading.main_thread().name
    assert module.collecting is False
    assert gc.isenabled()
    assert sys.modules[library] is module


async def test_once_for_all_who_ask(library: str) -> None:
    first, second = await asyncio.gather(import_beside(library), import_beside(library))
    assert first is second


async def test_what_is_not_there_is_told_and_collecting_goes_on() -> None:
    with pytest.raises(ModuleNotFoundError):
        await import_beside("no_such_library_anywhere")
    assert gc.isenabled()
