"""The RSS and Atom plugin."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from kata_desktop.builtin.rss.reading import Feed, as_markdown, feed_of, matches
from kata_desktop.plugins.sdk import (
    FetchFailed,
    HandlerContext,
    Page,
    Plugin,
    Registrar,
    Result,
    Tool,
    fetch,
    look_through,
    markdown,
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

    @scheduled(interval="30m", name="Read feeds", timeout=600, jitter=60, retry_attempts=1, targets=("desktop",))
    async def read(self, context: HandlerContext) -> Result:
        """Read the feeds of the settings and tell what is new in them."""
        feeds = self.context.settings.texts("feeds")
        memory = self.context.memory
        return await look_through(
            feeds, self._news_of, context, memory, failed_words="Not read", nothing="Nothing is new."
        )

    async def latest_entries(self, arguments: Mapping[str, Any]) -> str:
        """For prompts: the newest entries of all feeds."""
        limit = int(arguments.get("limit", 10))
        found: list[str] = []
        for url in self.context.settings.texts("feeds"):
            page = await self._fetched(url)
            entries = (await self._read(url, page)).entries
            found += [f"{each.title}\n{each.link}\n{each.summary}".strip() for each in entries[:limit]]
        return "\n\n".join(found) or "No feed is set up."

    async def _news_of(self, url: str, context: HandlerContext) -> str:
        """Entries that were not there at the last look, for people; told as one event, oldest first, then remembered.

        Empty when nothing is new. The first look says what it found.
        """
        memory = self.context.memory
        marks = json.loads(await memory.get(f"marks {url}") or "{}")
        page = await self._fetched(url, etag=marks.get("etag", ""), modified=marks.get("modified", ""))
        if page.unchanged:
            context.log("info", f"{url}: unchanged, says the server")
            return ""
        feed = await self._read(url, page)
        text = await memory.get(f"seen {url}")
        seen: list[str] = json.loads(text or "[]")
        known = set(seen)
        unseen = [entry for entry in feed.entries if entry.id not in known]
        new = [entry for entry in reversed(unseen) if text and matches(entry, self.context.settings.texts("keywords"))]
        if new:
            await self.context.events.emit("new-entry", source=url, value="\n".join(f"{e.title} {e.link}" for e in new))
        await memory.put(f"seen {url}", json.dumps([*(entry.id for entry in unseen), *seen][:MOST_KNOWN]))
        await memory.put(f"marks {url}", json.dumps({"etag": page.etag, "modified": page.modified}))
        context.log("info", f"{url}: {len(new)} new")
        heading = f"**{markdown.escaped(feed.title) or url}**"
        if not text:
            return f"{heading}\n\n{_first_look(len(feed.entries))}"
        return "\n".join([heading, "", *map(as_markdown, new)]) if new else ""

    async def _fetched(self, url: str, etag: str = "", modified: str = "") -> Page:
        private = self.context.settings.switch("private_too")
        return await fetch(url, etag=etag, modified=modified, private_too=private)

    async def _read(self, url: str, page: Page) -> Feed:
        try:
            return await asyncio.to_thread(feed_of, page.body, page.media_type)
        except ValueError as error:
            sentence = f"{url} is no RSS or Atom feed; look for the feed's own address."
            raise FetchFailed(sentence, kind="bad-page", retryable=False) from error


def _first_look(count: int) -> str:
    found = "1 entry" if count == 1 else f"{count} entries"
    return f"The first look found {found}. From now on, new ones are told."
