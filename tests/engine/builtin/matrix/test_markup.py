"""Markdown as the HTML of Matrix; nothing of the text passes as HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.builtin.matrix.html import to_html

_KNOWN = (
    r"</?(?:p|strong|em|del|code|blockquote|ul|li|table|thead|tbody|tr|th|td|h[1-6]|pre)>|<br>|<hr>"
    r"|</?ol(?: start=\"\d+\")?>"
    r"|<code class=\"language-[\w+#.&;-]*\">|<a href=\"(?:https?://|mailto:)[^\"<>]*\">|</a>"
)


@pytest.mark.parametrize(
    "markdown, html",
    [
        ("plain", "plain"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("**bold** _it_ *it*", "<strong>bold</strong> <em>it</em> <em>it</em>"),
        ("***both*** ~~gone~~", "<strong><em>both</em></strong> <del>gone</del>"),
        ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
        ("`a < **b**`", "<code>a &lt; **b**</code>"),
        (r"\*not\*", "*not*"),
        ("one\ntwo", "one<br>\ntwo"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("# Title #", "<h1>Title</h1>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("- a\n- b\n  - c\n- [x] d", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>☑ d</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("> a\n> - b", "<blockquote><p>a</p>\n<ul><li>b</li></ul></blockquote>"),
        ("```py\nif a < b:\n    **c**\n```", '<pre><code class="language-py">if a &lt; b:\n    **c**\n</code></pre>'),
        ("```\nopen", "<pre><code>open\n</code></pre>"),
        ("[label](https://a.example/x?a=1&b=\"2\")", '<a href="https://a.example/x?a=1&amp;b=&quot;2&quot;">label</a>'),
        ("see https://a.example/x.", 'see <a href="https://a.example/x">https://a.example/x</a>.'),
        ("[x](javascript:alert)", "x (javascript:alert)"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("![i](https://a.example/i.png)", '<a href="https://a.example/i.png">i</a>'),
        (
            "| a | b |\n|---|---|\n| 1 | **2** |",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td><strong>2</strong></td></tr>"
            "</tbody></table>",
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_it(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


_PIECES = st.sampled_from(
    ["<b>", "</p>", "&", '"', "'", "`", "```", "**", "_", "~~", "[", "](", ")", "https://a.example/", "javascript:",
     "\n", "\n\n", "> ", "- ", "1. ", "# ", "|", "|-|", "word", " ", "<script>", "\\", "  - ", "onclick=", "<https://x>"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_only_known_tags_come_out(markdown: str) -> None:
    rest = re.sub(_KNOWN, "", to_html(markdown))
    assert "<" not in rest
    assert ">" not in rest


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_every_tag_that_opens_closes(markdown: str) -> None:
    stack: list[str] = []
    for closing, tag in re.findall(r"<(/?)([a-z]+[1-6]?)[^>]*>", to_html(markdown)):
        if tag in ("br", "hr"):
            continue
        if closing:
            assert stack.pop() == tag
        else:
            stack.append(tag)
    assert stack == []
