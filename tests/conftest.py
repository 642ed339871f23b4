"""What holds for every test: the everyday umask, nothing left running or silenced, and the profiles of Hypothesis."""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, settings

from tests.support.waiting import wait_for

if TYPE_CHECKING:
    from tests.support.model_server.model_server import Fixture, ModelServer

# A busy computer is no fault of the test, and the same commit is judged the same every time: `thorough` explores.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("everyday", settings.get_profile("steady"), max_examples=50, derandomize=True)
settings.register_profile("thorough", settings.get_profile("steady"), max_examples=1000)
settings.register_profile("first failure", settings.get_profile("everyday"), phases=[Phase.explicit, Phase.generate])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))

# A shell ignores Ctrl-C for what it starts in the background, and every program of a test would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Kept alive by the interpreter or a library for as long as the process lives, or by gear that a whole file shares.
LASTING_THREADS = ("test gear", "asyncio_", "ThreadPoolExecutor", "pytest_timeout", "Dummy-", "AnyIO worker")


def pytest_collection_finish() -> None:
    """What was imported stays until the end: who collects garbage in a test need not look at all of it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _everyday_umask() -> Iterator[None]:
    """Files that must be private are private by the program's doing, not by the umask of the developer."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def _logging_is_left_as_it_was() -> Iterator[None]:
    """A test that silences the log gives it its voice back; others look at what is logged."""
    before = _voice()
    yield
    assert _voice() == before, "the log was left silenced, or louder than it was found"


def _voice() -> tuple[int, int, int, bool, bool]:
    root, ours = logging.getLogger(), logging.getLogger("kata_desktop")
    return root.manager.disable, root.level, ours.level, ours.propagate, ours.disabled


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """A thread that a test started has ended with it."""
    before = set(threading.enumerate())
    yield
    wait_for(lambda: f"the end of threads {_new_threads(before)}", lambda: not _new_threads(before))


def _new_threads(before: set[threading.Thread]) -> list[str]:
    fresh = [thread.name for thread in threading.enumerate() if thread not in before]
    return [name for name in fresh if not name.startswith(LASTING_THREADS)]


@pytest.fixture(autouse=True)
def _no_task_is_left(request: pytest.FixtureRequest) -> None:
    """A task that an asynchronous test started has ended with it."""
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        request.getfixturevalue("_watched_loop")


@pytest_asyncio.fixture
async def _watched_loop() -> AsyncIterator[None]:
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        _done, left = await asyncio.wait(left, timeout=10.0)
    assert not left, f"tasks were left running: {sorted(str(task) for task in left)}"


@pytest.fixture
def start_model_server() -> Iterator[Callable[..., ModelServer]]:
    """Starts a model server with fixtures of the test's own; it ends with the test."""
    from tests.support.model_server.model_server import ModelServer

    servers: list[ModelServer] = []

    def start(*fixtures: Fixture) -> ModelServer:
        servers.append(ModelServer(fixtures))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """A model server with the everyday fixtures: `hello`, `slow essay`, `rate limit`."""
    from tests.support.model_server.model_server import ModelServer

    server = ModelServer()
    yield server
    server.stop()
