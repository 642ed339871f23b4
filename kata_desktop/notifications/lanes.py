"""Lanes of the outbox that wait for their connection."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from kata_desktop.notifications.sender import Sender
from kata_desktop.store import outbox_lanes
from kata_desktop.store.database import Database
from kata_desktop.store.outbox_lanes import Lane

_NOT_STARTED = "It waits until Kata's plugins have started."


async def waiting_lanes(
    database: Database, senders: Mapping[str, Sender], *, starting: bool
) -> tuple[list[Lane], bool]:
    """Return the lanes in which nothing can be sent just now, and whether something in them says anew why.

    While the program is `starting`, those of channels that are not there yet wait as well.
    """
    waiting: list[Lane] = []
    noted = False
    for lane in await database.read(outbox_lanes.lanes):
        sender = senders.get(lane.target_kind)
        not_there = _NOT_STARTED if starting else ""
        why = not_there if sender is None else sender.waits(lane.workspace_id)
        if not why:
            continue
        waiting.append(lane)
        if await database.read(partial(outbox_lanes.any_without_note, lane=lane, why=why)):
            await database.write(partial(outbox_lanes.note_wait, lane=lane, why=why))
            noted = True
    return waiting, noted
