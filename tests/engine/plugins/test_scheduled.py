"""`@scheduled`: what is wrong is told when the class is made; what is right becomes a handler and a task."""

from __future__ import annotations

from typing import Any

import pytest

from kata_desktop.domain.task import TaskState
from kata_desktop.domain.trigger import Cron
from kata_desktop.plugins.errors import WrongSchedule
from kata_desktop.plugins.scheduled import marked_methods, scheduled_work
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from kata_desktop.plugins.sdk import HandlerContext, Plugin, Result, Slice, scheduled
from kata_desktop.store import declarations
from tests.support.plugin_desk import PluginDesk
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import history


class Feeds(Plugin):
    @scheduled(cron="0 9 * * *", timezone="UTC")
    async def fetch_all_feeds(self, _: HandlerContext) -> str:
        """Reads every feed.

        And more about that.
        """
        return "read"

    @scheduled(
        interval="90m",
        name="Tidy",
        description="Throws old entries away.",
        enabled=False,
        retry_attempts=3,
        retry_delay=30,
        timeout=600,
        tags=("Feeds",),
        jitter=60,
        active_hours="08:00-20:00",
        arguments={"keep": 100},
        targets=("desktop",),
        limited=True,
    )
    def tidy(self, _: HandlerContext) -> Result:
        return Result()

    @scheduled(event="app-started", sliced=True)
    async def catch_up(self, context: HandlerContext) -> Slice:
        return context.checkpoint("1")

    async def plain(self, _: HandlerContext) -> None: ...


def test_marked_methods_become_work_with_every_field() -> None:
    plugin = Feeds()
    fetch, tidy, catch_up = scheduled_work(plugin)
    assert (fetch.name, fetch.sliced, fetch.limited) == ("fetch_all_feeds", False, False)
    assert fetch.task == TaskDeclaration(
        name="Fetch all feeds",
        handler="fetch_all_feeds",
        cron="0 9 * * *",
        timezone="UTC",
        description="Reads every feed.",
    )
    assert (tidy.run.__self__, tidy.limited) == (plugin, True)  # type: ignore[attr-defined]
    assert tidy.task == TaskDeclaration(
        name="Tidy",
        handler="tidy",
        interval="90m",
        description="Throws old entries away.",
        enabled=False,
        retry_attempts=3,
        retry_delay=30,
        timeout=600,
        tags=("Feeds",),
        jitter=60,
        active_hours="08:00-20:00",
        arguments={"keep": 100},
        targets=("desktop",),
    )
    assert (catch_up.sliced, catch_up.task.event) == (True, "app-started")


def test_a_subclass_inherits_overrides_and_unmarks() -> None:
    class More(Feeds):
        @scheduled(cron="0 10 * * *")
        async def fetch_all_feeds(self, _: HandlerContext) -> str:
            return "read later"

        def tidy(self, _: HandlerContext) -> Result:
            return Result(output="only when asked")

    found = marked_methods(More)
    assert list(found) == ["fetch_all_feeds", "catch_up"]
    assert found["fetch_all_feeds"].task.cron == "0 10 * * *"


def make(**triggers: Any) -> None:
    class Wrong(Plugin):
        @scheduled(**triggers)
        async def work(self, _: HandlerContext) -> None: ...


@pytest.mark.parametrize(
    "triggers,said",
    [
        ({}, "no trigger is given; give exactly one of cron, interval, once_at, event"),
        ({"cron": "* * * * *", "interval": "5m"}, "cron and interval are given together; give exactly one of"),
        ({"once_at": "2026-11-21T09:00", "event": "x"}, "once_at and event are given together"),
    ],
)
def test_not_exactly_one_trigger_is_told_when_the_class_is_made(triggers: dict[str, str], said: str) -> None:
    with pytest.raises(WrongSchedule) as caught:
        make(**triggers)
    assert str(caught.value).startswith("@scheduled on make.<locals>.Wrong.work: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"interval": 90}, 'interval must be a text such as "90m", not 90'),
        ({"cron": ["0 9 * * *"]}, "cron must be a text"),
        ({"interval": "1h", "timeout": "5m"}, "timeout must be a number of seconds, not '5m'"),
        ({"interval": "1h", "retry_attempts": True}, "retry_attempts must be a whole number"),
        ({"interval": "1h", "tags": "Computer"}, "tags must be a tuple of texts, not 'Computer'"),
        ({"interval": "1h", "targets": (1,)}, "targets must hold texts alone"),
        ({"interval": "1h", "enabled": "no"}, "enabled must be True or False, not 'no'"),
        ({"interval": "1h", "arguments": "x"}, "arguments must be a mapping"),
        ({"interval": "1h", "sliced": "yes"}, "sliced must be True or False"),
        ({"interval": "1h", "description": 5}, "description must be a text"),
    ],
)
def test_a_value_of_another_kind_is_told_when_the_class_is_made(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongSchedule) as caught:
        make(**fields)
    assert str(caught.value).startswith("@scheduled on make.<locals>.Wrong.work: ")
    assert said in str(caught.value)


def test_a_declaration_made_while_working_is_looked_at_too() -> None:
    with pytest.raises(TypeError, match='interval must be a text such as "90m", not 90'):
        TaskDeclaration(name="x", handler="work", interval=90)  # type: ignore[arg-type]


def test_what_is_no_method_is_refused() -> None:
    with pytest.raises(WrongSchedule, match="must take self and the context"):

        class TooMany(Plugin):
            @scheduled(interval="1h")
            async def work(self, _: HandlerContext, more: str) -> None: ...

    with pytest.raises(WrongSchedule, match="must take self and the context"):

        class TooFew(Plugin):
            @scheduled(interval="1h")
            async def work(self) -> None: ...

    with pytest.raises(WrongSchedule, match="must mark a method"):

        class Yields(Plugin):
            @scheduled(interval="1h")
            async def work(self, _: HandlerContext) -> object:
                yield 1

    with pytest.raises(WrongSchedule, match="must mark a method"):

        class Static(Plugin):
            @scheduled(interval="1h")
            @staticmethod
            def work(_: HandlerContext) -> None: ...


def test_two_tasks_of_one_name_are_refused() -> None:
    with pytest.raises(WrongSchedule, match=r"Twins\.second: first has the name “same” too"):

        class Twins(Plugin):
            @scheduled(interval="1h", name="Same")
            async def first(self, _: HandlerContext) -> None: ...

            @scheduled(interval="1h", name="same")
            async def second(self, _: HandlerContext) -> None: ...


async def bring(computer: SimComputer, plugin: Plugin) -> PluginDesk:
    """What a start of the program does."""
    desk, work = PluginDesk(computer), scheduled_work(plugin)
    for each in work:
        desk.on(sliced=each.sliced, **{each.name: each.run})
    await desk.declare(**{each.name: each.task for each in work})
    return desk


async def test_editing_the_decorator_updates_the_task_and_removing_it_retires_it(computer: SimComputer) -> None:
    class Renamed(Plugin):
        @scheduled(cron="0 10 * * *", timezone="UTC", name="Read feeds")
        async def fetch_all_feeds(self, _: HandlerContext) -> str:
            return "read"

    def own() -> dict[str, str]:
        found = computer.read(lambda db: declarations.owned(db, "plugin:rss", "home"))
        return {task.id: task.spec.name for task in found if task.state is TaskState.ACTIVE}

    desk = await bring(computer, Feeds())
    await computer.run(hours=1, minutes=1)
    ids = {name: ident for ident, name in own().items()}
    assert set(ids) == {"Fetch all feeds", "Catch up"}
    desk.take_back()
    await bring(computer, Renamed())
    assert own() == {ids["Fetch all feeds"]: "Read feeds"}
    task = await computer.scheduling.get(ids["Fetch all feeds"])
    assert (task.revision, task.spec.trigger) == (2, Cron(expressions=("0 10 * * *",), zone="UTC"))
    await computer.run(hours=1)
    assert [f"{run.slot:%H:%M} {run.output}" for run in history(computer, task.id)] == ["09:00 read", "10:00 read"]
