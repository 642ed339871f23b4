from __future__ import annotations

import pytest

from kata_desktop.builtin.webpage.comparing import MOST_LINES, difference
from kata_desktop.builtin.webpage.plugin import MOST_LINES_COMPARED, WebpagePlugin
from kata_desktop.builtin.webpage.reading import title_of, visible_lines
from kata_desktop.domain.plugin import SettingValue
from kata_desktop.domain.run import Delivery, Reason
from kata_desktop.plugins.harness import harness
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from tests.support.web_site import web_site

PAGE = "<html><head><title>T</title><script>var x = {0};</script></head><body><h1>News</h1><p>{1}</p></body></html>"


async def test_a_changed_page_is_told_with_its_difference_and_starts_tasks() -> None:
    async with web_site(news=(PAGE.format(1, "old"), "text/html")) as site:
        chosen: dict[str, SettingValue] = {"pages": (f"{site.address}/news",), "private_too": True}
        async with harness(WebpagePlugin, settings=chosen) as plugin:
            await plugin.context.scheduler.create_task(
                TaskDeclaration(name="React", handler="look", event="webpage.changed")
            )
            first = await plugin.run("Look at web pages")
            same = await plugin.run("Look at web pages")
            site.pages["/news"] = (PAGE.format(2, "old"), "text/html")
            script_only = await plugin.run("Look at web pages")
            site.pages["/news"] = (PAGE.format(2, "new"), "text/html")
            changed = await plugin.run("Look at web pages")
            await plugin.advance(seconds=5)
            (reaction,) = await plugin.runs("React")

    assert first.output == "**T**\n\nThe first look found 2 lines of text. From now on, what changes is told."
    assert [run.output for run in (same, script_only)] == ["Nothing has changed."] * 2
    assert [run.delivery for run in (first, same, changed)] == [
        Delivery.PENDING,
        Delivery.SUPPRESSED,
        Delivery.PENDING,
    ]
    assert changed.output.startswith("**T**\n")
    assert "```diff\n- old\n+ new\n```" in changed.output
    assert reaction.reason is Reason.COMPLETED


async def test_a_page_that_is_gone_is_a_failure_and_what_was_known_stays() -> None:
    async with web_site(news=("a\nb", "text/plain")) as site:
        chosen: dict[str, SettingValue] = {"pages": (f"{site.address}/news",), "private_too": True}
        async with harness(WebpagePlugin, settings=chosen) as plugin:
            await plugin.run("look")
            site.refuse = 404
            gone = await plugin.run("look")
            site.refuse = 0
            site.pages["/news"] = ("a\nc", "text/plain")
            back = await plugin.run("look")

    assert gone.reason is Reason.FAILED
    assert "- b\n+ c" in back.output


async def test_one_page_that_is_gone_is_told_once_until_it_is_back() -> None:
    page = ("a", "text/plain")
    async with web_site(news=page, other=page) as site:
        both = (f"{site.address}/news", f"{site.address}/other")
        async with harness(WebpagePlugin, settings={"pages": both, "private_too": True}) as plugin:
            first = await plugin.run("look")
            del site.pages["/other"]
            gone, still = await plugin.run("look"), await plugin.run("look")
            site.pages["/other"] = page
            await plugin.run("look")
            del site.pages["/other"]
            again = await plugin.run("look")

    assert first.output.startswith(f"**{both[0]}**")
    assert "Not looked at" in still.output
    told = [run.delivery for run in (gone, still, again)]
    assert told == [Delivery.PENDING, Delivery.SUPPRESSED, Delivery.PENDING]


async def test_the_own_network_is_only_fetched_when_the_owner_said_so() -> None:
    async with (
        web_site(news=("a", "text/plain")) as site,
        harness(WebpagePlugin, settings={"pages": (f"{site.address}/news",)}) as plugin,
    ):
        refused = await plugin.run("look")

    assert "not on the public internet" in refused.detail
    assert site.asked == []


def test_what_people_read_is_compared() -> None:
    lines = visible_lines("<style>p{}</style><p>One<br>Two&amp;</p><script>x</script><p>  Three </p>", "text/html")

    assert lines == ["One", "Two&", "Three"]
    assert difference(lines, lines) == []
    assert len(difference([], [str(number) for number in range(500)])) == MOST_LINES + 1


@pytest.mark.parametrize(
    "page,lines",
    [
        ('<P title="a > b">One</P>two', ["One", "two"]),
        ("<!-- <p>no</p> -->yes<!doctype html><?xml?>", ["yes"]),
        ("<script>if (a<b) '<p>no</p>'</SCRIPT>yes", ["yes"]),
        ("<style>a{</style ><b>y</b>es", ["yes"]),
        ("<head><title>no</title><body>yes", ["yes"]),
        ("<svg><g><svg>no</svg>no</g></svg>yes", ["yes"]),
        ("1 < 2 &amp; 3 &gt; 2 <3", ["1 < 2 & 3 > 2 <3"]),
        ("yes<p no", ["yes"]),
        ("yes<!-- no", ["yes"]),
        ("<a-b.c d='>'>yes</a-b.c>", ["yes"]),
        ("<td>1</td><td>2</td>", ["1", "2"]),
    ],
)
def test_pages_are_read_as_people_see_them(page: str, lines: list[str]) -> None:
    assert visible_lines(page, "text/html") == lines


@pytest.mark.parametrize(
    "page,title",
    [
        ("<html><head><TITLE lang='en'> A &amp;\n B </title>", "A & B"),
        ("<body><svg><title>no</title></svg>", ""),
        ("<title></title>", ""),
        (f"<title>{'x' * 900}", "x" * 199 + "…"),
    ],
)
def test_pages_are_called_what_they_call_themselves(page: str, title: str) -> None:
    assert title_of(page, "text/html") == title
    assert title_of(page, "text/plain") == ""


@pytest.mark.parametrize("piece", ["<a ", "<", "<!--", "</", '<a "', "<a \"'>x", "<svg>", "&a", "<title "])
def test_no_page_takes_longer_than_its_length(piece: str) -> None:
    """Where it did, the test's own limit of time would end it."""
    visible_lines(piece * 300_000 + ">", "text/html")
    title_of(piece * 300_000 + ">", "text/html")


def test_a_page_that_is_all_new_is_compared_at_once() -> None:
    before = [f"old line {number} of {number * 7919 % 1000}" for number in range(MOST_LINES_COMPARED)]
    after = [f"new text {number * 31} in {number * 104729 % 1000}" for number in range(MOST_LINES_COMPARED)]
    assert difference(before, after)[0] == f"- {before[0]}"
    assert difference(["a", "b", "c"], ["a", "x", "c", "d"]) == ["- b", "+ x", "+ d"]
