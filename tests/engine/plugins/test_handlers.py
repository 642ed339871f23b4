"""Work of plugins: what it is told, what it may return, how it ends; on a simulated computer and in real threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from kata_desktop.domain.errors import Bug
from kata_desktop.domain.handler import HandlerError, Result, Slice
from kata_desktop.domain.journal import StepKind
from kata_desktop.domain.run import Reason, Run
from kata_desktop.domain.task import TaskSpec
from kata_desktop.domain.trigger import Event
from kata_desktop.plugins.handler_context import HandlerContext
from kata_desktop.plugins.handlers import PluginWork, adapted
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from kata_desktop.store import journal
from tests.support.eventually import eventually
from tests.support.plugin_desk import PluginDesk
from tests.support.run_context import KeptContext
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import at, history
from tests.support.sim.work import Work

AT_NINE = TaskDeclaration(name="Work", handler="work", cron="0 9 * * *", timezone="UTC", arguments={"of": "task"})


async def run_at_nine(computer: SimComputer, work: PluginWork, *, minutes: float = 1, **changes: object) -> Run:
    """The run of a task that does this at nine."""
    plugin = PluginDesk(computer)
    plugin.on(sliced=bool(changes.pop("sliced", False)), work=work)
    await plugin.declare(work=replace(AT_NINE, **changes))  # type: ignore[arg-type]
    [task] = await plugin.api.list_tasks()
    await computer.run(hours=1, minutes=minutes)
    return history(computer, task.id)[-1]


async def test_the_context_names_what_authors_need(computer: SimComputer) -> None:
    seen: dict[str, object] = {}

    async def work(context: HandlerContext) -> None:
        for name in ("plugin_id", "task_name", "scheduled_at", "started_at", "attempt", "args", "event", "cancelled"):
            seen[name] = getattr(context, name)
        seen["ids"] = context.task_id, context.execution_id
        context.report_progress(40, "Half way")
        context.log("warning", "Odd")
        with pytest.raises(Bug):
            context.report_progress(101)
        with pytest.raises(Bug):
            context.log("loud", "x")

    run = await run_at_nine(computer, work, jitter=120, minutes=3)
    assert seen.pop("ids") == (run.task_id, run.id)
    started = seen.pop("started_at")
    assert started == run.started_at
    assert seen == {
        "plugin_id": "rss",
        "task_name": "Work",
        "scheduled_at": at(9),
        "attempt": 1,
        "args": {"of": "task"},
        "event": "",
        "cancelled": False,
    }
    assert (run.reason, run.progress, run.progress_text) == (Reason.COMPLETED, 40, "Half way")
    [line] = computer.read(lambda db: journal.log_lines(db, run.id, 0))
    assert (line.level, line.text) == ("warning", "Odd")


@pytest.mark.parametrize(
    "returned,output",
    [
        (Result(output="as it is"), "as it is"),
        ("a text", "a text"),
        (None, ""),
        ({"success": True, "output": "from a dict", "error": ""}, "from a dict"),
        ({"output": "half a dict"}, "half a dict"),
        ({}, ""),
    ],
)
async def test_results(computer: SimComputer, returned: object, output: str) -> None:
    async def work(_: HandlerContext) -> object:
        return returned

    run = await run_at_nine(computer, work)
    assert (run.reason, run.output) == (Reason.COMPLETED, output)


async def test_metrics_are_told_in_what_happened(computer: SimComputer) -> None:
    async def work(_: HandlerContext) -> object:
        return {"output": "ok", "metrics": {"new_entries": 3, "seconds": 0.5}}

    run = await run_at_nine(computer, work)
    steps = computer.read(lambda db: journal.steps(db, run.id))
    assert "Figures: new entries 3, seconds 0.5" in [step.text for step in steps]


@pytest.mark.parametrize(
    "returned,said",
    [
        ([1, 2], "list ([1, 2])"),
        (7, "int (7)"),
        (b"x", "bytes (b'x')"),
        ({"result": "x"}, "a dict with 'result'"),
        ({"success": "yes"}, "whose “success” is str ('yes')"),
        ({"output": ["x"]}, "whose “output” is list (['x'])"),
        ({"metrics": {"a": "b"}}, "metrics in which 'a' is str ('b')"),
        ({"metrics": {"a": float("nan")}}, "metrics in which 'a' is float (nan)"),
    ],
)
async def test_anything_else_is_a_failure_that_says_what_was_returned(
    computer: SimComputer, returned: object, said: str
) -> None:
    async def work(_: HandlerContext) -> object:
        return returned

    run = await run_at_nine(computer, work, retry_attempts=3)
    assert (run.reason, run.error_kind, run.attempt) == (Reason.FAILED, "bad-result", 1)
    assert said in run.detail
    assert "an error in the plugin" in run.detail


async def test_a_dict_that_says_it_failed_is_a_failure_and_is_retried(computer: SimComputer) -> None:
    attempts: list[int] = []

    async def work(context: HandlerContext) -> object:
        attempts.append(context.attempt)
        return {"success": context.attempt == 2, "output": "second", "error": "The feed is down."}

    run = await run_at_nine(computer, work, retry_attempts=1, minutes=3)
    assert (attempts, run.reason, run.output) == ([1, 2], Reason.COMPLETED, "second")


async def test_sliced_work_goes_on_from_its_checkpoint_after_a_crash(computer: SimComputer) -> None:
    cursors: list[str] = []

    async def work(context: HandlerContext) -> Slice | str:
        cursors.append(context.cursor)
        page = int(context.cursor or 0) + 1
        await computer.clock.sleep(60)
        return context.checkpoint(str(page), f"Read page {page}") if page < 4 else "All pages"

    await run_at_nine(computer, work, sliced=True, minutes=2.5, retry_attempts=1)
    await computer.kill()
    again = adapted(work, plugin_id="rss", sliced=True)  # registered before the engine starts, as what is due needs it
    computer.work.append(Work(clock=computer.clock, name="rss.work@home", script=again, sliced=True, limited=False))
    await computer.boot()
    [task] = await PluginDesk(computer).api.list_tasks()
    await computer.run(minutes=10)
    assert cursors == ["", "1", "2", "2", "3"]
    run = history(computer, task.id)[-1]
    assert (run.reason, run.output) == (Reason.COMPLETED, "All pages")
    steps = computer.read(lambda db: journal.steps(db, run.id))
    assert [step.text for step in steps if step.kind is StepKind.SLICE][-1] == "Read page 3"


async def test_a_checkpoint_of_work_that_is_not_sliced_is_told(computer: SimComputer) -> None:
    """It would go on all the same, until a crash of the computer lets it begin anew."""

    async def work(context: HandlerContext) -> Slice | str:
        return "All pages" if context.cursor else context.checkpoint("1")

    run = await run_at_nine(computer, work, retry_attempts=1)
    assert (run.reason, run.error_kind, run.attempt) == (Reason.FAILED, "bad-result", 1)
    assert "sliced=True" in run.detail


async def test_sliced_work_whose_arguments_changed_asks_a_person(computer: SimComputer) -> None:
    async def work(context: HandlerContext) -> Slice:
        changed = replace(context.spec, arguments='{"of": "somebody else"}')
        if context.cursor:
            context = HandlerContext(KeptContext(spec=changed), "rss")
        return context.checkpoint("1")

    run = await run_at_nine(computer, work, sliced=True)
    assert run.reason is Reason.NEEDS_REVIEW


# -- plain functions, in real threads


def context(task_id: str = "task") -> KeptContext:
    spec = TaskSpec(name="Work", prompt="", trigger=Event(type="app-started"), workspace_id="home")
    return KeptContext(spec=spec, task_id=task_id)


async def test_a_plain_function_works_in_a_thread_and_may_use_its_context_there() -> None:
    here = threading.get_ident()
    there: list[int] = []

    def work(given: HandlerContext) -> dict[str, object]:
        there.append(threading.get_ident())
        given.report_progress(50, "half")
        given.log("info", "said in a thread")
        given.emit("live")
        return {"output": "done"}

    run = context()
    result = await adapted(work, plugin_id="rss")(run)
    await asyncio.sleep(0)
    assert isinstance(result, Result)
    assert result.output == "done"
    assert there != [here]
    assert (run.reached, run.logged, run.emitted) == ([(50, "half")], [("info", "said in a thread")], ["live"])


async def test_what_a_plain_function_raises_is_raised() -> None:
    def work(_: HandlerContext) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await adapted(work, plugin_id="rss")(context())


async def test_an_object_and_a_function_that_returns_a_coroutine_are_awaited() -> None:
    class Callable:
        async def __call__(self, given: HandlerContext) -> str:
            return given.plugin_id

    def starts(given: HandlerContext) -> object:
        return Callable()(given)

    for work in (Callable(), starts):
        result = await adapted(work, plugin_id="rss")(context())
        assert isinstance(result, Result)
        assert result.output == "rss"


@pytest_asyncio.fixture
async def gate() -> AsyncIterator[threading.Event]:
    """Holds threads up; opened at the end whatever happens."""
    event = threading.Event()
    yield event
    event.set()


async def test_a_cancelled_thread_is_waited_for_so_that_nothing_runs_beside_its_retry(gate: threading.Event) -> None:
    began = threading.Event()

    def work(_: HandlerContext) -> str:
        began.set()
        gate.wait(10)
        return "late"

    going = asyncio.ensure_future(adapted(work, plugin_id="rss")(context()))  # noqa: TID251 - the engine's part
    await eventually("the thread", began.is_set)
    going.cancel()
    await asyncio.sleep(0.05)
    assert not going.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await going


async def test_a_thread_that_never_ended_keeps_its_task_from_starting_beside_it(gate: threading.Event) -> None:
    began = threading.Event()

    def work(_: HandlerContext) -> str:
        began.set()
        gate.wait(10)
        return "done"

    handler = adapted(work, plugin_id="rss")
    stopped = context()
    going = asyncio.ensure_future(handler(stopped))  # noqa: TID251 - the engine's part
    await eventually("the thread", began.is_set)
    stopped.cancelled = True
    going.cancel()
    with pytest.raises(HandlerError, match="still goes on") as caught:
        await handler(context())
    assert caught.value.kind == "stuck"
    other = asyncio.ensure_future(handler(context("another")))  # noqa: TID251
    gate.set()
    assert (await other) == Result(output="done")
    with pytest.raises(asyncio.CancelledError):
        await going
    assert await handler(context()) == Result(output="done")
