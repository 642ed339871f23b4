from __future__ import annotations

import pytest

from kata_desktop.builtin.rss.plugin import RssPlugin
from kata_desktop.builtin.rss.reading import feed_of, plain
from kata_desktop.domain.plugin import SettingValue
from kata_desktop.domain.run import Delivery, Reason
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.harness import harness
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from tests.support.web_site import WebSite, web_site

ENTRY = "<item><guid>{0}</guid><title>{0}</title><link>https://example.org/{0}</link></item>"


def rss(*names: str) -> tuple[str, str]:
    items = "".join(ENTRY.format(name) for name in names)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>', "text/xml"


def settings(site: WebSite, *feeds: str, keywords: tuple[str, ...] = ()) -> dict[str, SettingValue]:
    return {"feeds": tuple(f"{site.address}/{feed}" for feed in feeds), "private_too": True, "keywords": keywords}


async def test_what_is_new_is_told_once_and_the_first_look_is_not_news() -> None:
    async with web_site(feed=rss("one")) as site, harness(RssPlugin, settings=settings(site, "feed")) as plugin:
        first = await plugin.run("read")
        site.pages["/feed"] = rss("three", "two", "one")
        second = await plugin.run("read")
        third = await plugin.run("read")

    assert first.output == "**News**\n\nThe first look found 1 entry. From now on, new ones are told."
    assert second.output.splitlines() == [
        "**News**",
        "",
        "- [two](https://example.org/two)",
        "- [three](https://example.org/three)",
    ]
    assert (third.output, third.detail) == ("Nothing is new.", "Nothing is new.")
    assert [run.delivery for run in (first, second, third)] == [
        Delivery.PENDING,
        Delivery.PENDING,
        Delivery.SUPPRESSED,
    ]
    assert "If-None-Match" in site.asked[-1][1]


async def test_a_task_reacts_to_a_new_entry() -> None:
    async with web_site(feed=rss("one")) as site, harness(RssPlugin, settings=settings(site, "feed")) as plugin:
        reacting = TaskDeclaration(name="React", handler="read", event="rss.new-entry")
        await plugin.context.scheduler.create_task(reacting)
        await plugin.run("Read feeds")
        site.pages["/feed"] = rss("two", "one")
        await plugin.run("Read feeds")
        await plugin.advance(seconds=5)

        (run,) = await plugin.runs("React")
    assert run.reason is Reason.COMPLETED


async def test_keywords_choose_and_a_quiet_entry_is_not_told_later() -> None:
    async with web_site(feed=rss("one")) as site:
        chosen = settings(site, "feed", keywords=("RELEASE",))
        async with harness(RssPlugin, settings=chosen) as plugin:
            await plugin.run("read")
            site.pages["/feed"] = rss("release-2", "chatter", "one")
            told = await plugin.run("read")

    assert "release-2" in told.output
    assert "chatter" not in told.output


async def test_one_broken_feed_does_not_hide_the_other_and_all_broken_is_a_failure() -> None:
    async with web_site(good=rss("one"), bad=("<html>no feed</html>", "text/html")) as site:
        async with harness(RssPlugin, settings=settings(site, "good", "bad")) as plugin:
            half = await plugin.run("read")
        async with harness(RssPlugin, settings=settings(site, "bad")) as plugin:
            none = await plugin.run("read")

    assert half.reason is Reason.COMPLETED
    assert "is no RSS or Atom feed" in half.output
    assert none.reason is Reason.FAILED


async def test_a_feed_that_cannot_be_read_is_told_once_until_it_can_be_read_again() -> None:
    broken = ("<html>no feed</html>", "text/html")
    async with (
        web_site(good=rss("one"), bad=broken) as site,
        harness(RssPlugin, settings=settings(site, "good", "bad")) as plugin,
    ):
        await plugin.run("read")
        still = await plugin.run("read")
        site.pages["/bad"] = rss("two")
        await plugin.run("read")
        site.pages["/bad"] = broken
        again = await plugin.run("read")

    assert "is no RSS or Atom feed" in still.output
    assert (still.delivery, again.delivery) == (Delivery.SUPPRESSED, Delivery.PENDING)


async def test_a_feed_without_a_title_is_called_by_its_address() -> None:
    body, kind = rss("one")
    async with web_site(feed=(body.replace("<title>News</title>", ""), kind)) as site:
        async with harness(RssPlugin, settings=settings(site, "feed")) as plugin:
            first = await plugin.run("read")
        assert first.output.startswith(f"**{site.address}/feed**")


async def test_without_feeds_it_asks_to_be_set_up() -> None:
    with pytest.raises(PluginFault, match="Fill in “Feeds”"):
        async with harness(RssPlugin):
            pass


async def test_prompts_can_read_the_newest_entries() -> None:
    async with web_site(feed=rss("two", "one")) as site, harness(RssPlugin, settings=settings(site, "feed")) as plugin:
        assert await plugin.call_tool("latest_entries", limit=1) == "two\nhttps://example.org/two"


def test_hostile_entries_become_plain_text() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>1</id>'
        "<title>&lt;script&gt;x&lt;/script&gt; A\u202eB [x](y)</title>"
        '<link href="javascript:alert(1)"/><summary>' + "s" * 5_000 + "</summary></entry></feed>"
    )

    (entry,) = feed_of(body.encode(), "application/atom+xml").entries

    assert entry.link == ""
    assert "<" not in entry.title
    assert "\u202e" not in entry.title
    assert len(entry.summary) == 300


def test_no_entry_takes_longer_than_its_length() -> None:
    """Where it did, the test's own limit of time would end it."""
    assert plain("<" * 3_000_000).startswith("<<<")
    assert plain(f"<b>yes</b> {'<a ' * 1_000_000}").startswith("yes <a <a")
