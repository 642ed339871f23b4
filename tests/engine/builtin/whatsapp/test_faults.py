"""What happens to the link when processes die, hang or lie."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import psutil

from kata_desktop.domain.channel import ChannelState
from kata_desktop.domain.notification import OutboxState
from tests.support.eventually import eventually
from tests.support.programs import is_alive
from tests.support.running_plugins import ACME
from tests.support.whatsapp.house import ALICE, House, device_processes, house_of
from tests.support.whatsapp.phone import Phone
from tests.support.whatsapp.scripted_gateway import CANARY_HEX, CANARY_KEY
from tests.support.whatsapp.shapes import events, message

ROOT = Path(__file__).parents[4]
LIFE = """
import asyncio, sys
from pathlib import Path
from types import SimpleNamespace
from tests.support.whatsapp.house import house_of

async def main():
    async with house_of(Path(sys.argv[1]), SimpleNamespace(path=Path(sys.argv[2]))):
        await asyncio.Event().wait()

asyncio.run(main())
"""


@contextmanager
def life(folder: Path, phone: Path) -> Iterator[Popen[bytes]]:
    """The engine in a process of its own, killed at the end."""
    command = [sys.executable, "-c", LIFE, str(folder), str(phone)]
    with Popen(command, cwd=ROOT, stdout=DEVNULL, stderr=PIPE) as process:
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


async def test_a_process_killed_while_sending_leaves_an_unknown_fate(linked: House) -> None:
    linked.phone.hold = True
    linked.phone.write(message("A1", "hello"))
    await linked.arrived(ALICE, 1)
    os.kill(linked.process().pid, signal.SIGKILL)

    async def unknown() -> bool:
        return [item.state for item in await linked.outbox()] == [OutboxState.UNKNOWN]

    await _until(unknown)
    (item,) = await linked.outbox()
    assert item.last_error.endswith("look whether it arrived.")
    linked.phone.hold = False
    await linked.until(ChannelState.CONNECTED)
    linked.phone.write(message("A2", "and now"))
    assert await linked.arrived(ALICE, 2) == ["Heard: hello", "Heard: and now"]


async def test_a_crash_is_told_and_healed(linked: House) -> None:
    before = linked.process().pid
    os.kill(before, signal.SIGSEGV)
    await linked.until(ChannelState.RECONNECTING)
    assert "ended (signal 11); it is started again by itself" in linked.sentence
    await linked.until(ChannelState.CONNECTED)
    assert linked.process().pid != before
    linked.phone.write(message("A1", "hello"))
    assert await linked.arrived(ALICE, 1) == ["Heard: hello"]


async def test_a_blocked_process_is_noticed_and_replaced(linked: House) -> None:
    before, opens = linked.process(), linked.phone.opens
    before.suspend()
    runner = linked.kata.channel_host.runner(ACME, "whatsapp")
    assert runner is not None
    adapter = runner.adapter
    assert adapter is not None
    await eventually("a missing heartbeat", lambda: not adapter.is_healthy())
    linked.kata.channel_host.retry(ACME, "whatsapp")  # the look that comes every 15 seconds
    await eventually("its end", lambda: not is_alive(before.pid))
    await eventually("another connection", lambda: linked.phone.opens > opens)
    await linked.until(ChannelState.CONNECTED)
    assert linked.process().pid != before.pid


async def test_a_connect_that_never_answers_harms_nobody(phone: Phone, tmp_path: Path) -> None:
    async with house_of(tmp_path / "home", phone) as house:
        await house.link()
    phone.silent = True
    async with house_of(tmp_path / "home", phone) as house:
        await eventually("the try", device_processes)
        assert house.state is ChannelState.STARTING
        await house.kata.plugins.switch(ACME, "whatsapp", on=False)
        await house.kata.plugins.manager.settled(ACME, "whatsapp")
        assert device_processes() == []


async def test_switching_off_ends_the_process(linked: House) -> None:
    await linked.kata.plugins.switch(ACME, "whatsapp", on=False)
    await linked.kata.plugins.manager.settled(ACME, "whatsapp")
    assert device_processes() == []
    await linked.kata.plugins.switch(ACME, "whatsapp", on=True)
    await linked.until(ChannelState.CONNECTED)


async def test_a_lost_connection_is_waited_for(linked: House) -> None:
    linked.phone.event(events.Disconnected(status=True))
    linked.phone.write(message("A1", "hello"))  # came with the last packet
    await linked.decided(1)
    await asyncio.sleep(0.3)
    assert linked.phone.sent == []
    linked.phone.event(events.Connected(status=True))
    assert await linked.arrived(ALICE, 1, limit=40) == ["Heard: hello"]
    assert linked.state is ChannelState.CONNECTED


async def test_nothing_is_left_when_kata_is_killed(phone: Phone, tmp_path: Path) -> None:
    async with house_of(tmp_path / "home", phone) as house:
        await house.link()
    opens = phone.opens
    with life(tmp_path / "home", phone.path) as process:
        await eventually("a connection", lambda: phone.opens > opens)
        beneath = psutil.Process(process.pid).children(recursive=True)
        assert len(beneath) >= 2  # the guard and the process
    await eventually("the end of all", lambda: not [each for each in beneath if is_alive(each.pid)])


async def test_no_key_gets_out_of_the_session(linked: House) -> None:
    await linked.kata.plugins.cancel_pairing(ACME, "whatsapp")
    linked.phone.write(message("A1", "hello"))
    await linked.arrived(ALICE, 1)
    process = linked.process()
    guard = process.parent()
    assert guard is not None
    for each in (process, guard):
        assert CANARY_KEY not in " ".join(each.cmdline())
    secrets = [CANARY_KEY.encode(), CANARY_HEX.encode(), b"2@first", str(list(CANARY_KEY.encode())).encode()]
    session = linked.data / "session"
    logs = "".join(path.read_text() for path in linked.folder.rglob("whatsapp.log*"))
    assert "noise key ‹hidden›" in logs  # it was said, and nothing of it was kept
    for path in linked.folder.rglob("*"):
        if path.is_file() and session not in path.parents:
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret in content], path
    assert CANARY_KEY.encode() in (session / "store.db").read_bytes()


async def test_the_files_are_private_although_the_library_is_careless(linked: House) -> None:
    linked.phone.write(message("A1", "hello"))
    await linked.arrived(ALICE, 1)
    for path in (linked.data, *linked.data.rglob("*")):
        mode = path.stat().st_mode & 0o777
        assert mode == (0o700 if path.is_dir() else 0o600), f"{path} {mode:o}"


async def _until(test: Callable[[], Awaitable[bool]], *, limit: float = 30.0) -> None:
    end = asyncio.get_running_loop().time() + limit
    while not await test():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.02)
