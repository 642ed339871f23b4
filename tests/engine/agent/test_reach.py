"""Telling a mistyped address from a network that is not there."""

from __future__ import annotations

import errno
import socket

import pytest

from kata_desktop.agent.reach import Lookup, Reach, reach_of

ADDRESS = "https://model.company.example/v1"


def a_network_of(*hosts: str, silent: bool = False) -> Lookup:
    """Knows these names and no others; a silent one answers nobody."""

    async def lookup(host: str) -> object:
        if host in hosts:
            return [host]
        if silent:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    return lookup


def led_to(cause: BaseException) -> Exception:
    """What the libraries make of it."""
    try:
        try:
            raise ExceptionGroup("several addresses", [cause]) if isinstance(cause, OSError) else cause
        except BaseException as inner:
            raise OSError("All connection attempts failed") from inner
    except OSError as error:
        return error


UNKNOWN = socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize(
    "address, cause, network, reach",
    [
        (ADDRESS, UNKNOWN, a_network_of("api.openai.com"), Reach.NO_SUCH_HOST),
        (ADDRESS, UNKNOWN, a_network_of(), Reach.NO_NETWORK),
        (ADDRESS, UNKNOWN, a_network_of(silent=True), Reach.NO_NETWORK),
        (ADDRESS, UNKNOWN, a_network_of("api.openai.com", silent=True), Reach.NO_NETWORK),
        (ADDRESS, UNKNOWN, a_network_of("api.openai.com", "model.company.example"), Reach.NO_NETWORK),
        (ADDRESS, ConnectionRefusedError(errno.ECONNREFUSED, "refused"), a_network_of(), Reach.NOBODY_THERE),
        (ADDRESS, OSError(errno.EHOSTUNREACH, "no route"), a_network_of("api.openai.com"), Reach.NO_NETWORK),
        ("", UNKNOWN, a_network_of("api.openai.com"), Reach.NO_NETWORK),
    ],
)
async def test_why_nothing_was_reached(
    address: str, cause: OSError, network: Lookup, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert await reach_of(address, led_to(cause), network) is reach


async def test_behind_a_proxy_an_error_of_names_says_nothing_about_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.company.example:3128")
    assert await reach_of(ADDRESS, led_to(UNKNOWN), a_network_of("api.openai.com")) is Reach.NO_NETWORK
