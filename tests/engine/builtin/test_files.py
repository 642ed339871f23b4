from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from kata_desktop.builtin.files.plugin import FilesPlugin, is_wanted
from kata_desktop.plugins.context import BoundContext
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.harness import PluginHarness, harness
from kata_desktop.plugins.sdk import (
    EventsApi,
    HandlerContext,
    PluginContext,
    Registrar,
    TaskDeclaration,
    Unavailable,
)

T = TypeVar("T", bound="Told")


class Told(FilesPlugin):
    """The plugin with a handler that keeps what events said."""

    def register(self, registrar: Registrar) -> None:
        self.said: list[str] = []

        async def keep(context: HandlerContext) -> None:
            self.said.append(context.event)

        registrar.handler("keep", keep)


async def listening(plugin: PluginHarness[T], event: str) -> None:
    await plugin.context.scheduler.create_task(TaskDeclaration(name=event, handler="keep", event=f"plugin.{event}"))


async def test_new_changed_and_removed_files_start_tasks(tmp_path: Path) -> None:
    (tmp_path / "old.pdf").write_text("x")
    async with harness(
        Told,
        settings={"folders": (str(tmp_path),), "patterns": ("*.PDF",)},
        event_types=("created", "changed", "removed"),
    ) as plugin:
        await listening(plugin, "created")
        await listening(plugin, "removed")
        said = plugin.plugin.said
        (tmp_path / "notes.txt").write_text("not wanted")
        (tmp_path / ".hidden.pdf").write_text("nor this")
        (tmp_path / "new.pdf").write_text("x")
        await wait_for_event(plugin, said, "new.pdf")
        (tmp_path / "old.pdf").unlink()
        await wait_for_event(plugin, said, "old.pdf")

    assert said == ["new.pdf", "old.pdf"]


class Refusing:
    """Events of a store whose disk is full at first."""

    def __init__(self, events: EventsApi) -> None:
        self._events = events
        self._refused = 0

    async def emit(self, event_type: str, *, source: str = "", value: str = "") -> None:
        """As `EventsApi`. Raises `Unavailable` twice."""
        self._refused += 1
        if self._refused <= 2:
            raise Unavailable("The disk is full; free some space.")
        await self._events.emit(event_type, source=source, value=value)


class OnAFullDisk(Told):
    """The plugin while nothing can be stored."""

    async def initialize(self, context: PluginContext) -> None:
        assert isinstance(context, BoundContext)
        await super().initialize(replace(context, events=Refusing(context.events)))


async def test_what_cannot_be_stored_is_told_when_it_can_and_watching_goes_on(tmp_path: Path) -> None:
    async with harness(
        OnAFullDisk, settings={"folders": (str(tmp_path),), "patterns": ()}, event_types=("created", "changed")
    ) as plugin:
        await listening(plugin, "created")
        (tmp_path / "first").write_text("x")
        await wait_for_event(plugin, plugin.plugin.said, "first")
        (tmp_path / "second").write_text("x")
        await wait_for_event(plugin, plugin.plugin.said, "second")


async def wait_for_event(plugin: PluginHarness[T], said: list[str], name: str) -> None:
    """The watching is done by a thread in real time, the scheduler's part in the test's time."""
    for _ in range(600):
        await plugin.advance(seconds=3)
        if name in said:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{name} was not told; told: {said}")


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PluginFault, match="is not there"):
        async with harness(FilesPlugin, settings={"folders": (str(tmp_path / "no"),)}):
            pass


@pytest.mark.parametrize(
    "name, patterns, wanted",
    [
        ("a.pdf", (), True),
        ("sub/a.pdf", ("*.pdf",), True),
        ("sub/a.pdf", ("sub/*",), True),
        ("a.PDF", ("*.pdf",), True),
        ("a.txt", ("*.pdf",), False),
        (".git/config", (), False),
        ("a\nb", (), False),
    ],
)
def test_patterns_choose_files(name: str, patterns: tuple[str, ...], *, wanted: bool) -> None:
    assert is_wanted(name, patterns) is wanted
