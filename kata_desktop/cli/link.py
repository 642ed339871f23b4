"""How a command reaches the engine's methods: through the running app, or directly when there is none."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Protocol

from kata_desktop.control.client import Client, Gone, NobodyThere, Told
from kata_desktop.desktop.instance import AlreadyRunning, Holder, holder
from kata_desktop.desktop.paths import Paths

START_PATIENCE = 10.0
"""Seconds to wait for an app that is starting or ending."""
ANSWER_LIMIT = 120.0
"""Seconds of silence after which an app counts as frozen; a keyring or a model's test may take thirty."""
_PAUSE = 0.05
_WAITING = frozenset({"runs.wait", "runs.follow", "plugins.run", "plugins.pair"})
"""Methods that take as long as a run, a command or a person does."""


class Link(Protocol):
    """Calls methods; results are JSON values."""

    running: bool
    """Whether an app is behind it."""

    def call(self, method: str, params: Mapping[str, object], told: Told | None = None) -> object:
        """Call a method; `told` hears what comes before the answer. Raises domain errors and `RemoteError`."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


class RemoteLink:
    """A link to the running app."""

    running = True

    def __init__(self, client: Client) -> None:
        self._client = client

    def call(self, method: str, params: Mapping[str, object], told: Told | None = None) -> object:
        """See `Link`."""
        limit = None if method in _WAITING else ANSWER_LIMIT
        return self._client.call(method, params, told=told, limit=limit)

    def close(self) -> None:
        """See `Link`."""
        self._client.close()


def open_link(paths: Paths, *, engine: bool = False, verbose: bool = False) -> Link:
    """Reach the running app, or the store where none runs; with `engine`, one works in this process then."""
    end = time.monotonic() + START_PATIENCE
    while True:
        client = reach_app(paths)
        if client is not None:
            return RemoteLink(client)
        from kata_desktop.cli.direct import DirectLink  # the whole engine: only for those who need it

        try:
            return DirectLink(paths, engine=engine, verbose=verbose)
        except AlreadyRunning:  # an app has started in between
            if time.monotonic() >= end:
                raise


def reach_app(paths: Paths) -> Client | None:
    """A connection to the running app; None when none runs. Waits for one that is starting or ending.

    Raises:
        Gone: an app holds the data folder and does not answer.
    """
    end = time.monotonic() + START_PATIENCE
    while True:
        try:
            return Client.connect(paths.socket)
        except NobodyThere:
            who = _holder(paths)
            if who is None or who.role == "command":
                return None
            if time.monotonic() >= end:
                raise Gone from None
        time.sleep(_PAUSE)


def _holder(paths: Paths) -> Holder | None:
    try:
        return holder(paths.lock)
    except OSError:  # a folder that cannot be used: whoever opens it says so in words
        return None
