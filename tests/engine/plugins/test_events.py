"""Events of plugins: they start tasks of their workspace, carry what they say, and cannot flood."""

from __future__ import annotations

import json
import logging

import pytest

from kata_desktop.domain.errors import Bug, InvalidInput
from kata_desktop.domain.run import Reason, Source
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Event
from kata_desktop.plugins.events import MOST_A_MINUTE, PluginEvents, event_kinds
from kata_desktop.plugins.handler_context import HandlerContext
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from kata_desktop.scheduler.inputs.event_texts import event_text, parse_event
from kata_desktop.scheduler.inputs.known import Known
from tests.support.plugin_desk import PluginDesk
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, history

NEW_ENTRY = Event(type="rss.new-entry")


def events_of(computer: SimComputer, workspace_id: str = "home") -> PluginEvents:
    return PluginDesk(computer, "rss", workspace_id).desk.events(workspace_id, "rss", ("new-entry",))


def knows(computer: SimComputer) -> None:
    """Some workspace has the plugin."""
    kinds = event_kinds("rss", "RSS", ("new-entry", "feed-gone"), {"new-entry": "RSS finds a new entry"})
    computer.process.core.event_kinds = lambda: kinds


async def test_an_event_starts_the_tasks_that_wait_for_it_in_its_workspace_only(computer: SimComputer) -> None:
    computer.add_workspace("work")
    await add(computer, NEW_ENTRY)
    await add(computer, NEW_ENTRY, ident="elsewhere", workspace_id="work")
    await add(computer, Event(type="web.new-entry"), ident="other")
    await events_of(computer).emit("new-entry", source="https://a", value="First")
    await computer.run(5)
    [run] = history(computer)
    assert (run.source, run.reason) == (Source.EVENT, Reason.COMPLETED)
    assert history(computer, "elsewhere") == []
    assert history(computer, "other") == []


async def test_source_and_filter_narrow_it(computer: SimComputer) -> None:
    await add(computer, Event(type="rss.new-entry", source="https://a", filter="*release*"))
    events = events_of(computer)
    for source, value in (("https://b", "A release"), ("https://a", "Nothing"), ("https://a", "Old\nThe release 2")):
        await events.emit("new-entry", source=source, value=value)
        await computer.run(5)
    [run] = history(computer)
    assert json.loads(run.arguments) == {"event": "The release 2"}, "only the lines that were asked for"


async def test_what_quick_events_said_is_gathered_for_the_one_run(computer: SimComputer) -> None:
    await add(computer, NEW_ENTRY)
    events = events_of(computer)
    for value in ("One\nTwo", "Two\nThree", "Four"):
        await events.emit("new-entry", value=value)
    await computer.run(5)
    [run] = history(computer)
    assert json.loads(run.arguments) == {"event": "One\nTwo\nThree\nFour"}


async def test_a_very_long_event_is_cut_between_lines(computer: SimComputer) -> None:
    await add(computer, NEW_ENTRY)
    await events_of(computer).emit("new-entry", value="\n".join(f"Entry {number} {'x' * 90}" for number in range(999)))
    await computer.run(5)
    lines = json.loads(history(computer)[0].arguments)["event"].split("\n")
    assert lines[-1] == "… and more"
    assert all(line.endswith("x" * 90) for line in lines[:-1])
    assert len(lines) > 150


async def test_a_plugins_own_work_reads_the_event_and_keeps_its_tasks_arguments(computer: SimComputer) -> None:
    seen: list[tuple[str, object]] = []

    async def work(context: HandlerContext) -> None:
        seen.append((context.event, dict(context.args)))

    knows(computer)
    plugin = PluginDesk(computer, "web")
    plugin.on(work=work)
    task = TaskDeclaration(name="React", handler="work", event="rss.new-entry", arguments={"of": "task"})
    await plugin.declare(react=task)
    await events_of(computer).emit("new-entry", value="First")
    await computer.run(5)
    assert seen == [("First", {"of": "task"})]


async def test_a_run_that_an_event_started_is_asked_for_again_with_the_same_event(computer: SimComputer) -> None:
    await add(computer, NEW_ENTRY)
    await events_of(computer).emit("new-entry", value="First")
    await computer.run(5)
    [run] = history(computer)
    again = await computer.scheduling.retry(run.id)
    assert (json.loads(again.arguments), again.session_id) == ({"event": "First"}, "")


async def test_an_undeclared_type_is_an_error_of_the_plugin(computer: SimComputer) -> None:
    with pytest.raises(Bug, match="declares no event type 'gone', only new-entry"):
        await events_of(computer).emit("gone")


async def test_a_flood_is_cut_off_with_one_warning_until_it_calms_down(
    computer: SimComputer, caplog: pytest.LogCaptureFixture
) -> None:
    await add(computer, Event(type="rss.new-entry", max_per_hour=1000))
    events = events_of(computer)
    with caplog.at_level(logging.WARNING, "kata_desktop.plugins.events"):
        for number in range(MOST_A_MINUTE + 40):
            await events.emit("new-entry", value=f"Entry {number}")
        await computer.run(5)
        said = [record.getMessage() for record in caplog.records if record.name == "kata_desktop.plugins.events"]
        assert len(said) == 1
        assert "rss told of more than 60 events" in said[0]
        lines = json.loads(history(computer)[0].arguments)["event"].split("\n")
        assert len(lines) == MOST_A_MINUTE
        await computer.run(minutes=2)
        await events.emit("new-entry", value="Calm again")
        await computer.run(5)
    assert len(history(computer)) == 2


async def test_people_choose_and_read_plugin_events_as_sentences(computer: SimComputer) -> None:
    wanted = TaskInput(prompt="Tell me", name="News", on="rss.new-entry:https://a:*release*")
    with pytest.raises(InvalidInput, match=r"“rss\.new-entry” is not known"):
        await computer.scheduling.create(wanted)
    knows(computer)
    task = await computer.scheduling.create(wanted)
    assert task.spec.trigger == Event(type="rss.new-entry", source="https://a", filter="*release*")
    sentences = {
        "rss.new-entry": "When RSS finds a new entry",
        "rss.new-entry:https://a:8080/feed": "When RSS finds a new entry (https://a:8080/feed)",
        "rss.feed-gone": "When RSS tells of “feed gone”",
    }
    for text, sentence in sentences.items():
        made = await computer.scheduling.create(TaskInput(prompt="Tell me", on=text))
        assert (await computer.scheduling.row(made.id)).sentence == sentence
    assert [kind.type for kind in computer.scheduling.event_kinds] == ["rss.new-entry", "rss.feed-gone"]
    preview = computer.scheduling.preview(TaskInput(prompt="z", on="rss.new-entry::*release*"))
    assert preview.sentence == "When RSS finds a new entry, matching “*release*”."


@pytest.mark.parametrize(
    "text,source,narrower",
    [
        ("", "", ""),
        ("team", "team", ""),
        ("team:*x*", "team", "*x*"),
        (":*x:y*", "", "*x:y*"),
        ("https://a.example/feed", "https://a.example/feed", ""),
        ("https://a.example:8080", "https://a.example:8080", ""),
        ("https://a.example:8080/feed:*x:y*", "https://a.example:8080/feed", "*x:y*"),
        ("https://a.example:8080:*x*", "https://a.example:8080", "*x*"),
    ],
)
def test_a_source_may_be_an_address(text: str, source: str, narrower: str) -> None:
    known = Known(event_types=("rss.new-entry",))
    event = parse_event(f"rss.new-entry:{text}" if text else "rss.new-entry", known)
    assert (event.source, event.filter) == (source, narrower)
    assert parse_event(event_text(event), known) == event
