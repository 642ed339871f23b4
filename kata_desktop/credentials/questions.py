"""Questions to the keyring, and how it stood at the last answer. Never blocks the loop, never asks on a timer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from kata_desktop.credentials.credential import Keyring, VaultState
from kata_desktop.credentials.errors import KeyringLocked, KeyringMissing, KeyringSilent
from kata_desktop.credentials.listening import Ear, Signals
from kata_desktop.credentials.thread import Call, OneThread

T = TypeVar("T")


class Questions:
    """Asks in a thread of its own, one after the other, each within its limit.

    While the keyring cannot be used, `listen` gives the signals (called in that thread) after which it is looked at
    again without asking anybody; `opened` is called when it can be used again.

    Attributes:
        state: How the keyring stood at the last answer.
    """

    def __init__(
        self,
        *,
        find: Callable[[], Keyring],
        limit: float,
        listen: Callable[[], Signals | None],
        opened: Callable[[], None],
    ) -> None:
        self._find = find
        self._limit = limit
        self._opened = opened
        self._thread = OneThread("keyring")
        self._ear = Ear(self._thread, listen, self._look_again)
        self._keyring: Keyring | None = None
        self._was_shut = False
        self._hanging: Call[object] | None = None
        self.state = VaultState.UNTRIED

    async def ask(self, question: Callable[[Keyring], T]) -> T:
        """The answer. Raises `KeyringTrouble`; a keyring that was locked is not made to ask a person again."""
        if self._hanging is not None:
            raise KeyringSilent(self._limit)
        was_locked = self.state is VaultState.LOCKED
        call = self._thread.submit(lambda: question(self._open(quiet=was_locked)))
        done, _ = await asyncio.wait({call.future}, timeout=self._limit)
        if not done:
            self._gave_up(call)
            raise KeyringSilent(self._limit)
        self._learn(call.future)
        return call.future.result()

    def may_prompt(self) -> None:
        """A person wants it: the next question may open a password prompt."""
        if self.state is not VaultState.SILENT:
            self.state = VaultState.UNTRIED

    def close(self) -> None:
        """Let the thread go; a hanging question does not hold up the end."""
        self._ear.close()
        self._thread.close()

    def _open(self, *, quiet: bool) -> Keyring:
        """Find the keyring (in its thread); `quiet` means that nobody may be asked for a password."""
        if self._keyring is None:
            self._keyring = self._find()
        if quiet and self._keyring.locked() is not False:
            raise KeyringLocked
        return self._keyring

    def _gave_up(self, call: Call[T]) -> None:
        call.given_up = True
        self.state = VaultState.SILENT
        self._was_shut = True
        if self._hanging is None:  # the first one hangs, those behind it only waited for their turn
            self._hanging = call  # type: ignore[assignment]  # its result is not used
            call.future.add_done_callback(self._came_back)

    def _came_back(self, future: asyncio.Future[T]) -> None:
        self._hanging = None
        if not future.cancelled():
            self._learn(future)

    def _learn(self, future: asyncio.Future[T]) -> None:
        self._look_at(future)
        if self.state is not VaultState.AVAILABLE:
            self._was_shut = True
            self._ear.open()
        elif self._was_shut:
            self._was_shut = False
            self._ear.close()
            self._opened()

    def _look_again(self) -> None:
        if self._hanging is None and self.state is not VaultState.AVAILABLE:
            self._thread.submit(lambda: label_of(self._open(quiet=True))).future.add_done_callback(self._seen)

    def _seen(self, future: asyncio.Future[str]) -> None:
        if not future.cancelled():
            self._learn(future)

    def _look_at(self, future: asyncio.Future[T]) -> None:
        match future.exception():
            case None:
                self.state = VaultState.AVAILABLE
            case KeyringLocked():
                self.state = VaultState.LOCKED
            case KeyringMissing():
                self.state = VaultState.MISSING
                self._keyring = None  # one may appear later
            case _:
                self.state = VaultState.FAILING
                self._keyring = None


def label_of(keyring: Keyring) -> str:
    """What the keyring calls itself; a question that asks nobody for a password. Raises `KeyringLocked`."""
    if keyring.locked():
        raise KeyringLocked
    return keyring.label
