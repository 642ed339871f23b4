"""The native notifications on real notification services, clicked with a real mouse."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.notifications.desktop import DesktopSender
from kata_desktop.notifications.errors import NoService, Unanswered
from kata_desktop.notifications.freedesktop import FreedesktopService
from kata_desktop.notifications.note import NoteAction
from kata_desktop.notifications.portable import PortableService
from tests.support.desk.desk import Desk
from tests.support.waiting import wait_for


class Person:
    """What a person did with notifications."""

    def __init__(self) -> None:
        self.actions: asyncio.Queue[tuple[NoteAction, str]] = asyncio.Queue()

    def acts(self, action: NoteAction, item: OutboxItem) -> None:
        self.actions.put_nowait((action, item.id))

    async def did(self) -> tuple[NoteAction, str]:
        async with asyncio.timeout(30):
            return await self.actions.get()


def message(ident: str = "out_1", *, title: str = "Morning brief", body: str = "All is well") -> OutboxItem:
    return OutboxItem(
        id=ident, key=ident, kind=NotificationKind.RESULT, target_kind="desktop", title=title, body=body, task_id="t"
    )


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
async def sender(desk: Desk, person: Person) -> AsyncIterator[DesktopSender]:
    service = FreedesktopService(app_name="Kata Desktop", address=desk.environment["DBUS_SESSION_BUS_ADDRESS"])
    sender = DesktopSender(service, person.acts)
    assert desk.notifications.seen == [], "it listens from here on"
    yield sender
    await sender.close()


@pytest.mark.desk(tray="none", keyring="none")
async def test_buttons_reach_the_note_they_are_on(desk: Desk, sender: DesktopSender, person: Person) -> None:
    await sender.send(message("out_1", title="First"))
    await sender.send(message("out_2", title="Second", body="<b>5 < 6</b> &amp; more"))
    note = await asyncio.to_thread(desk.notifications.wait, "Second")
    assert note.actions == ["default", "Open", "run-again", "Run again", "snooze", "Snooze"]
    assert note.body == "&lt;b&gt;5 &lt; 6&lt;/b&gt; &amp;amp; more", "the service reads markup, the text is none"
    await asyncio.to_thread(desk.notifications.click, "Second", button="Run again")
    assert await person.did() == (NoteAction.RUN_AGAIN, "out_2")
    await asyncio.to_thread(desk.notifications.click, "First", button="Open")
    assert await person.did() == (NoteAction.OPEN, "out_1")
    assert person.actions.empty()


@pytest.mark.desk(tray="none", keyring="none", notifications="dunst")
async def test_notes_survive_odd_text_and_a_restarted_service(desk: Desk, sender: DesktopSender) -> None:
    odd = "nul \0, half a pair \ud800, bell \a\nline two"
    await sender.send(message(title=odd, body=odd * 100))
    note = await asyncio.to_thread(desk.notifications.wait, "nul")
    assert note.summary == "nul , half a pair ?, bell line two"
    assert len(note.body) <= 420
    os.kill(desk.desktop.part("notifyd"), signal.SIGKILL)
    with pytest.raises(NoService):
        await gone(sender)
    desk.start("dunst")
    await asyncio.to_thread(wait_for, "the new service", lambda: desk.bus.has_owner("org.freedesktop.Notifications"))
    await sender.send(message(title="Back again"))
    await asyncio.to_thread(desk.notifications.wait, "Back again")


async def gone(sender: DesktopSender) -> None:
    for _ in range(100):  # the bus notices the death a moment later
        await sender.send(message(title="nobody"))
        await asyncio.sleep(0.02)


@pytest.mark.desk(tray="none", keyring="none", notifications="dunst")
async def test_a_service_that_freezes_says_so_and_nothing_is_shown_twice(desk: Desk, sender: DesktopSender) -> None:
    await sender.send(message(title="before"))
    os.kill(desk.desktop.part("notifyd"), signal.SIGSTOP)
    with pytest.raises(NoService, match="does not answer"):
        await sender.send(message(title="while frozen"))
    os.kill(desk.desktop.part("notifyd"), signal.SIGCONT)
    await sender.send(message(title="after"))
    await asyncio.to_thread(desk.notifications.wait, "after")
    assert [note.summary for note in desk.notifications.seen] == ["before", "after"]


@pytest.mark.desk(tray="none", keyring="none", notifications="none")
async def test_without_a_service_the_tray_speaks_or_the_failure_is_told(sender: DesktopSender) -> None:
    with pytest.raises(NoService, match="No notification service") as refused:
        await sender.send(message())
    assert not refused.value.retryable
    told: list[str] = []

    def tray_message(title: str, text: str) -> bool:
        told.append(f"{title}: {text}")
        return True

    sender.use_fallback(tray_message)
    await sender.send(message())
    assert told == ["Morning brief: All is well"]
    sender.use_fallback(lambda title, text: not title + text)
    with pytest.raises(NoService):
        await sender.send(message())


async def test_without_a_session_bus_the_failure_is_told(tmp_path: Path, person: Person) -> None:
    for address in (f"unix:path={tmp_path}/none", "disabled:"):
        sender = DesktopSender(FreedesktopService(app_name="Kata Desktop", address=address), person.acts)
        with pytest.raises(NoService, match="no session bus"):
            await sender.send(message())
        await sender.close()


@pytest.mark.desk(tray="none", keyring="none", notifications="dunst")
async def test_the_portable_service_confirms_what_it_shows(
    desk: Desk, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desk.environment["DBUS_SESSION_BUS_ADDRESS"])
    sender = DesktopSender(PortableService(app_name="Kata Desktop"), person.acts)
    assert desk.notifications.seen == [], "it listens from here on"
    await sender.send(message())
    note = await asyncio.to_thread(desk.notifications.wait, "Morning brief")
    assert note.body == "All is well"
    await sender.close()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with pytest.raises(NoService):
        await sender.send(message())


def test_an_unanswered_note_counts_as_uncertain() -> None:
    assert not Unanswered("nothing within 5 s").certain
