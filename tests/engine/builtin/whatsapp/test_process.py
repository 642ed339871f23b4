"""The process of the linked device by itself: what it keeps, what it refuses, when it ends; and the real library."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from kata_desktop.builtin.whatsapp import library
from kata_desktop.builtin.whatsapp.child import neonize_gateway
from kata_desktop.builtin.whatsapp.child.gateway import LibraryMissing
from kata_desktop.builtin.whatsapp.child.spool import Spool
from kata_desktop.builtin.whatsapp.plugin import WhatsAppPlugin
from kata_desktop.builtin.whatsapp.session import Session
from kata_desktop.builtin.whatsapp.wire import (
    Came,
    Code,
    NotSent,
    Online,
    Open,
    Over,
    Ping,
    Pong,
    Reason,
    Receive,
    Scanned,
    Send,
    Stored,
)
from tests.support.eventually import eventually
from tests.support.programs import is_alive
from tests.support.whatsapp.house import BOB, PROGRAM
from tests.support.whatsapp.line import Line, line_to
from tests.support.whatsapp.phone import Phone
from tests.support.whatsapp.shapes import DEVICE, LID, PHONE, message

REAL = WhatsAppPlugin.argv


@pytest.fixture
def argv(phone: Phone) -> tuple[str, ...]:
    return (sys.executable, str(PROGRAM), str(phone.path))


async def linked(line: Line, phone: Phone) -> None:
    line.say(Open(pairing=True))
    await eventually("an open line", lambda: phone.opens)
    phone.offer("2@code")
    assert await line.heard(Code) == [Code(text="2@code", seconds=0.6, is_phone_code=False)]
    await phone.accept()
    assert await line.heard(Scanned)
    assert await line.heard(Online) == [Online(phone=PHONE, lid=LID, name="Owner", device=DEVICE)]


async def test_messages_survive_the_process_until_they_are_safe(
    argv: tuple[str, ...], phone: Phone, tmp_path: Path
) -> None:
    spool = tmp_path / "data" / "arrived"
    async with line_to(argv, tmp_path / "data") as line:
        await linked(line, phone)
        phone.write(*[message(f"A{n}", f"text {n}") for n in range(3)])
        await eventually("three kept messages", lambda: len(list(spool.glob("*.json"))) == 3)
        assert not [report for report in line.reports if isinstance(report, Came)]  # nobody has asked for them yet
        assert line.program is not None
        os.kill(line.program.pid, signal.SIGKILL)
        await line.program.ended
    async with line_to(argv, tmp_path / "data") as line:
        line.say(Open(pairing=False))
        line.say(Receive())
        came = await line.heard(Came, 3)
        assert [each.text for each in came] == ["text 0", "text 1", "text 2"]
        line.say(Stored(token=came[0].token))
        line.say(Stored(token="../../escape"))
        line.say(Receive())
        again = (await line.heard(Came, 5))[3:]
        assert [each.text for each in again] == ["text 1", "text 2"]


async def test_a_message_waits_for_a_disk_that_takes_it(argv: tuple[str, ...], phone: Phone, tmp_path: Path) -> None:
    spool = tmp_path / "data" / "arrived"
    async with line_to(argv, tmp_path / "data") as line:
        await linked(line, phone)
        line.say(Receive())
        spool.rename(tmp_path / "away")
        phone.write(message("A1", "first"), message("A2", "second"))
        await eventually("a complaint", lambda: [text for text in line.printed if "could not be kept" in text])
        assert not [report for report in line.reports if isinstance(report, Came)], "what is not safe is not told"
        (tmp_path / "away").rename(spool)
        assert [came.text for came in await line.heard(Came, 2)] == ["first", "second"]
        line.say(Ping(number=1))
        await line.heard(Pong)


def test_what_a_killed_process_was_writing_is_swept(tmp_path: Path) -> None:
    (tmp_path / "0000000007.draft").write_text("half a mess")
    Spool(tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_it_answers_heartbeats_and_ends_with_its_link(argv: tuple[str, ...], tmp_path: Path) -> None:
    async with line_to(argv, tmp_path / "data") as line:
        assert line.program is not None
        line.say(Ping(number=41))
        assert await line.heard(Pong) == [Pong(number=41)]
        line.program._transport.close()
        async with asyncio.timeout(30):
            assert await line.program.ended in (0, -signal.SIGTERM)


async def test_what_it_cannot_read_is_not_obeyed(argv: tuple[str, ...], tmp_path: Path) -> None:
    async with line_to(argv, tmp_path / "data") as line:
        assert line.program is not None
        for text in ("no json", '{"kind":"Launch"}', '{"kind":"Ping","number":"1"}', '{"kind":"Ping","number":true}'):
            line.program.send(text)
        line.program.send('{"kind":"Send","number":1,"to":"a","text":"SECRET-canary"}x')
        line.say(Ping(number=1))
        await line.heard(Pong)
        await eventually("five complaints", lambda: len([e for e in line.printed if "could not be read" in e]) == 5)
        assert "canary" not in "".join(line.printed)


async def test_two_processes_never_share_a_session(argv: tuple[str, ...], phone: Phone, tmp_path: Path) -> None:
    async with line_to(argv, tmp_path / "data") as first:
        await linked(first, phone)
        async with line_to(argv, tmp_path / "data") as second:
            assert await second.heard(Over) == [Over(reason=Reason.BUSY)]
        assert phone.opens == 1


async def test_what_was_left_open_is_closed(argv: tuple[str, ...], tmp_path: Path) -> None:
    session = Session(tmp_path / "data")
    session.folder.mkdir(parents=True, mode=0o755)
    (session.folder / "store.db").write_text("old")
    (session.folder / "store.db").chmod(0o644)
    (tmp_path / "elsewhere").write_text("mine")
    (tmp_path / "elsewhere").chmod(0o644)
    (session.folder / "link").symlink_to(tmp_path / "elsewhere")
    async with line_to(argv, tmp_path / "data") as line:
        line.say(Ping(number=1))
        await line.heard(Pong)
    assert session.folder.stat().st_mode & 0o777 == 0o700
    assert session.store.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o644


# -- the real library


async def test_the_real_library_tells_that_there_is_no_network(tmp_path: Path) -> None:
    """It is imported, makes its store, dials three times and gives up."""
    assert library.problem() == ""
    async with line_to(REAL, tmp_path / "data") as line:
        assert line.program is not None
        line.say(Open(pairing=True))
        (over,) = await line.heard(Over, limit=40)
        assert over.reason is Reason.UNREACHABLE
        assert "failed to dial" in over.detail or "no answer" in over.detail
        line.say(Send(number=1, to=BOB, text="hello"))
        (refused,) = await line.heard(NotSent)
        assert (refused.certain, refused.retryable) == (True, True)
        line.say(Ping(number=7))
        await line.heard(Pong)
        assert not line.program.ended.done()
        process = psutil.Process(line.program.pid)
        assert process.cmdline()[-2:] == ["-m", "kata_desktop.builtin.whatsapp.child"]
        session = Session(tmp_path / "data")
        assert session.store.read_bytes()[:15] == b"SQLite format 3"
        for path in (session.folder, *session.folder.iterdir()):
            assert path.stat().st_mode & 0o077 == 0, path
    assert not is_alive(process.pid)


async def test_the_real_library_hangs_up_when_kata_lets_go(tmp_path: Path) -> None:
    async with line_to(REAL, tmp_path / "data") as line:
        assert line.program is not None
        line.say(Open(pairing=False))
        await line.heard(Over, limit=40)
        line.program._transport.close()
        async with asyncio.timeout(30):
            await line.program.ended


def test_kata_itself_never_imports_the_library() -> None:
    code = (
        "import sys, kata_desktop.builtin.whatsapp.plugin, kata_desktop.builtin.whatsapp.library as l; l.problem(); "
        "print([n for n in sys.modules if n.partition('.')[0] in ('neonize', 'magic', 'google')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# -- a library that is not as it must be


def installed(folder: Path, version: str, *, part: bool) -> None:
    """Put a library there that says it is of this version and fails when it is imported."""
    (folder / "neonize").mkdir()
    (folder / "neonize" / "__init__.py").write_text("raise SystemExit('imported')")
    if part:
        (folder / "neonize" / library._program_part().name).touch()
    (folder / f"neonize-{version}.dist-info").mkdir()
    (folder / f"neonize-{version}.dist-info" / "METADATA").write_text(f"Name: neonize\nVersion: {version}\n")


async def problem_there(folder: Path) -> str:
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); from kata_desktop.builtin.whatsapp import library; "
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code + "print(library.problem())", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return out.decode().strip()


async def test_another_version_is_refused_unread(tmp_path: Path) -> None:
    installed(tmp_path, "0.9.9", part=True)
    assert (await problem_there(tmp_path)).startswith("Version 0.9.9 of the library neonize is installed, and Kata")


async def test_a_library_without_its_part_is_refused_unread(tmp_path: Path) -> None:
    installed(tmp_path, library.PINNED, part=False)
    assert "without its part for this computer, and nothing is downloaded" in await problem_there(tmp_path)


def test_a_missing_system_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_loads", lambda _: False)
    assert "libmagic1" in library.problem()
    with pytest.raises(LibraryMissing, match="libmagic"):
        neonize_gateway.load()


def test_nothing_can_be_downloaded() -> None:
    with pytest.raises(OSError, match="nothing is downloaded"):
        neonize_gateway._refuse_download()
