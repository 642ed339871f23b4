"""Why a service could not be reached: its address is wrong, nothing listens there, or there is no network."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from enum import Enum
from urllib.request import getproxies

from kata_desktop.agent.addresses import HOMES, host_of, is_on_this_computer

LIMIT = 5.0
"""Seconds for all questions together; who has not answered by then cannot be asked."""
_OTHERS = tuple(map(host_of, HOMES.values()))
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}

Lookup = Callable[[str], Awaitable[object]]
"""Finds the addresses of a host. Raises OSError, `socket.gaierror` when there is none or nobody to ask."""


class Reach(Enum):
    """How far a connection came."""

    NO_NETWORK = "no network"
    """There is no network, or none that leads there: later there may be one."""
    NO_SUCH_HOST = "no such host"
    """The network knows other hosts but not this one."""
    NOBODY_THERE = "nobody there"
    """The host answers that nothing listens at the address."""


async def system_lookup(host: str) -> object:
    """Ask the system, as every connection does."""
    return await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)


async def reach_of(base_url: str, error: BaseException, lookup: Lookup) -> Reach:
    """Tell why nothing was reached at an address that a person has given, from the error of the connection.

    A host's name is only called wrong by a network that knows another one: some answer for no name at all while they
    lead nowhere.
    """
    host, causes = host_of(base_url), tuple(_causes(error))
    if not host:
        return Reach.NO_NETWORK
    if not is_on_this_computer(base_url) and bool(await asyncio.to_thread(getproxies)):
        return Reach.NO_NETWORK  # whatever the error says, it may be about the proxy
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Reach.NOBODY_THERE
    if any(isinstance(cause, socket.gaierror) for cause in causes) and await _is_unknown(host, lookup):
        return Reach.NO_SUCH_HOST
    return Reach.NO_NETWORK


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error with all that led to it."""
    yield error
    inner = error.__cause__ or error.__context__
    if inner is not None:
        yield from _causes(inner)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _causes(each)


async def _is_unknown(host: str, lookup: Lookup) -> bool:
    try:
        async with asyncio.timeout(LIMIT):
            if not await _is_denied(host, lookup):
                return False
            return any(await asyncio.gather(*(_is_known(other, lookup) for other in _OTHERS if other != host)))
    except TimeoutError:
        return False


async def _is_denied(host: str, lookup: Lookup) -> bool:
    """Somebody who should know says that there is no such name; not that nobody could be asked."""
    try:
        await lookup(host)
    except socket.gaierror as error:
        return error.errno in _NO_SUCH_NAME
    except (OSError, UnicodeError):
        return False
    return False


async def _is_known(host: str, lookup: Lookup) -> bool:
    try:
        await lookup(host)
    except (OSError, UnicodeError):
        return False
    return True
