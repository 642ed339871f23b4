"""Markdown as Slack shows it, and Slack's own markup as people read it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.builtin.slack.markup import to_mrkdwn
from kata_desktop.builtin.slack.mrkdwn import mentions, to_plain


@pytest.mark.parametrize(
    "markdown, shown",
    [
        ("**bold** and __bold__", "*bold* and *bold*"),
        ("*italic* and _italic_", "_italic_ and _italic_"),
        ("***both***", "*_both_*"),
        ("**bold with *italic* inside**", "*bold with _italic_ inside*"),
        ("~~gone~~", "~gone~"),
        ("2 * 3 * 4 and a_b_c and snake_case_name", "2 * 3 * 4 and a_b_c and snake_case_name"),
        (r"\*not italic\*", "*not italic*"),
        ("# Title", "*Title*"),
        ("### **Title** with `code` ###", "*Title with `code`*"),
        ("`a < b`", "`a &lt; b`"),
        ("`` a ` b ``", "`a ˋ b`"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("[Kata](https://kata.example/a?b=1&c=2)", "<https://kata.example/a?b=1&amp;c=2|Kata>"),
        ("[**bold** label](https://x.example)", "<https://x.example|bold label>"),
        ("![picture](https://x.example/a.png)", "<https://x.example/a.png|picture>"),
        ("[mail](mailto:a@x.example)", "<mailto:a@x.example|mail>"),
        ("<https://x.example>", "<https://x.example>"),
        ("see https://x.example/a_b_c.", "see <https://x.example/a_b_c>."),
        ("(https://x.example/a_(b))", "(<https://x.example/a_(b)>)"),
        ("[file](file:///etc/passwd)", "file (file:///etc/passwd)"),
        ("[a|b](https://x.example/a|b)", "<https://x.example/a%7Cb|a¦b>"),
        ("- one\n* two\n+ three", "• one\n• two\n• three"),
        ("- one\n  - inner", "• one\n  • inner"),
        ("1. one\n2) two", "1. one\n2. two"),
        ("- [ ] open\n- [x] done", "☐ open\n☑ done"),
        ("> said\n> **loud**", "> said\n> *loud*"),
        ("---", "──────────"),
        ("```python\nif a < b:\n    **x**\n```", "```\nif a &lt; b:\n    **x**\n```"),
        ("~~~\ncode\n~~~\nafter", "```\ncode\n```\nafter"),
        ("```\nnever closed", "```\nnever closed\n```"),
        ("a | b\n\nc", "a | b\n\nc"),
        ("<!here> <!channel> <@U123> <#C1>", "&lt;!here&gt; &lt;!channel&gt; &lt;@U123&gt; &lt;#C1&gt;"),
        ("[x](<!here>)", "x (&lt;!here&gt;)"),
        ("", ""),
    ],
)
def test_markdown(markdown: str, shown: str) -> None:
    assert to_mrkdwn(markdown) == shown


def test_tables_become_columns() -> None:
    table = ["| Name | No |", "|---|--:|", "| **Ann** | 1 |", "| [B](https://x.example) | 22 |", "after"]
    assert to_mrkdwn("\n".join(table)).splitlines() == [
        "```",
        "Name                   No",
        "---------------------  --",
        "Ann                    1",
        "B (https://x.example)  22",
        "```",
        "after",
    ]


MARKUP = st.text(alphabet=st.sampled_from(list("ab *_~`<>|!@#[]()\\\n-&:/.1")) | st.characters(), max_size=200)
CONTROL = re.compile(r"<([^<>]*)>")


@given(MARKUP)
def test_no_text_calls_anybody(markdown: str) -> None:
    for target in CONTROL.findall(to_mrkdwn(markdown)):
        assert target.startswith(("http://", "https://", "mailto:", "HTTP", "Http"))
    rest = CONTROL.sub("", to_mrkdwn(markdown))
    rest = re.sub(r"^(> ?)+", "", rest, flags=re.MULTILINE)
    assert "<" not in rest


@given(st.text(max_size=300))
def test_words_are_never_lost(text: str) -> None:
    words = re.findall(r"[a-z]+", text)
    shown = to_mrkdwn(" ".join(words))
    assert re.findall(r"[a-z]+", shown) == words


async def plain(text: str) -> str:
    async def name_of(user: str) -> str:
        return {"U0BOB": "Bob"}.get(user, "")

    return await to_plain(text, own_user="U0KATA", name_of=name_of)


@pytest.mark.parametrize(
    "text, read",
    [
        ("<@U0KATA> hello", "hello"),
        ("<@U0KATA>: hello", "hello"),
        ("hello <@U0KATA> there", "hello there"),
        ("<@U0BOB> and <@U0EVE|eve> and <@U0NONE>", "@Bob and @eve and @U0NONE"),
        ("<#C1|team> <#C2>", "#team #C2"),
        ("<!here> <!subteam^S1|@admins> <!date^1^{date}|today>", "@here @admins today"),
        ("<https://x.example> <https://x.example|label>", "https://x.example [label](https://x.example)"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("&lt;@U0KATA&gt; &amp;lt;", "<@U0KATA> &lt;"),
        ("line one\n  line two", "line one\n  line two"),
    ],
)
async def test_slacks_own_markup(text: str, read: str) -> None:
    assert await plain(text) == read


def test_only_a_real_mention_counts() -> None:
    assert mentions("hey <@U0KATA>!", "U0KATA")
    assert mentions("hey <@U0KATA|kata>!", "U0KATA")
    assert not mentions("hey @kata U0KATA &lt;@U0KATA&gt; <@U0KATAX>", "U0KATA")
