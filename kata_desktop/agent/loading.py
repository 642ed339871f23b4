"""Brings in the model libraries when they are first needed, without holding up the loop."""

from __future__ import annotations

from types import ModuleType

from kata_desktop.runtime.importing import import_beside


async def runner() -> ModuleType:
    """Return the module that runs prompts; the first call imports a thousand modules in a thread."""
    return await import_beside("kata_desktop.agent.runner")
