"""The process around a station: private files, a link instead of arguments, and an end as soon as Kata lets go."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import resource
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kata_desktop.builtin.whatsapp.child.codes import Codes, CodeTimes
from kata_desktop.builtin.whatsapp.child.gateway import Gateway
from kata_desktop.builtin.whatsapp.child.station import Station
from kata_desktop.builtin.whatsapp.codec import NotOurs, decode, encode
from kata_desktop.builtin.whatsapp.secrecy import without_keys
from kata_desktop.builtin.whatsapp.session import Session
from kata_desktop.builtin.whatsapp.wire import ORDERS, Open, Over, Reason, Report

LONGEST_LINE = 2_000_000
_LOCK_LIMIT = 6.0
"""Seconds to wait for an earlier process, which ends within less."""
_CLOSE_LIMIT = 1.0
_log = logging.getLogger(__name__)


class Hushed(logging.Formatter):
    """Lets no key through, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """One line or more, cleaned."""
        return "\n".join(without_keys(line) for line in super().format(record).splitlines())


def run(make_gateway: Callable[[Session], Gateway], *, times: CodeTimes | None = None) -> None:
    """Be the linked device of the folder in which the program was started; never returns."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the keys
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Hushed("%(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    code = 1
    try:
        asyncio.run(_live(_taken_link(), make_gateway, times or CodeTimes()))
    except _LinkBroken:
        code = 0
    except Exception:  # noqa: BLE001 - the top handler of the process
        _log.exception("The process of the linked device failed")
    finally:
        # the library's threads cannot be ended, and would hold an ordinary end up for ever
        os._exit(code)


class _LinkBroken(Exception):
    """Kata is gone, or wants nothing more."""


def _taken_link() -> socket.socket:
    """The link, off the standard input, where others might read it."""
    link = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return link


async def _live(link: socket.socket, make_gateway: Callable[[Session], Gateway], times: CodeTimes) -> None:
    reader, writer = await asyncio.open_connection(sock=link, limit=LONGEST_LINE)
    session = Session(Path.cwd())
    session.prepare()

    def tell(report: Report) -> None:
        writer.write(encode(report).encode("utf-8", "replace") + b"\n")

    if not await asyncio.to_thread(_is_alone, session.lock):
        tell(Over(reason=Reason.BUSY))
        await reader.read()
        raise _LinkBroken
    gateway = make_gateway(session)
    broken = False
    try:
        async with asyncio.TaskGroup() as group:
            station = Station(gateway, session, tell, group, Codes(group, times))
            group.create_task(_obey(reader, station), name="orders")
    except* _LinkBroken:
        broken = True  # raised here, it would come out in a group
    if broken:
        await _closed(gateway)
        raise _LinkBroken


async def _obey(reader: asyncio.StreamReader, station: Station) -> None:
    opened = False
    while line := await reader.readline():
        try:
            order = decode(line.decode("utf-8"), ORDERS)
        except (NotOurs, UnicodeDecodeError) as error:
            _log.error("An order could not be read: %s", error)
            continue
        if isinstance(order, Open) and opened:
            _log.error("A second order to open was ignored")
            continue
        opened = opened or isinstance(order, Open)
        station.obey(order)
    raise _LinkBroken


async def _closed(gateway: Gateway) -> None:
    try:
        async with asyncio.timeout(_CLOSE_LIMIT):
            await gateway.close()
    except TimeoutError:
        _log.warning("The library did not hang up in time")


_held: list[int] = []
"""The lock lasts as long as the process."""


def _is_alone(path: Path) -> bool:
    """Take the session for ourselves; False when somebody else has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    _held.append(descriptor)
    end = time.monotonic() + _LOCK_LIMIT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        else:
            return True
