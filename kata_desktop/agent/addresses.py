"""Where model services are, and which of them are on this computer."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from kata_desktop.domain.model import Provider

HOMES: Mapping[Provider, str] = MappingProxyType(
    {
        Provider.OPENAI: "https://api.openai.com/v1",
        Provider.ANTHROPIC: "https://api.anthropic.com",
        Provider.GOOGLE: "https://generativelanguage.googleapis.com",
    }
)
"""Addresses of the services that need none from the person."""


def host_of(address: str) -> str:
    """The host of a web address; empty when it has none."""
    return urlsplit(address).hostname or ""


def is_on_this_computer(base_url: str) -> bool:
    """Tell whether an address stays inside this computer, so that no network is needed for it."""
    host = host_of(base_url)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
