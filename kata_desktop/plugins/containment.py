"""Runs a plugin's coroutine so that nothing it raises or ignores gets past its own piece of work."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kata_desktop.domain.errors import KataError
from kata_desktop.plugins.errors import PluginFault

T = TypeVar("T")
K = TypeVar("K", bound=KataError)
Measured = Callable[[], AbstractContextManager[None]]
"""What surrounds each step."""
_LONGEST = 300
_ADVICE = "; the log has the details."
"""What `PluginFault` says at its end."""


class Driven(Coroutine[Any, Any, T]):
    """A coroutine around a plugin's. What would end the whole program (SystemExit and its like) becomes a
    `PluginFault`; once it is condemned, the next cancellation ends it whatever it does about that.

    Attributes:
        condemned: Whether it is out of patience.
        on_cancelled: Called with the first cancellation that reaches it.
    """

    def __init__(self, work: Awaitable[T], measured: Measured) -> None:
        self._measured = measured
        self._coroutine: Coroutine[Any, Any, T] = work if asyncio.iscoroutine(work) else _awaited(work)
        self.condemned = False
        self.on_cancelled: Callable[[], None] | None = None

    def send(self, value: Any) -> Any:
        """Go on to the next thing that it waits for."""
        try:
            with self._measured():
                return self._coroutine.send(value)
        except (Exception, asyncio.CancelledError):
            raise
        except BaseException as error:
            raise _raised_exit(error) from error

    def throw(self, kind: Any, value: Any = None, trace: Any = None) -> Any:  # noqa: ARG002 - Python's own signature
        """Let it see an error where it waits."""
        error: BaseException = kind if isinstance(kind, BaseException) else value if value is not None else kind()
        if isinstance(error, asyncio.CancelledError):
            if self.condemned:
                self.close()
                raise error
            if (told := self.on_cancelled) is not None:
                self.on_cancelled = None
                told()
        try:
            with self._measured():
                return self._coroutine.throw(error)
        except (Exception, asyncio.CancelledError):
            raise
        except BaseException as stopped:
            raise _raised_exit(stopped) from stopped

    def close(self) -> None:
        """Never run it any further."""
        with contextlib.suppress(BaseException):  # it may protest; it is not run again all the same
            self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, T]:
        try:
            awaited = self.send(None)
            while True:
                try:
                    sent = yield awaited
                except GeneratorExit:
                    self.close()
                    raise
                except BaseException as error:  # noqa: BLE001 - the coroutine is to see what comes from the loop
                    awaited = self.throw(error)
                else:
                    awaited = self.send(sent)
        except StopIteration as end:
            result: T = end.value
            return result


async def _awaited(work: Awaitable[T]) -> T:
    return await work


def _raised_exit(error: BaseException) -> PluginFault:
    return PluginFault(f"It tried to end the program ({type(error).__name__})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome(Generic[T]):
    """How a piece of work ended: with a value, or with an error."""

    value: T | None = None
    error: Exception | None = None

    def unpacked(self) -> T:
        """The value; raises the error."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]  # without an error there is a value, which may be None


def called(work: Callable[[], T]) -> Outcome[T]:
    """Call something synchronous of a plugin."""
    try:
        return Outcome(value=work())
    except Exception as error:  # noqa: BLE001 - the top handler for what plugins do synchronously
        return Outcome(error=error)
    except BaseException as error:  # noqa: BLE001
        return Outcome(error=_raised_exit(error))


def driven(work: Callable[[], Awaitable[T]], measured: Measured) -> Driven[T]:
    """Call something asynchronous of a plugin; its first step comes with awaiting the answer. Raises what it raises
    before that, or `PluginFault`.
    """
    with measured():
        got: object = called(work).unpacked()
    if not inspect.isawaitable(got):
        raise PluginFault(f"It returned {type(got).__name__} where something to await was expected")
    return Driven(got, measured)


def explained(error: BaseException, what: str) -> str:
    """One sentence for people: errors of the world say it themselves, those of the plugin's code are named."""
    if isinstance(error, PluginFault):
        return f"{what}: {error.sentence}" if error.sentence.startswith("It ") else error.sentence
    if isinstance(error, KataError):
        return error.sentence
    said = " ".join(str(error).split())
    told = f"{type(error).__name__}: {said}" if said else type(error).__name__
    if len(told) > _LONGEST:
        told = f"{told[:_LONGEST]}…"
    return f"{what} stopped with an error of its own ({told}); the log has the details."


async def told(work: Awaitable[T], name: str, hide: Callable[[str], str]) -> T:
    """The answer of the plugin called `name` to a person who waits for it; what is no error for people becomes one, and
    no error tells a secret.
    """
    try:
        return await work
    except KataError as error:
        if hide(error.sentence) == error.sentence:
            raise
        raise PluginFault(hide(error.sentence).removesuffix(_ADVICE).removesuffix(".")) from error
    except Exception as error:
        raise PluginFault(hide(explained(error, name).removesuffix(_ADVICE))) from error


def discreet(error: K, hide: Callable[[str], str]) -> K:
    """The same error, its sentence without secrets."""
    if (sentence := hide(error.sentence)) != error.sentence:
        error.args = (sentence,)
    return error
