"""The models people set up: to list, test and choose; the Reminder is always there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from kata_desktop.agent import loading
from kata_desktop.agent.errors import ModelProblem, NoSuchModel
from kata_desktop.agent.local import LOCAL_PORTS, models_at
from kata_desktop.agent.model_inputs import check_model
from kata_desktop.agent.prices import PriceTable
from kata_desktop.agent.reminder import REMINDER
from kata_desktop.agent.request import Patience, Request
from kata_desktop.credentials.vault import Vault
from kata_desktop.domain.errors import FieldError, InvalidInput, KataError, Refused
from kata_desktop.domain.events import ModelsChanged, WorkspacesChanged
from kata_desktop.domain.model import REMINDER_MODEL, ModelCheck, ModelConfig, Provider
from kata_desktop.domain.task import TaskSpec
from kata_desktop.domain.workspace import Workspace
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import models, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

KEY_NAME = "api_key"
TEST_LIMIT = 30.0
"""Seconds a test may take."""


class Models:
    """Configured models, with their keys in the vault."""

    def __init__(
        self,
        *,
        database: Database,
        bus: EventBus,
        clock: Clock,
        vault: Vault,
        local_ports: Mapping[str, int] = MappingProxyType(LOCAL_PORTS),
    ) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._vault = vault
        self._local_ports = local_ports

    async def all(self) -> list[ModelConfig]:
        """Return every model by name, the Reminder last; exactly one is the default."""
        stored = await self._database.read(models.listed)
        return [*stored, replace(REMINDER, is_default=not any(model.is_default for model in stored))]

    async def find(self, name: str) -> ModelConfig:
        """Return the model of that name, in any letter case. Raises NoSuchModel."""
        found = await self._database.read(lambda db: _find(db, name))
        if found is None:
            raise NoSuchModel(name)
        return found

    async def add(self, model: ModelConfig, *, key: str = "", replace_existing: bool = False) -> ModelConfig:
        """Set up a model, keeping its key in the keyring; the first one becomes the default.

        Raises:
            InvalidInput: a field is refused; nothing was changed.
            KeyringTrouble: the key could not be kept; nothing was changed.
        """
        checked = check_model(model)

        def free(db: Connection) -> bool:
            return _find(db, checked.name) is None

        if not replace_existing and not await self._database.read(free):
            reason = f"There is already a model “{checked.name}”; choose another name"
            raise InvalidInput(FieldError(field="name", label="Name", reason=reason, example=f"{checked.name} 2"))
        if key:
            await self._vault.set(plugin_of(checked.name), KEY_NAME, key)

        def work(db: Connection) -> ModelConfig:
            first = not any(other.is_default for other in models.listed(db) if other.name != checked.name)
            stored = replace(checked, is_default=checked.is_default or first)
            models.upsert(db, stored)
            return stored

        stored = await self._database.write(work)
        self._bus.publish(ModelsChanged())
        return stored

    async def remove(self, name: str) -> None:
        """Forget a model and its key; tasks that name it say so at their next run.

        Raises NoSuchModel; Refused for the Reminder; KeyringTrouble when its key could not be removed (it is kept).
        """
        model = await self.find(name)
        if model.provider is Provider.REMINDER and model.name == REMINDER_MODEL:
            raise Refused("The Reminder is built in and cannot be removed; choose another default instead.")
        if any(entry.plugin == plugin_of(model.name) for entry in await self._vault.listing()):
            await self._vault.delete_all(plugin_of(model.name))
        await self._database.write(lambda db: models.remove(db, model.name))
        self._bus.publish(ModelsChanged())

    async def set_default(self, name: str, workspace_id: str = "") -> None:
        """Choose the default of one workspace, or of the application. Raises NoSuchModel, NotFound."""
        model = await self.find(name)
        if workspace_id:
            await self._database.write(lambda db: _set_workspace_model(db, workspace_id, model.name))
            self._bus.publish(WorkspacesChanged())
            return
        chosen = "" if model.name == REMINDER_MODEL else model.name
        await self._database.write(lambda db: models.set_default(db, chosen))
        self._bus.publish(ModelsChanged())

    async def resolve(self, spec: TaskSpec) -> ModelConfig:
        """Return the model for a task: its own, else its workspace's, else the default, else the Reminder.

        Its `thinking` is the task's, else the workspace's, else the model's own.

        Raises NoSuchModel for a name that nothing is set up under: never another model in its place.
        """

        def work(db: Connection) -> tuple[Workspace, str, ModelConfig | None]:
            workspace = workspaces.get(db, spec.workspace_id)
            name = spec.model or workspace.model
            return workspace, name, (_find(db, name) if name else models.default(db) or REMINDER)

        workspace, name, model = await self._database.read(work)
        if model is None:
            raise NoSuchModel(name)
        return replace(model, thinking=spec.thinking or workspace.thinking or model.thinking)

    async def key(self, model: ModelConfig) -> str:
        """Return the model's key; empty when there is none. Raises KeyringTrouble."""
        plugin = plugin_of(model.name)
        # an endpoint of one's own may need no key: then a locked or missing keyring is nobody's business
        if model.base_url and await self._vault.source_of(plugin, KEY_NAME) is None:
            return ""
        return await self._vault.get(plugin, KEY_NAME) or ""

    async def test(self, name: str) -> ModelCheck:
        """Ask the model for one word; the sentence says what came of it. Raises NoSuchModel only."""
        model = await self.find(name)
        if model.provider is Provider.REMINDER:
            return ModelCheck(ok=True, sentence="The Reminder needs no model: it delivers the prompt itself.")
        try:
            return await self.check(model, await self.key(model))
        except KataError as error:
            return ModelCheck(ok=False, sentence=error.sentence)

    async def check(self, model: ModelConfig, key: str) -> ModelCheck:
        """Test a model that may not be stored yet, with a key that may not be stored yet."""
        if not key and not model.base_url:
            return ModelCheck(ok=False, sentence=f"{model.name} needs a key; enter it and test again.")
        self._vault.keep_quiet(key)
        runner = await loading.runner()
        patience = Patience(silence=TEST_LIMIT)
        offered = await self.offered(model, key)
        request = Request(
            model=model, key=key, prompt="Reply with the single word OK.", instructions="Be brief.", patience=patience
        )
        began = self._clock.monotonic()
        try:
            async with asyncio.timeout(TEST_LIMIT):
                await runner.run(request, _ignore, prices=PriceTable(), now=self._clock.now)
        except TimeoutError:
            return ModelCheck(ok=False, sentence=f"No answer within {TEST_LIMIT:g} s.", models=offered)
        except ModelProblem as problem:
            return ModelCheck(ok=False, sentence=_now(problem), models=offered)
        seconds = self._clock.monotonic() - began
        return ModelCheck(ok=True, sentence=f"Answered in {seconds:.1f} s.", seconds=seconds, models=offered)

    async def offered(self, model: ModelConfig, key: str) -> tuple[str, ...]:
        """Ask the service which models it offers; empty when it does not tell. The model's own id may be missing."""
        self._vault.keep_quiet(key)
        runner = await loading.runner()
        try:
            async with asyncio.timeout(TEST_LIMIT):
                names: tuple[str, ...] = await runner.models_of(model, key, Patience(silence=TEST_LIMIT))
        except TimeoutError:  # it trickles without end
            return ()
        return names

    async def detect_local(self) -> list[ModelConfig]:
        """Look for model programs on this computer (Ollama, LM Studio): one suggestion for each model they offer."""
        found = await asyncio.gather(*(models_at(name, port) for name, port in self._local_ports.items()))
        return [model for models_there in found for model in models_there]


def plugin_of(name: str) -> str:
    """Return the name under which the vault keeps a model's key."""
    return f"model:{name}"


def _find(db: Connection, name: str) -> ModelConfig | None:
    if name.casefold() == REMINDER_MODEL.casefold():
        return replace(REMINDER, is_default=models.default(db) is None)
    return models.find(db, name)


def _set_workspace_model(db: Connection, workspace_id: str, name: str) -> None:
    workspaces.update(db, replace(workspaces.get(db, workspace_id), model=name))


def _now(problem: ModelProblem) -> str:
    """A test is not repeated by itself, as a run is."""
    cause, found, _ = problem.sentence.partition("; it is tried again")
    if not found:
        cause, found, _ = problem.sentence.partition("; the run waits")
    return f"{cause}; test it again later." if found else problem.sentence


def _ignore(_: str) -> None:
    """A test's answer is shown to nobody."""
