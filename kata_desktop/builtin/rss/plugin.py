"""The RSS and Atom plugin."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from kata_desktop.builtin.rss.reading import Entry, as_markdown, entries_of, matches
from kata_desktop.plugins.sdk import (
    FetchFailed,
    HandlerContext,
    HandlerError,
    Page,
    Plugin,
    Registrar,
    Result,
    Tool,
    fetch,
    scheduled,
)

MOST_KNOWN = 1_000
"""Ids that are remembered per feed; more than any feed shows at once."""


class RssPlugin(Plugin):
    """Remembers which entries it has seen; what a feed holds at the first look is not new."""

    def register(self, registrar: Registrar) -> None:
        """Bring the tool for prompts."""
        registrar.tool(
            Tool(
                name="latest_entries",
                description="The newest entries of the owner's RSS and Atom feeds: title, link, summary.",
                parameters={
                    "type": "object",
                    "properties": {"limit": {"type": "integer", "minimum": 1, "maximum": 50}},
                    "additionalProperties": False,
                },
                run=self.latest_entries,
                writes=False,
            )
        )

    @scheduled(interval="30m", name="Read feeds", timeout=600, jitter=60, retry_attempts=1)
    async def read(self, context: HandlerContext) -> Result:
        """Read the feeds of the settings and tell what is new in them."""
        feeds = self.context.settings.texts("feeds")
        told: list[str] = []
        failed: list[HandlerError] = []
        for done, url in enumerate(feeds):
            context.report_progress(100 * done // len(feeds), url)
            try:
                new = await self._new_in(url)
            except HandlerError as error:
                failed.append(error)
                context.log("warning", f"{url}: {error.sentence}")
                continue
            context.log("info", f"{url}: {len(new)} new")
            told += [f"**{url}**", "", *map(as_markdown, new), ""] if new else []
        if failed and len(failed) == len(feeds):
            again = any(each.retryable for each in failed)
            raise HandlerError(failed[0].sentence, kind=failed[0].kind, retryable=again)
        told += [f"Not read: {error.sentence}" for error in failed]
        output = "\n".join(told).strip()
        return Result(output=output or "Nothing is new.", suppress="" if output else "Nothing is new.")

    async def latest_entries(self, arguments: Mapping[str, Any]) -> str:
        """For prompts: the newest entries of all feeds."""
        limit = int(arguments.get("limit", 10))
        found: list[str] = []
        for url in self.context.settings.texts("feeds"):
            page = await self._fetched(url)
            entries = await self._entries(url, page)
            found += [f"{each.title}\n{each.link}\n{each.summary}".strip() for each in entries[:limit]]
        return "\n\n".join(found) or "No feed is set up."

    async def _new_in(self, url: str) -> list[Entry]:
        """Entries that were not there at the last look; told as one event, oldest first, then remembered."""
        memory = self.context.memory
        marks = json.loads(await memory.get(f"marks {url}") or "{}")
        page = await self._fetched(url, etag=marks.get("etag", ""), modified=marks.get("modified", ""))
        if page.unchanged:
            return []
        entries = await self._entries(url, page)
        text = await memory.get(f"seen {url}")
        seen: list[str] = json.loads(text or "[]")
        known = set(seen)
        unseen = [entry for entry in entries if entry.id not in known]
        new = [entry for entry in reversed(unseen) if text and matches(entry, self.context.settings.texts("keywords"))]
        if new:
            await self.context.events.emit("new-entry", source=url, value="\n".join(f"{e.title} {e.link}" for e in new))
        await memory.put(f"seen {url}", json.dumps([*(entry.id for entry in unseen), *seen][:MOST_KNOWN]))
        await memory.put(f"marks {url}", json.dumps({"etag": page.etag, "modified": page.modified}))
        return new

    async def _fetched(self, url: str, etag: str = "", modified: str = "") -> Page:
        private = self.context.settings.switch("private_too")
        return await fetch(url, etag=etag, modified=modified, private_too=private)

    async def _entries(self, url: str, page: Page) -> list[Entry]:
        try:
            return await asyncio.to_thread(entries_of, page.body, page.media_type)
        except ValueError as error:
            sentence = f"{url} is no RSS or Atom feed; look for the feed's own address."
            raise FetchFailed(sentence, kind="bad-page", retryable=False) from error
