"""Keeps Socket Mode going: a connection, its successor when Slack announces an end, late acknowledgement."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kata_desktop.builtin.slack.errors import REJECTED, SlackRefusal, SlackUnreachable, channel_error
from kata_desktop.builtin.slack.link import Link
from kata_desktop.plugins.sdk import ChannelError, ClockView

if TYPE_CHECKING:
    from kata_desktop.builtin.slack.client import SlackClient

_HELLO = 15.0
"""Seconds until a new connection must have said hello."""
_QUIET = 40.0
"""Seconds without a sign of life after which a connection counts as dead; pings go out every ten."""
_OLD_LINK_LIVES = 15.0
"""Seconds that a connection is still listened to after its successor is there; Slack ends it after some ten."""
_TICKET_HOLDS = 20.0
"""Seconds for which the address that the check asked for is used instead of asking for another."""

Payload = Mapping[str, Any]
Take = Callable[[str, Payload], Awaitable[Payload | None]]
"""Takes an envelope's kind and payload, and returns what the acknowledgement carries. Once it has returned the thing is
durable; when it raises, nothing is acknowledged and Slack delivers again.
"""


class SocketMode:
    """Everything between "connect" and "the connection is lost"; one `run` at a time."""

    def __init__(self, client: SlackClient, clock: ClockView, log: logging.LoggerAdapter[logging.Logger]) -> None:
        self._client = client
        self._clock = clock
        self._log = log
        self._ticket = ("", 0.0)
        self._heard_at = 0.0
        self._current: Link | None = None
        self._succeeded: set[Link] = set()
        """Links whose successor is open or being opened: their end is no loss."""
        self._turn = asyncio.Lock()
        self._cause: ChannelError | None = None

    async def check(self) -> None:
        """See that the app's token opens connections. Raises `SlackRefusal`, `SlackUnreachable`."""
        self._ticket = (await self._client.socket_address(), self._clock.monotonic())

    def is_alive(self) -> bool:
        """Whether Slack was heard from lately."""
        return self._current is not None and self._clock.monotonic() - self._heard_at < _QUIET

    async def run(self, take: Take, opened: Callable[[], Awaitable[None]]) -> None:
        """Receive until the connection is lost.

        Args:
            take: called for one envelope after the other, in the order of their arrival.
            opened: called beside once a connection stands, for whatever was missed before it.

        Raises:
            ChannelError: it was lost, or Slack refuses to go on.
        """
        self._succeeded.clear()
        self._cause = None
        try:
            async with asyncio.TaskGroup() as tasks:
                run = _Run(tasks=tasks, take=take, opened=opened)
                tasks.create_task(self._serve(run), name="Slack: connection")
        except BaseExceptionGroup as group:
            raise _first(group) from group
        finally:
            self._current = None

    async def end(self, cause: ChannelError) -> None:
        """Let the present `run` fail with a cause that came to light elsewhere; harmless when none goes on."""
        self._cause = cause
        if self._current:
            await self._current.close()

    async def _serve(self, run: _Run, predecessor: Link | None = None) -> None:
        link = await self._open()
        try:
            async with aclosing(link.frames()) as frames:
                await self._listen(run, link, frames, predecessor)
        finally:
            await link.close()
        if link not in self._succeeded:
            raise self._cause or ChannelError("The connection to Slack was lost; it is opened again by itself.")

    async def _open(self) -> Link:
        address, at = self._ticket
        self._ticket = ("", 0.0)
        if not address or self._clock.monotonic() - at > _TICKET_HOLDS:
            address = await self._client.socket_address()
        return await Link.open(self._client, address, self._now_heard)

    def _now_heard(self) -> None:
        self._heard_at = self._clock.monotonic()

    async def _listen(
        self, run: _Run, link: Link, frames: AsyncGenerator[Payload, None], predecessor: Link | None
    ) -> None:
        async with asyncio.timeout(_HELLO):
            first = await anext(frames, None)
        if first is None:
            return
        self._frame(run, link, first)
        self._current = link
        run.tasks.create_task(self._after_opening(run, predecessor), name="Slack: after connecting")
        async for frame in frames:
            self._frame(run, link, frame)

    async def _after_opening(self, run: _Run, predecessor: Link | None) -> None:
        await run.opened()
        if predecessor:
            await self._clock.sleep(_OLD_LINK_LIVES)
            await predecessor.close()

    def _frame(self, run: _Run, link: Link, frame: Payload) -> None:
        kind, envelope = str(frame.get("type", "")), str(frame.get("envelope_id", ""))
        if kind == "disconnect":
            self._asked_to_go(run, link, str(frame.get("reason", "")))
        elif envelope:
            run.tasks.create_task(self._envelope(run, link, envelope, frame), name=f"Slack: {kind}")

    def _asked_to_go(self, run: _Run, link: Link, reason: str) -> None:
        if reason in REJECTED:
            raise ChannelError(REJECTED[reason], final=True)
        if reason == "too_many_websockets":
            raise ChannelError(
                "Slack allows ten connections of one app and all are in use; stop other programs that use its token.",
                retry_after=timedelta(minutes=1),
            )
        if link not in self._succeeded:  # refresh_requested, warning: the next one opens before this one ends
            self._succeeded.add(link)
            run.tasks.create_task(self._serve(run, predecessor=link), name="Slack: next connection")

    async def _envelope(self, run: _Run, link: Link, envelope: str, frame: Payload) -> None:
        kind, payload = str(frame.get("type", "")), frame.get("payload")
        async with self._turn:
            try:
                answer = await run.take(kind, payload if isinstance(payload, dict) else {})
            except ChannelError:  # what came says that the connection is of no use any more; it need not come again
                await self._acknowledge(link, envelope, kind)
                raise
            except Exception:  # noqa: BLE001 - top handler of an envelope: Slack delivers it again, the others go on
                self._log.exception("Slack's %s %s could not be taken on; it comes again.", kind, envelope)
                return
        await self._acknowledge(link, envelope, kind, answer if frame.get("accepts_response_payload") else None)

    async def _acknowledge(self, link: Link, envelope: str, kind: str, answer: Payload | None = None) -> None:
        try:
            await link.acknowledge(envelope, answer)
        except SlackUnreachable:
            self._log.info("An acknowledgement found no connection; Slack delivers that %s again.", kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """What one run works with."""

    tasks: asyncio.TaskGroup
    take: Take
    opened: Callable[[], Awaitable[None]]


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The one cause that matters: a refusal before a lost connection before anything else."""
    cause = min(_leaves(group), key=_rank)
    if isinstance(cause, SlackRefusal | SlackUnreachable):
        return channel_error(cause)
    if isinstance(cause, TimeoutError):
        return ChannelError("Slack did not say hello in time; the connection is opened again by itself.")
    return cause


def _rank(cause: BaseException) -> int:
    if isinstance(cause, ChannelError):
        return 0 if cause.final else 2
    return 1


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found.extend(_leaves(error) if isinstance(error, BaseExceptionGroup) else [error])
    return found
