"""The Web page watcher plugin."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from kata_desktop.builtin.webpage.comparing import difference
from kata_desktop.builtin.webpage.reading import title_of, visible_lines
from kata_desktop.plugins.sdk import (
    HandlerContext,
    Plugin,
    Result,
    fetch,
    look_through,
    markdown,
    scheduled,
)

MOST_LINES_COMPARED = 5_000
"""Of a page."""


class WebpagePlugin(Plugin):
    """Remembers each page's text in its own folder."""

    @scheduled(interval="30m", name="Look at web pages", timeout=600, jitter=60, retry_attempts=1, targets=("desktop",))
    async def look(self, context: HandlerContext) -> Result:
        """Fetch the pages of the settings and tell what changed since the last look."""
        pages = self.context.settings.texts("pages")
        memory = self.context.memory
        return await look_through(
            pages, self._look_at, context, memory, failed_words="Not looked at", nothing="Nothing has changed."
        )

    async def _look_at(self, url: str, context: HandlerContext) -> str:
        """Compare one page with what is remembered; a text for people, empty when nothing is new.

        The first look says that there was one.
        """
        file, memory = self._file(url), self.context.memory
        known = await asyncio.to_thread(file.exists)
        etag, modified = (await memory.get(f"etag {url}"), await memory.get(f"modified {url}")) if known else ("", "")
        private = self.context.settings.switch("private_too")
        page = await fetch(url, etag=etag, modified=modified, private_too=private)
        if page.unchanged:
            context.log("info", f"{url}: unchanged, says the server")
            return ""
        lines, changed = await asyncio.to_thread(_compared, file, page.text, page.media_type)
        if changed:
            await self.context.events.emit("changed", source=url, value="\n".join(changed))
        await asyncio.to_thread(_remember, file, lines)
        await memory.put(f"etag {url}", page.etag)
        await memory.put(f"modified {url}", page.modified)
        context.log("info", f"{url}: {f'{len(changed)} changed lines' if changed else 'nothing new'}")
        heading = f"**{markdown.escaped(title_of(page.text, page.media_type)) or url}**"
        if not known:
            return f"{heading}\n\n{_first_look(len(lines))}"
        return "\n".join([heading, "", "```diff", *changed, "```"]) if changed else ""

    def _file(self, url: str) -> Path:
        return self.context.data_folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.txt"


def _first_look(count: int) -> str:
    found = "1 line" if count == 1 else f"{count} lines"
    return f"The first look found {found} of text. From now on, what changes is told."


def _compared(file: Path, text: str, media_type: str) -> tuple[list[str], list[str]]:
    """The page's lines and what changed; the first look at a page only remembers it."""
    lines = visible_lines(text, media_type)[:MOST_LINES_COMPARED]
    try:
        before = file.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return lines, []
    return lines, difference(before, lines)


def _remember(file: Path, lines: list[str]) -> None:
    new = file.with_suffix(".new")
    new.write_text("\n".join(lines), encoding="utf-8")
    new.replace(file)
