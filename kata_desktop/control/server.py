"""The control socket's server: a Unix socket in a folder of ours, for this user alone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kata_desktop.control.call import Method
from kata_desktop.control.protocol import LONGEST_LINE
from kata_desktop.control.services import Services
from kata_desktop.domain.errors import Unavailable
from kata_desktop.runtime.spawn import Spawner

if TYPE_CHECKING:
    from kata_desktop.control.connection import Connection

MOST_CONNECTIONS = 64

_LOCAL_PEERCRED = 1  # macOS: level 0, struct xucred { u_int version; uid_t uid; short groups; gid_t group[16]; }
_log = logging.getLogger(__name__)


class SocketRefused(Unavailable):
    """The control socket cannot be opened."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The control socket “{path}” cannot be opened because {why}; "
            "correct that or choose another folder with --data-dir."
        )


class ControlServer:
    """Answers the methods of a table on a socket, from `start` to `stop`.

    `owner` is the user who may call, this process's own unless named. Whoever starts it holds the instance lock, so a
    socket file that is there already was left by a dead process.
    """

    def __init__(
        self, path: Path, methods: Mapping[str, Method], services: Services, *, owner: int | None = None
    ) -> None:
        self._owner = os.getuid() if owner is None and sys.platform != "win32" else owner
        self._path = path
        self._methods = methods
        self._services = services
        self._spawner = Spawner()
        self._connections: set[Connection] = set()
        self._server: asyncio.AbstractServer | None = None

    async def start(self) -> None:
        """Begin to answer. Raises `SocketRefused`."""
        if sys.platform == "win32":
            _log.warning("The command line cannot reach a running Kata on Windows yet; there is no control socket")
            return
        try:
            self._path.unlink(missing_ok=True)
            listening = _listen(self._path)
            self._server = await asyncio.start_unix_server(self._accept, sock=listening, limit=LONGEST_LINE)
        except OSError as error:
            raise SocketRefused(self._path, (error.strerror or str(error)).lower()) from error

    async def stop(self, *, limit: float = 2.0) -> None:
        """Take no further call, end what waits, let what works finish within `limit` seconds."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self._connections):
            connection.let_go()
        waiting = [connection.ended for connection in self._connections]
        if waiting:
            await asyncio.wait(waiting, timeout=limit)
        await self._spawner.close(limit=limit)
        self._path.unlink(missing_ok=True)
        self._server = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = peer_uid(writer)
        if peer != self._owner or len(self._connections) >= MOST_CONNECTIONS:
            _log.warning("Refused a caller of the control socket (user %s, %d there)", peer, len(self._connections))
            writer.transport.abort()
            return
        from kata_desktop.control.connection import Connection  # the first caller brings it in

        connection = Connection(reader, writer, self._methods, self._services, self._spawner)
        self._connections.add(connection)
        connection.ended = self._spawner.spawn(self._serve(connection), name="control connection")

    async def _serve(self, connection: Connection) -> None:
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)


def _listen(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.setblocking(False)
        before = os.umask(0o177)  # the socket is nobody else's from its first moment on
        try:
            listening.bind(str(path))
        finally:
            os.umask(before)
    except BaseException:
        listening.close()
        raise
    return listening


def peer_uid(writer: asyncio.StreamWriter) -> int:
    """The user at the other end as the kernel knows it; -1 when it does not tell."""
    end = writer.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError, struct.error):
        if sys.platform == "darwin":
            return int(struct.unpack_from("=II", end.getsockopt(0, _LOCAL_PEERCRED, 76))[1])
        return int(struct.unpack("=iII", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1])
    return -1
