"""The end of all plugins: in order, and without one holding up the rest."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from kata_desktop.plugins.activation import Activation
from kata_desktop.plugins.equipment import Equipment

STEP = 0.5
"""Seconds that the next one waits for those before it; who hangs goes on ending beside it."""
_LOOK = 0.01
_log = logging.getLogger(__name__)


async def end_all(activations: Sequence[Activation], equipment: Equipment, limit: float) -> None:
    """End each after those before it, within about `limit` seconds; who is late then is named in the log."""
    for activation in activations:
        activation.withdraw()
    ending = {
        equipment.spawner.spawn(
            _end_after(activations[:number], activation, equipment), name=f"the end of {activation.scope.name}"
        )
        for number, activation in enumerate(activations)
    }
    timer = equipment.spawner.spawn(equipment.clock.sleep(limit), name="time limit of plugins")
    while (going := {task for task in ending if not task.done()}) and not timer.done():
        await asyncio.wait({timer, *going}, return_when=asyncio.FIRST_COMPLETED)
    timer.cancel()
    for task in going:
        _log.warning("Not in time: %s", task.get_name())


async def _end_after(before: Sequence[Activation], activation: Activation, equipment: Equipment) -> None:
    until = equipment.clock.monotonic() + STEP * max(1, len(before))
    while equipment.clock.monotonic() < until and not all(each.has_ended for each in before):
        await equipment.clock.sleep(_LOOK)
    await activation.end()
