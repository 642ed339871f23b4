"""A forgotten ``await``: Python warns of it in passing, while the run says that all went well."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kata_desktop.plugins.scope import Scope
from kata_desktop.runtime.ownership import owner_now

_WARNINGS = "py.warnings"
"""The logger that Python's own warnings go to."""
_SAID = "was never awaited"


class ForgottenAwaits(logging.Handler):
    """Writes the warning into the log of the plugin whose code it is about."""

    def emit(self, record: logging.LogRecord) -> None:
        """Python warns where the coroutine is dropped, which is in the step that made it."""
        place, owner = record.getMessage().split("\n", 1)[0], owner_now()
        if isinstance(owner, Scope) and _SAID in place:
            owner.log.error("It forgot an await, so something that it asked for was not done. %s", place)


def tell_of_forgotten_awaits() -> Callable[[], None]:
    """Tell plugins' logs from now on; returns the way to stop that."""
    handler, logger = ForgottenAwaits(), logging.getLogger(_WARNINGS)
    logger.addHandler(handler)
    return lambda: logger.removeHandler(handler)
