"""Web API: one door for all methods, with the faults a test asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiohttp import web

from tests.support.slack_server.access import Access
from tests.support.slack_server.arguments import Arguments, read_arguments
from tests.support.slack_server.journal import Journal
from tests.support.slack_server.refusal import Refusal

Method = Callable[[Arguments], dict[str, Any]]
PATIENCE = 0.05
"""Seconds by which clocks may differ before a call counts as too early."""


class FaultKind(StrEnum):
    """What goes wrong with a call."""

    LIMIT = "limit"
    """Refused with 429 and Retry-After."""
    REFUSE = "refuse"
    """Refused with an error code, or an HTTP status."""
    SWALLOW = "swallow"
    """Done, but the connection breaks before the answer."""
    HOLD = "hold"
    """Done, but there is no answer until the client has gone."""
    SLOW = "slow"
    """Done, and answered late."""
    PAGE = "page"
    """Something before Slack answers with a page in HTML, and nothing was done."""
    BREAK = "break"
    """The connection breaks and nothing was done."""


@dataclass(kw_only=True)
class Fault:
    """A fault that waits for its call."""

    kind: FaultKind
    times: int
    """How many calls it hits."""
    error: str = ""
    status: int = 200
    retry_after: float = 1.0
    """Seconds to wait before the next call, or until the answer."""


class WebApi:
    """Answers ``/api/<method>``."""

    def __init__(self, access: Access, journal: Journal, *tables: Mapping[str, Method]) -> None:
        self._access = access
        self._journal = journal
        self._methods: dict[str, Method] = {name: method for table in tables for name, method in table.items()}
        self._faults: dict[str, list[Fault]] = {}
        self._closed_until: dict[str, float] = {}

    def expect(self, method: str, fault: Fault) -> None:
        """Let the next calls of a method go wrong."""
        self._faults.setdefault(method, []).append(fault)

    def forgive(self) -> None:
        """Forget all faults and waits."""
        self._faults.clear()
        self._closed_until.clear()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call, from token to JSON."""
        name = request.match_info["method"]
        try:
            body, fault = await self._call(request, name)
        except Refusal as refusal:
            self._journal.note("refused", name, error=refusal.error)
            return web.json_response(refusal.body, status=refusal.status, headers=refusal.headers)
        if fault and fault.kind is FaultKind.PAGE:
            return web.Response(text="<html>Bad gateway</html>", status=fault.status, content_type="text/html")
        if fault and fault.kind is FaultKind.SLOW:
            await asyncio.sleep(fault.retry_after)
        elif fault:
            await _lose(request, fault)
        return web.json_response({"ok": True} | body, headers={"x-oauth-scopes": ",".join(sorted(self._access.scopes))})

    async def _call(self, request: web.Request, name: str) -> tuple[dict[str, Any], Fault | None]:
        method = self._methods.get(name)
        if method is None:
            raise Refusal("unknown_method", req_method=name)
        arguments = await read_arguments(request)
        self._access.check(request, arguments.text("token", ""), name)
        self._journal.note("call", name, **arguments.values)
        self._mind_patience(name)
        fault = self._next_fault(name)
        if fault and fault.kind in (FaultKind.BREAK, FaultKind.PAGE):
            return {}, fault
        return method(arguments), fault

    def _mind_patience(self, name: str) -> None:
        early = self._closed_until.get(name, 0.0) - asyncio.get_running_loop().time()
        if early > PATIENCE:
            self._journal.note("violation", "called before Retry-After had passed", method=name, early=early)

    def _next_fault(self, name: str) -> Fault | None:
        waiting = self._faults.get(name)
        if not waiting:
            return None
        fault = waiting[0]
        fault.times -= 1
        if fault.times <= 0:
            waiting.pop(0)
        match fault.kind:
            case FaultKind.LIMIT:
                self._closed_until[name] = asyncio.get_running_loop().time() + fault.retry_after
                raise Refusal("ratelimited", status=429, headers={"Retry-After": f"{fault.retry_after:g}"})
            case FaultKind.REFUSE:
                raise Refusal(fault.error, status=fault.status)
            case _:
                return fault


async def _lose(request: web.Request, fault: Fault) -> None:
    """Let no answer get through."""
    while fault.kind is FaultKind.HOLD and request.transport and not request.transport.is_closing():  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    if request.transport is not None:
        request.transport.abort()
