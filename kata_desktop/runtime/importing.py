"""Brings in large libraries when they are first needed, without holding up the loop."""

from __future__ import annotations

import asyncio
import gc
import importlib
import sys
import threading
from types import ModuleType

_lock = threading.Lock()


async def import_beside(name: str) -> ModuleType:
    """Import a module in a thread and return it. A thousand modules that come with it are no trouble."""
    return await asyncio.to_thread(_load, name)


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
