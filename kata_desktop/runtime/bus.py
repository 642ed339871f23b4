"""A typed event bus: publishers say what happened, subscribers of that type (or a base of it) hear it in order."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
_log = logging.getLogger(__name__)


class EventBus:
    """Delivers events synchronously on the publisher's thread (the loop's), in the order of subscription.

    A subscriber that raises is logged and harms nobody else. Subscribers must be short: they run on the loop.
    """

    def __init__(self) -> None:
        self._subscribers: list[tuple[type[Any], Callable[[Any], None]]] = []

    def subscribe(self, kind: type[T], call: Callable[[T], None]) -> Callable[[], None]:
        """Call `call` for every event that is an instance of `kind`; returns the way to stop that (harmless when
        repeated).
        """
        entry = (kind, call)
        self._subscribers.append(entry)

        def unsubscribe() -> None:
            if entry in self._subscribers:
                self._subscribers.remove(entry)

        return unsubscribe

    def publish(self, event: object) -> None:
        """Tell every subscriber of the event's type."""
        for kind, call in tuple(self._subscribers):
            if isinstance(event, kind):
                try:
                    call(event)
                except Exception:  # noqa: BLE001 - the top handler for subscribers
                    _log.exception("A listener failed on %s", type(event).__name__)
