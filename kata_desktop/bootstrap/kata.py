"""The built program."""

from __future__ import annotations

from dataclasses import dataclass

from kata_desktop.control.services import Services
from kata_desktop.notifications.outbox import OutboxWorker
from kata_desktop.scheduler.engine import Engine


@dataclass(frozen=True, kw_only=True)
class Kata(Services):
    """The services, and the parts that work by themselves."""

    engine: Engine
    outbox: OutboxWorker
