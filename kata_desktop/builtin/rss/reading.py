"""Feeds as lists of entries. Pure, but slow for large feeds: run it in a thread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from kata_desktop.plugins.sdk import markdown

MOST_ENTRIES = 500
LONGEST = 300
_MOST_READ = 20_000
"""Characters of a title or summary that are looked at, markup included."""
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry as people read it: plain text on one line each."""

    id: str
    title: str
    link: str
    summary: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A feed as it was read."""

    title: str
    """Plain text on one line; empty when it says none."""
    entries: list[Entry]
    """In the feed's own order."""


def feed_of(body: bytes, media_type: str) -> Feed:
    """What a feed holds. Raises `ValueError` when it is no feed."""
    import feedparser  # a fifth of a second, for those who read feeds

    feed: Any = feedparser.parse(body, response_headers={"content-type": media_type or "application/xml"})
    if not feed.get("version") and not feed.entries:
        raise ValueError("no feed")
    return Feed(title=plain(feed.feed.get("title", "")), entries=[_entry(each) for each in feed.entries[:MOST_ENTRIES]])


def _entry(given: Any) -> Entry:
    title, link = plain(given.get("title", "")), str(given.get("link", ""))[:2_000]
    link = link if link.startswith(("http://", "https://")) and link.isprintable() else ""
    ident = str(given.get("id") or link or title)[:2_000]
    return Entry(id=ident, title=title or link or "(no title)", link=link, summary=plain(given.get("summary", "")))


def plain(text: str) -> str:
    """Text without markup, on one line, cut to what a list shows."""
    line = " ".join(unescape(_TAG.sub(" ", text[:_MOST_READ])).split())
    line = "".join(letter for letter in line if letter.isprintable())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def matches(entry: Entry, keywords: tuple[str, ...]) -> bool:
    """Whether one of the keywords is in title or summary; without keywords everything matches."""
    text = f"{entry.title} {entry.summary}".casefold()
    return not keywords or any(word.casefold() in text for word in keywords)


def as_markdown(entry: Entry) -> str:
    """A line of a list."""
    title = markdown.escaped(entry.title)
    return f"- [{title}]({entry.link})" if entry.link else f"- {title}"
