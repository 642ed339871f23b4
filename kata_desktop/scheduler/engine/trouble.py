"""While the store does not take what must be stored: the sentence that people read, and how many runs wait for it."""

from __future__ import annotations

import logging

from kata_desktop.domain.events import SchedulerChanged
from kata_desktop.runtime.bus import EventBus
from kata_desktop.store.errors import StoreTrouble

LONGEST_PAUSE = 60.0
"""Seconds between two tries at most, however long it lasts."""

_log = logging.getLogger(__name__)


class Trouble:
    """What is wrong now; tells when that changes.

    Attributes:
        sentence: Empty while all is well.
        waiting: Runs with something to store that was refused. While there are any, nothing else that succeeds ends
            the trouble, and no run may be claimed.
    """

    def __init__(self, bus: EventBus) -> None:
        self.sentence = ""
        self.waiting = 0
        self._bus = bus

    def met(self, error: Exception) -> None:
        """The store refused something, or we failed, which the log has at length."""
        if isinstance(error, StoreTrouble):
            self._say(error.sentence)
            return
        _log.error("A round of the scheduler failed", exc_info=error)
        self._say("The scheduler met an error of its own and tries again; the log has the details.")

    def over(self) -> None:
        """Something was stored."""
        if not self.waiting:
            self._say("")

    def _say(self, sentence: str) -> None:
        if sentence != self.sentence:
            (_log.error if sentence else _log.info)("Store: %s", sentence or "works again")
            self.sentence = sentence
            self._bus.publish(SchedulerChanged())
