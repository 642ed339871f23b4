"""A small real web server on loopback whose pages a test changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(kw_only=True)
class WebSite:
    """Pages by path; `asked` holds the headers of every request."""

    address: str = ""
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Path to body and media type."""
    redirects: dict[str, str] = field(default_factory=dict)
    refuse: int = 0
    """An error status to answer everything with."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer like a careful server: with an ETag, and 304 when it is sent back."""
        self.asked.append((request.path, dict(request.headers)))
        if self.refuse:
            return web.Response(status=self.refuse)
        if request.path in self.redirects:
            return web.Response(status=302, headers={"Location": self.redirects[request.path]})
        if request.path not in self.pages:
            return web.Response(status=404)
        body, media_type = self.pages[request.path]
        etag = f'"{hash(body)}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=body.encode(), content_type=media_type, charset="utf-8", headers={"ETag": etag})


@asynccontextmanager
async def web_site(**pages: tuple[str, str]) -> AsyncIterator[WebSite]:
    """Serve pages by their names until the end of the block."""
    site = WebSite(pages={f"/{name}": page for name, page in pages.items()})
    application = web.Application()
    application.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    site.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()
