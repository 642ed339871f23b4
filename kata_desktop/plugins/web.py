"""Fetching pages for plugins: public addresses only unless the owner says otherwise, limited in size and time."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from kata_desktop.domain.handler import HandlerError
from kata_desktop.version import __version__

if TYPE_CHECKING:
    import aiohttp

LARGEST = 5 * 1024 * 1024
"""Bytes of one page."""
LIMIT = 30.0
"""Seconds for one page, redirects included."""
_HOPS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED = 304
_TOO_MANY = 429


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What came back."""

    url: str
    """After redirects."""
    body: bytes = b""
    """Empty when `unchanged`."""
    media_type: str = ""
    charset: str = "utf-8"
    etag: str = ""
    modified: str = ""
    """The header Last-Modified, to be sent back."""
    unchanged: bool = False
    """The server said that nothing is new since `etag` or `modified`."""

    @property
    def text(self) -> str:
        """The body as text; what does not fit the character set is replaced."""
        try:
            return self.body.decode(self.charset, "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")


class FetchFailed(HandlerError):
    """A page could not be fetched."""


async def fetch(url: str, *, etag: str = "", modified: str = "", private_too: bool = False) -> Page:
    """Fetch a page by GET, following at most five redirects; each hop's address is checked after its name was resolved.

    Args:
        url: http or https.
        etag, modified: from an earlier `Page`, so that an unchanged one is not sent again.
        private_too: also loopback, link-local and private addresses: only for what the owner typed.

    Raises:
        FetchFailed: with the reason; says whether trying again can help.
    """
    import aiohttp  # a tenth of a second, for those who fetch

    headers = {"User-Agent": f"KataDesktop/{__version__}"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    connector = aiohttp.TCPConnector(resolver=_resolver(private_too=private_too))
    limit = aiohttp.ClientTimeout(total=LIMIT)
    try:
        async with aiohttp.ClientSession(connector=connector, timeout=limit, headers=headers) as session:
            return await _follow(session, url, private_too=private_too)
    except TimeoutError as error:
        raise FetchFailed(f"{_host(url)} did not answer within {LIMIT:g} s.", kind="timeout") from error
    except aiohttp.ClientConnectionError as error:
        raise FetchFailed(
            f"{_host(url)} {_unreached(error)}; check the address and the network.", kind="offline"
        ) from error
    except (aiohttp.ClientError, ValueError) as error:
        raise FetchFailed(
            f"{_host(url)} sent something that is no web page ({_why(error)}).", kind="bad-page"
        ) from error


async def _follow(session: aiohttp.ClientSession, url: str, *, private_too: bool) -> Page:
    for _ in range(_HOPS + 1):
        _check(url, private_too=private_too)
        async with session.get(url, allow_redirects=False) as answer:
            if answer.status in _REDIRECTS and "Location" in answer.headers:
                url = urljoin(url, answer.headers["Location"])
                continue
            return await _page(answer, url)
    raise FetchFailed(f"{_host(url)} sends from page to page without end.", kind="bad-page", retryable=False)


async def _page(answer: aiohttp.ClientResponse, url: str) -> Page:
    if answer.status == _NOT_MODIFIED:
        return Page(url=url, unchanged=True)
    if answer.status >= 400:
        again = answer.status >= 500 or answer.status == _TOO_MANY
        sentence = f"{_host(url)} answered with the error {answer.status} {answer.reason or ''}".rstrip()
        raise FetchFailed(f"{sentence}; check the address.", kind="bad-page", retryable=again)
    body = bytearray()
    async for piece in answer.content.iter_chunked(65_536):
        body += piece
        if len(body) > LARGEST:
            sentence = f"{_host(url)} sent more than {LARGEST // 1024 // 1024} MB, so it was not read."
            raise FetchFailed(sentence, kind="too-large", retryable=False)
    return Page(
        url=url,
        body=bytes(body),
        media_type=answer.content_type,
        charset=answer.charset or "utf-8",
        etag=answer.headers.get("ETag", ""),
        modified=answer.headers.get("Last-Modified", ""),
    )


def _check(url: str, *, private_too: bool) -> None:
    """Refuse what is no web address, and addresses given as numbers that are not public."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise FetchFailed("That is no web address; give one such as https://example.org/.", retryable=False) from error
    if parts.scheme not in {"http", "https"} or not host:
        raise FetchFailed(f"“{url[:200]}” is no web address; give one such as https://example.org/.", retryable=False)
    if (address := _as_number(host)) is not None:
        _refuse_private(host, [address], private_too=private_too)


def _as_number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is, in any of the ways to write one: ``2130706433`` and ``0x7f.1`` are 127.0.0.1."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host)
    with contextlib.suppress(OSError):
        return ipaddress.IPv4Address(socket.inet_aton(host))
    return None


def _refuse_private(
    host: str, addresses: list[ipaddress.IPv4Address | ipaddress.IPv6Address], *, private_too: bool
) -> None:
    if private_too:
        return
    for address in addresses:
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        if not (mapped or address).is_global or (mapped or address).is_multicast:
            sentence = (
                f"{host} is not on the public internet, so it is not fetched; "
                "the settings of the plugin can allow your own network."
            )
            raise FetchFailed(sentence, kind="private-address", retryable=False)


def _resolver(*, private_too: bool) -> Any:
    from aiohttp.abc import AbstractResolver, ResolveResult

    class Resolver(AbstractResolver):
        """The system's names; what may not be reached is refused with the addresses that will be connected to."""

        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
        ) -> list[ResolveResult]:
            loop = asyncio.get_running_loop()
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
            places = [(kind, place[0], place[1]) for kind, _, _, _, place in found]
            addresses = [ipaddress.ip_address(str(place).split("%", maxsplit=1)[0]) for _, place, _ in places]
            _refuse_private(host, addresses, private_too=private_too)
            return [
                ResolveResult(
                    hostname=host, host=str(place), port=int(number), family=kind, proto=0, flags=socket.AI_NUMERICHOST
                )
                for kind, place, number in places
            ]

        async def close(self) -> None:
            """Nothing is held."""

    return Resolver()


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url[:100]
    except ValueError:
        return url[:100]


def _unreached(error: Exception) -> str:
    """In words; the library's own name hosts, ports and certificates' contexts."""
    cause = getattr(error, "os_error", None) or getattr(error, "certificate_error", None)
    if isinstance(cause, socket.gaierror):
        return "is not known to the network"
    return f"cannot be reached ({_why(cause or error)})"


def _why(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
