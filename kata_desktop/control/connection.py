"""One caller of the control socket: reads its lines, runs its calls beside each other, writes the answers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping

from kata_desktop.control.call import Call, Method
from kata_desktop.control.failures import ExitCode, RpcCode, data_of
from kata_desktop.control.params import Params, WrongParams
from kata_desktop.control.protocol import (
    LONGEST_LINE,
    BadMessage,
    Request,
    error_line,
    notification_line,
    read_request,
    result_line,
)
from kata_desktop.control.services import Services
from kata_desktop.domain.errors import KataError
from kata_desktop.runtime.spawn import Spawner

MOST_CALLS = 16
"""Calls of one caller at once; further lines are read when one of them is answered."""
MOST_UNREAD = 16 * LONGEST_LINE
"""Bytes that may wait for a caller who does not read; beyond that it is let go."""

_log = logging.getLogger(__name__)


class Connection:
    """Serves one caller.

    Attributes:
        ended: Done when the caller is gone.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        methods: Mapping[str, Method],
        services: Services,
        spawner: Spawner,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._methods = methods
        self._services = services
        self._spawner = spawner
        self._calls: dict[asyncio.Task[None], bool] = {}
        self._places = asyncio.Semaphore(MOST_CALLS)
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def serve(self) -> None:
        """Answer until the caller goes away."""
        try:
            while (line := await self._next_line()) is not None:
                await self._take(line)
        finally:
            await self._finish()

    def let_go(self) -> None:
        """The program ends: take nothing more, and end what only waits."""
        self._reader.feed_eof()
        self._cancel_waiting()

    async def _next_line(self) -> bytes | None:
        try:
            return await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return None  # a last line without its end is no request: nobody knows whether it is whole
        except asyncio.LimitOverrunError:
            self._write(error_line(None, RpcCode.INVALID_REQUEST, f"a line is longer than {LONGEST_LINE} bytes"))
            return None
        except OSError:
            return None

    async def _take(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            request = read_request(line)
        except BadMessage as bad:
            self._write(error_line(bad.ident, bad.code, str(bad)))
            return
        method = self._methods.get(request.method)
        if method is None:
            self._answer(request, error_line(request.ident, RpcCode.METHOD_NOT_FOUND, "there is no such method"))
            return
        await self._places.acquire()
        task = self._spawner.spawn(self._run(method, request), name=f"control {request.method}")
        self._calls[task] = method.waits
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._places.release()
        self._calls.pop(task, None)

    async def _run(self, method: Method, request: Request) -> None:
        """One call; the top handler for calls."""
        call = Call(services=self._services, params=Params(request.params), push=self._push)
        try:
            line = result_line(request.ident, await method.run(call))
        except WrongParams as error:
            line = error_line(request.ident, RpcCode.INVALID_PARAMS, str(error))
        except KataError as error:
            line = error_line(request.ident, RpcCode.DOMAIN_ERROR, error.sentence, data_of(error))
        except Exception:  # noqa: BLE001
            _log.exception("The call %s failed", request.method)
            data = {"kind": "internal", "exit_code": int(ExitCode.INTERNAL), "errors": []}
            line = error_line(request.ident, RpcCode.INTERNAL_ERROR, "Kata met an error of its own", data)
        self._answer(request, line)
        with contextlib.suppress(OSError):
            await self._writer.drain()

    def _answer(self, request: Request, line: bytes) -> None:
        if request.wants_answer:
            self._write(line)

    def _push(self, method: str, params: object) -> None:
        self._write(notification_line(method, params))

    def _write(self, line: bytes) -> None:
        if self._writer.is_closing():
            return
        self._writer.write(line)
        if self._writer.transport.get_write_buffer_size() > MOST_UNREAD:
            _log.warning("A caller of the control socket does not read; let go")
            self._writer.transport.abort()

    async def _finish(self) -> None:
        self._cancel_waiting()
        if self._calls:
            await asyncio.wait(tuple(self._calls))
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def _cancel_waiting(self) -> None:
        for task, waits in self._calls.items():
            if waits:
                task.cancel()
