"""Brings in the model libraries when they are first needed, without holding up the loop."""

from __future__ import annotations

import asyncio
import gc
import importlib
import sys
import threading
from types import ModuleType

_lock = threading.Lock()


async def runner() -> ModuleType:
    """Return the module that runs prompts; the first call imports a thousand modules in a thread."""
    return await asyncio.to_thread(_load, "kata_desktop.agent.runner")


def _load(name: str) -> ModuleType:
    with _lock:
        if name in sys.modules:
            return sys.modules[name]
        # A collection in the middle of the import walks everything that exists while holding the interpreter's lock,
        # and so does the first one after it, unless what was imported is taken out of its sight for good.
        was_on = gc.isenabled()
        gc.disable()
        try:
            return importlib.import_module(name)
        finally:
            gc.freeze()
            if was_on:
                gc.enable()
