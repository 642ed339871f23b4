from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kata_desktop.agent.metering import Caps
from kata_desktop.agent.models import Models
from kata_desktop.agent.prices import PriceTable
from kata_desktop.agent.prompts import PER_RUN, PromptHandler
from kata_desktop.agent.reach import Lookup, system_lookup
from kata_desktop.agent.request import Patience
from kata_desktop.agent.sessions import Sessions
from kata_desktop.credentials.credential import Names
from kata_desktop.credentials.errors import KeyringLocked
from kata_desktop.credentials.vault import Vault
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.handler import Result
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.domain.run import Run
from kata_desktop.domain.task import TaskSpec
from kata_desktop.domain.trigger import Interval
from kata_desktop.domain.workspace import Workspace
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import sessions, workspaces
from kata_desktop.store.database import Database
from tests.support.model_server.model_server import ModelServer
from tests.support.run_context import KeptContext


def failing(prompt: str, status: int, message: str, code: str, **more: object) -> dict[str, Any]:
    error = {"message": message, "type": code, "code": code}
    return {"match": {"userMessage": prompt}, "response": {"error": error, "status": status, **more}}


FIXTURES: list[Mapping[str, Any]] = [
    failing("rate limit", 429, "Rate limit exceeded", "rate_limit_exceeded", retryAfter=30),
    failing("no quota", 429, "You exceeded your current quota", "insufficient_quota"),
    failing("bad key", 401, "Incorrect API key", "invalid_api_key"),
    failing("unknown model", 404, "no such model", "model_not_found"),
    failing("too long", 400, "This model's maximum context length is 8192 tokens", "context_length_exceeded"),
    failing("refused content", 400, "Rejected by our content_policy", "content_policy_violation"),
    failing("odd request", 400, "temperature is odd", "invalid_request_error"),
    failing("server error", 500, "oops", "server_error"),
    {
        "match": {"userMessage": "slow essay"},
        "response": {"content": "word " * 200},
        "streamingProfile": {"ttft": 20, "tps": 40},
    },
    {
        "match": {"userMessage": "dropped"},
        "response": {"content": "word " * 200},
        "chunkSize": 10,
        "truncateAfterChunks": 3,
    },
    {"match": {"userMessage": "quiet"}, "response": {"content": "`NOTHING_TO_REPORT`\n"}},
    {"match": {"userMessage": "Reply with the single word OK."}, "response": {"content": "OK"}},
    {"match": {"userMessage": "hello"}, "response": {"content": "Hi there from a real HTTP server!"}},
]

MODEL_IDS = {
    Provider.OPENAI: "gpt-4o-mini",
    Provider.ANTHROPIC: "claude-sonnet-5-5",
    Provider.GOOGLE: "gemini-3.5-flash",
    Provider.OPENAI_COMPATIBLE: "qwen3",
}
PROVIDERS = tuple(MODEL_IDS)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """A real model server."""
    server = ModelServer(FIXTURES)
    yield server
    server.stop()


@dataclass
class NameShelf:
    """A place for the names of credentials."""

    names: Names = ()

    async def load(self) -> Names:
        return self.names

    async def save(self, names: Names) -> None:
        self.names = names


class LockedKeyring:
    """A keyring whose question the person dismisses; it remembers what it was asked for."""

    label = "Locked"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, plugin: str, name: str) -> str | None:
        self.asked.append(f"{plugin} {name}")
        raise KeyringLocked

    def set(self, plugin: str, name: str, value: str) -> None:
        self.asked.append(f"{plugin} {name} {len(value)}")
        raise KeyringLocked

    def delete(self, plugin: str, name: str) -> bool:
        self.asked.append(f"{plugin} {name}")
        raise KeyringLocked

    def locked(self) -> bool | None:
        return True


@dataclass
class Desk:
    """The agent with everything it needs; credentials are in memory."""

    database: Database
    folder: Path
    bus: EventBus = field(default_factory=EventBus)
    clock: SystemClock = field(default_factory=SystemClock)
    replies: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = NameShelf()
        self.keyring = LockedKeyring()
        self.vault = Vault(
            load_names=names.load,
            save_names=names.save,
            on_secret=lambda _: None,
            environ={},
            find=lambda: self.keyring,
        )
        self.vault.use_memory_only()
        self.models = Models(database=self.database, bus=self.bus, clock=self.clock, vault=self.vault, local_ports={})
        self.sessions = Sessions(self.database, self._start_reply)
        self.workspace = Workspace(id="ws_1", name="Home", folder=str(self.folder), created_at=self.clock.now())

    async def _start_reply(self, run_id: str, text: str) -> Run:
        self.replies.append((run_id, text))
        raise Refused("This test starts no runs.")

    def handler(
        self, *, per_run: Caps = PER_RUN, patience: Patience | None = None, lookup: Lookup = system_lookup
    ) -> PromptHandler:
        return PromptHandler(
            database=self.database,
            clock=self.clock,
            models=self.models,
            sessions=self.sessions,
            prices=PriceTable.load(),
            per_run=per_run,
            patience=patience,
            lookup=lookup,
        )

    async def add_model(self, server_url: str, provider: Provider = Provider.OPENAI, *, key: str = "k") -> ModelConfig:
        model = ModelConfig(
            name=f"My {provider.value}", provider=provider, model_id=MODEL_IDS[provider], base_url=server_url
        )
        return await self.models.add(replace(model, is_default=True), key=key)

    async def keep_session(self, result: Result) -> None:
        """What the engine does with a result."""
        at = self.clock.now()
        await self.database.write(
            lambda db: sessions.save(
                db, result.session_id, "ws_1", "task_1", result.session_title, result.session_state, at
            )
        )


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    folder = tmp_path / "workspace"
    folder.mkdir()
    desk = Desk(Database.open(tmp_path / "kata.db"), folder)
    await desk.database.write(lambda db: workspaces.insert(db, desk.workspace))
    yield desk
    desk.vault.close()
    await desk.database.aclose()


def context(prompt: str, **more: Any) -> KeptContext:
    """A run of a task with this prompt; fields of the spec and of the run by name."""
    spec = TaskSpec(
        name="Brief",
        prompt=prompt,
        workspace_id="ws_1",
        trigger=Interval(every=timedelta(hours=1), anchor=datetime(2026, 1, 1, tzinfo=UTC)),
    )
    of_the_run = {entry.name for entry in fields(KeptContext)}
    own = {name: more.pop(name) for name in list(more) if name not in of_the_run}
    return KeptContext(spec=replace(spec, **own), **more)


async def heartbeat(gaps: list[float]) -> None:
    """Notes how many seconds the loop was held up by work of its thread, until cancelled.

    Of time in which the thread only waited a twentieth counts: on a busy computer others take most of it.
    """
    worked, now = time.thread_time(), time.monotonic()
    while True:
        await asyncio.sleep(0.004)
        worked_before, before = worked, now
        worked, now = time.thread_time(), time.monotonic()
        gaps.append(max(worked - worked_before, (now - before) / 20))
