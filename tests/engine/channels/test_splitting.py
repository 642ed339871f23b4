"""Long texts in parts: nothing is lost, nothing is empty, code stays code."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.channels.splitting import fit, split

FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)

words = st.text("abcdefgh äß😀.,", min_size=1, max_size=40)
blocks = st.builds(
    lambda language, lines: "\n".join([f"```{language}", *lines, "```"]),
    st.sampled_from(["", "py", "text"]),
    st.lists(st.one_of(st.text("abc ()=:", max_size=60), st.text("x", min_size=100, max_size=400)), max_size=30),
)
texts = st.lists(st.one_of(words, blocks, st.just(""), st.text("x", min_size=200, max_size=400)), max_size=20).map(
    "\n\n".join
)


def bare(text: str) -> str:
    """A text without what may be added or lost at the ends of parts: space, and marks of code."""
    return re.sub(r"\s+", "", re.sub(r"^ {0,3}(`{3,}|~{3,})[a-z]*[^\S\n]*$", "", text, flags=re.MULTILINE))


@given(texts, st.integers(64, 500))
def test_the_parts_together_are_the_text(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert "".join(map(bare, parts)) == bare(text)
    assert all(part.strip() for part in parts)
    assert all(len(part) <= longest for part in parts)


@given(texts, st.integers(64, 500))
def test_every_part_closes_the_code_that_it_opens(text: str, longest: int) -> None:
    assert all(len(FENCED.findall(part)) % 2 == 0 for part in split(text, longest))


@given(st.text(max_size=2000), st.integers(64, 300))
def test_any_text_at_all_keeps_its_letters(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert all(part.strip() and len(part) <= longest for part in parts)
    if not FENCED.search(text):
        assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


@given(texts, st.integers(64, 300))
def test_converted_parts_fit_as_well(text: str, longest: int) -> None:
    parts = fit(text, longest, lambda part: part.replace("a", "&amp;"))
    assert all(part.strip() and len(part) <= longest for part in parts)


def test_cuts_are_made_at_the_ends_of_paragraphs() -> None:
    one, two, three = "one " * 20, "two " * 20, "three " * 15
    parts = split(f"{one.strip()}\n\n{two.strip()}\n\n{three.strip()}", 180)
    assert parts == [f"{one.strip()}\n\n{two.strip()}", three.strip()]


def test_a_code_block_that_fits_stays_whole() -> None:
    code = "```py\n" + "x = 1\n" * 10 + "```"
    parts = split(f"{'word ' * 25}\n\n{code}\n\nend", 150)
    assert any(code in part for part in parts)


def test_a_long_code_block_is_closed_and_opened_again() -> None:
    lines = [f"line {number}" for number in range(60)]
    parts = split("```py\n" + "\n".join(lines) + "\n```", 200)
    assert all(part.startswith("```py\n") and part.endswith("\n```") for part in parts)
    kept = [line for part in parts for line in part.splitlines() if line.startswith("line")]
    assert kept == lines


def test_a_short_text_is_one_part_and_nothing_is_none() -> None:
    assert split("hello", 100) == ["hello"]
    assert split(" \n\n ", 100) == []
