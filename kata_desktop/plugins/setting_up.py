"""What a plugin still needs before it can work, told from its manifest alone: none of its code is asked."""

from __future__ import annotations

import asyncio
from functools import partial

from kata_desktop.plugins.bindings import Bindings
from kata_desktop.plugins.catalogue import missing_library
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.store import plugins
from kata_desktop.store.connection import Connection


async def missing(bindings: Bindings) -> str:
    """A sentence that names the first thing that is missing; empty when everything is there. Asks no keyring."""
    library = await asyncio.to_thread(missing_library, bindings.manifest)
    if library is not None:
        return library.reason or f"It needs the library {library.package}; install it and press Restart."
    if settings := bindings.settings().missing():
        return f"Fill in “{settings[0].label}” in its settings."
    if credentials := await bindings.credentials.missing():
        return f"Enter its “{credentials[0].label}”."
    return ""


async def nobody_wants(bindings: Bindings, equipment: Equipment) -> str:
    """What is missing of a plugin that no person has touched here and no task belongs to; else empty.

    Its code need not be loaded: it is on only because that is how it comes.
    """
    if any(each.present for each in await bindings.credentials.status()):
        return ""
    if await equipment.database.read(partial(_is_of_use, bindings.workspace_id, bindings.manifest.id)):
        return ""
    return await missing(bindings)


def _is_of_use(workspace_id: str, plugin_id: str, db: Connection) -> bool:
    return plugin_id in plugins.touched(db, workspace_id) or plugins.has_tasks(db, workspace_id, plugin_id)
