"""From a click to a coroutine: tasks that are named and kept, and errors that reach the person."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from kata_desktop.domain.errors import KataError

if TYPE_CHECKING:
    from kata_desktop.runtime.spawn import Spawner

P = ParamSpec("P")
_log = logging.getLogger(__name__)


class Slots:
    """Starts the coroutines of one window or page.

    What the world refuses (`KataError`) is told to the person as its sentence; a mistake of ours is logged and told as
    one.
    """

    def __init__(self, spawner: Spawner, tell: Callable[[str], object]) -> None:
        """Start tasks with `spawner`; `tell` shows one sentence to the person."""
        self._spawner, self._tell = spawner, tell

    def start(self, coroutine: Coroutine[Any, Any, object], *, name: str) -> asyncio.Task[None] | None:
        """Run a coroutine as a kept task; it may be cancelled or awaited, and never raises.

        Returns None, and runs nothing, when the loop has ended: Qt may still deliver a signal then.
        """
        guarded = self._guard(coroutine, name)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            guarded.close()
            coroutine.close()
            return None
        task: asyncio.Task[None] = self._spawner.spawn(guarded, name=f"ui: {name}")
        task.add_done_callback(lambda _: coroutine.close())  # cancelled before its first step, it would be missed
        return task

    async def _guard(self, coroutine: Coroutine[Any, Any, object], name: str) -> None:
        try:
            await coroutine
        except KataError as error:
            self._tell(error.sentence)
        except RuntimeError as error:
            # WORKAROUND: shiboken says so when a window is closed while its task waits; there is nobody left to tell.
            if "already deleted" not in str(error):
                self._blame(name)
        except Exception:  # noqa: BLE001 - the top handler for slots
            self._blame(name)

    def _blame(self, name: str) -> None:
        _log.exception("The slot %s failed", name)
        self._tell("Something went wrong inside Kata, so this was not done; the log has the details.")


class Rereading:
    """Reads again when it is asked to; what is asked for while it reads is read afterwards, once.

    Attributes:
        busy: It reads now.
    """

    def __init__(self, slots: Slots, read: Callable[[], Coroutine[Any, Any, object]], *, name: str) -> None:
        self.busy = self._stale = False
        self._slots, self._read, self._name = slots, read, name

    def ask(self) -> None:
        """What was read is old now."""
        self._stale = True
        if not self.busy:
            self.busy = self._slots.start(self._all(), name=self._name) is not None

    async def _all(self) -> None:
        try:
            while self._stale:
                self._stale = False
                await self._read()
        finally:
            self.busy = False


class HasSlots(Protocol):
    """An object whose asynchronous slots can be started."""

    slots: Slots


S = TypeVar("S", bound=HasSlots)


def async_slot(method: Callable[Concatenate[S, P], Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Make a coroutine method connectable to signals; its object has the attribute `slots`.

    A signal with more arguments than the method takes is welcome, such as `clicked(bool)`.
    """
    taken = len(inspect.signature(method).parameters) - 1

    @functools.wraps(method)
    def started(self: S, *arguments: Any) -> None:
        self.slots.start(method(self, *arguments[:taken]), name=method.__name__)  # type: ignore[call-arg]

    return started
