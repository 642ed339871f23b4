"""What a plugin still needs before it can work: none of its code is asked."""

from __future__ import annotations

import asyncio
from functools import partial

from kata_desktop.domain.plugin import PluginState
from kata_desktop.plugins.bindings import Bindings
from kata_desktop.plugins.catalogue import missing_library
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.errors import SetupMissing
from kata_desktop.plugins.health import Health
from kata_desktop.store import plugins
from kata_desktop.store.connection import Connection

KEYRING_MOMENT = 1.0
"""Seconds after which a keyring that has not answered is told of; an open one takes some milliseconds."""


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


async def require(bindings: Bindings, equipment: Equipment, health: Health) -> None:
    """Return when nothing is missing and the keyring answers. Raises `SetupMissing` and `KeyringTrouble`."""
    if lacking := await missing(bindings):
        raise SetupMissing(lacking)
    name = f"plugin {bindings.manifest.id}@{bindings.workspace_id}: keyring"
    waiting = equipment.spawner.spawn(_tell_of_keyring(equipment, health), name=name)
    try:
        await bindings.credentials.probe()
    finally:
        waiting.cancel()
    if health.own.state is not PluginState.STARTING:
        health.stand(PluginState.STARTING, "Starting …")


async def _tell_of_keyring(equipment: Equipment, health: Health) -> None:
    """A keyring that asks a person takes as long as they do: its window may be behind others."""
    await equipment.clock.sleep(KEYRING_MOMENT)
    sentence = "The keyring has not answered yet; look for a window that asks for its password."
    health.stand(PluginState.WAITING_KEYRING, sentence)


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
