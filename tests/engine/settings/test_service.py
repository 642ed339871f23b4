"""Settings are checked with a sentence, stored, and told about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import time

import pytest

from kata_desktop.domain.errors import InvalidInput, Unavailable
from kata_desktop.domain.events import SettingsChanged
from kata_desktop.domain.settings import Settings
from kata_desktop.runtime.bus import EventBus
from kata_desktop.settings.rules import RULES, Value, checked
from kata_desktop.settings.service import SettingsService


class Shelf:
    """Keeps what is saved; refuses while it is full."""

    def __init__(self) -> None:
        self.saved: list[dict[str, Value]] = []
        self.full = False
        self.stored = Settings()

    async def save(self, values: Mapping[str, Value]) -> None:
        if self.full:
            raise Unavailable("The disk is full.")
        self.saved.append(dict(values))

    async def load(self) -> Settings:
        return self.stored


class Desk:
    """The service with a shelf behind it and an ear beside it."""

    def __init__(self, initial: Settings | None = None) -> None:
        self.shelf = Shelf()
        self.heard: list[str] = []
        bus = EventBus()
        bus.subscribe(SettingsChanged, lambda event: self.heard.append(event.key))
        self.service = SettingsService(initial or Settings(), load=self.shelf.load, save=self.shelf.save, bus=bus)


async def test_a_change_is_stored_then_told() -> None:
    desk = Desk()
    await desk.service.change("concurrency", "5")
    assert desk.service.current.concurrency == 5
    assert desk.shelf.saved == [{"concurrency": 5}]
    assert desk.heard == ["concurrency"]


async def test_the_same_again_is_no_change() -> None:
    desk = Desk()
    await desk.service.change("concurrency", 3)
    assert (desk.shelf.saved, desk.heard) == ([], [])


async def test_what_cannot_be_stored_is_not_in_force() -> None:
    desk = Desk()
    desk.shelf.full = True
    with pytest.raises(Unavailable):
        await desk.service.change("theme", "dark")
    assert desk.service.current == Settings()
    assert desk.heard == []


async def test_a_reset_gives_the_defaults_back() -> None:
    desk = Desk(Settings(theme="dark", concurrency=9, text_scale=150))
    await desk.service.reset(["theme"])
    assert desk.service.current == Settings(concurrency=9, text_scale=150)
    await desk.service.reset()
    assert desk.service.current == Settings()
    assert sorted(desk.heard) == ["concurrency", "text_scale", "theme"]
    with pytest.raises(InvalidInput):
        await desk.service.reset(["colour"])


async def test_what_another_process_stored_is_taken_over() -> None:
    desk = Desk()
    desk.shelf.stored = Settings(quiet_hours=True)
    await desk.service.reload()
    assert desk.service.current.quiet_hours
    assert desk.heard == ["quiet_hours"]


@pytest.mark.parametrize("key", [field.name for field in fields(Settings)])
def test_every_default_and_example_is_allowed(key: str) -> None:
    default = getattr(Settings(), key)
    assert checked(key, default) == default
    assert type(checked(key, RULES[key].example)) is type(default)


@pytest.mark.parametrize(
    "key, raw, value",
    [
        ("theme", " Dark ", "dark"),
        ("keep_awake", "yes", True),
        ("keep_awake", "OFF", False),
        ("keep_awake", True, True),
        ("text_scale", "200", 200),
        ("history_days", 0, 0),
        ("quiet_from", "23:15", time(23, 15)),
        ("quiet_from", time(23, 15, 30), time(23, 15)),
        ("default_catch_up", "all", "all"),
        ("language", "pt_BR", "pt_BR"),
    ],
)
def test_what_people_write_is_understood(key: str, raw: object, value: Value) -> None:
    assert checked(key, raw) == value


@pytest.mark.parametrize(
    "key, raw, reason",
    [
        ("colour", "blue", "not known"),
        ("theme", "pink", "one of system, light, dark, contrast"),
        ("theme", 5, "one of"),
        ("concurrency", 0, "from 1 to 16"),
        ("concurrency", "17", "from 1 to 16"),
        ("concurrency", "1e1", "whole number"),
        ("concurrency", "９", "whole number"),
        ("concurrency", True, "whole number"),
        ("concurrency", "9" * 5000, "whole number"),
        ("concurrency", 2.0, "whole number"),
        ("text_scale", 99, "from 100 to 200 per cent"),
        ("keep_awake", "perhaps", "on or off"),
        ("keep_awake", 1, "on or off"),
        ("quiet_from", "24:00", "time of day"),
        ("quiet_from", "9:00", "time of day"),
        ("language", "../etc", "language code"),
        ("last_page", "tasks/../x", "name of a page"),
        ("last_workspace", "a\nb", "workspace's id"),
        ("window_geometry", "x" * 4001, "4,000"),
    ],
)
def test_what_is_not_allowed_is_refused_with_the_reason(key: str, raw: object, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as caught:
        checked(key, raw)
    [error] = caught.value.errors
    assert error.field == key
    assert error.label
