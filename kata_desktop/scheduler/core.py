"""What the scheduler's verbs share: the engine, the store, and what is known without asking the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from kata_desktop.domain.errors import Ambiguous, FieldError, InvalidInput, NotFound
from kata_desktop.domain.settings import Settings
from kata_desktop.domain.task import TaskSpec
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import CHOOSABLE, EventKind
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.inputs.known import Known
from kata_desktop.store import models, tasks, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

if TYPE_CHECKING:
    from kata_desktop.scheduler.engine.engine import Engine

T = TypeVar("T")


@dataclass(kw_only=True)
class Core:
    """Handed to every group of verbs."""

    engine_of: Callable[[], Engine]
    """Gives the engine; made when it is first asked for, since who only reads does without."""
    database: Database
    bus: EventBus
    clock: Clock
    settings: Callable[[], Settings]
    channels: Callable[[], tuple[str, ...]]
    """Channels that are set up now, besides the desktop."""
    event_kinds: Callable[[], tuple[EventKind, ...]] = tuple
    """Events of plugins that are switched on in some workspace."""
    channel_names: Callable[[], tuple[tuple[str, str], ...]] = tuple
    """Id and name of every channel that there is."""
    learn: Callable[[], None] = lambda: None
    """Makes sure that these three can answer; may wait for the store, so never within a reading."""

    @property
    def engine(self) -> Engine:
        """What runs tasks."""
        return self.engine_of()

    @property
    def now(self) -> datetime:
        """The wall clock."""
        return self.clock.now()

    async def transact(self, work: Callable[[Connection, World, Told], T]) -> T:
        """One durable transaction; what it told is published afterwards."""
        return await self.engine.transact(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """One consistent look at the store."""
        return await self.database.read(work)

    async def known(self) -> Known:
        """The names that an input may refer to now."""
        self.learn()
        return await self.read(self.known_in)

    def known_now(self) -> Known:
        """As `known`, blocking the calling thread for one short reading."""
        self.learn()
        return self.database.read_now(self.known_in)

    def known_in(self, db: Connection) -> Known:
        """As `known`, within a reading; whoever begins it has called `learn` before."""
        kinds = self.event_kinds()
        names = tuple(db.all("SELECT id, name FROM tasks WHERE state != 'deleted'"))
        return Known(
            workspaces=tuple((workspace.id, workspace.name) for workspace in workspaces.listed(db)),
            models=tuple(model.name for model in models.listed(db)),
            tasks=tuple((ident, name) for ident, name in names),
            target_kinds=self.channels(),
            event_types=(*CHOOSABLE, *(kind.type for kind in kinds)),
            event_words=tuple((kind.type, kind.words) for kind in kinds),
            channel_names=self.channel_names(),
        )

    def check(self, raw: TaskInput, known: Known, current: TaskSpec | None = None) -> TaskSpec | tuple[FieldError, ...]:
        """What a task as typed means here and now, or every field that is refused; see `inputs.checker.check`."""
        from kata_desktop.scheduler.inputs.checker import check  # what reads input is not needed to start in the tray

        zone, defaults = self.clock.zone_name(), self.settings()
        return check(raw, now=self.now, system_zone=zone, defaults=defaults, current=current, known=known)

    def checked(self, raw: TaskInput, known: Known, current: TaskSpec | None = None) -> TaskSpec:
        """As `check`; raises `InvalidInput` with every refused field."""
        checked = self.check(raw, known, current)
        if not isinstance(checked, TaskSpec):
            raise InvalidInput(*checked)
        return checked


def find_task(db: Connection, ident: str) -> str:
    """A task's id from its id or its unique name; NotFound or Ambiguous otherwise."""
    if tasks.exists(db, ident):
        return ident
    named = tasks.ids_by_name(db, ident)
    if len(named) > 1:
        raise Ambiguous("task", tasks.label(db, named[0])[0], len(named))
    if not named:
        raise NotFound("task", ident)
    return named[0]
