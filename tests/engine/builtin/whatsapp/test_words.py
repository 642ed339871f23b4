"""What needs no process: numbers, the line's language, messages as the library has them, markup, and hidden keys."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from kata_desktop.builtin.whatsapp.child.gateway import Account
from kata_desktop.builtin.whatsapp.child.reading import read_message
from kata_desktop.builtin.whatsapp.codec import NotOurs, decode, encode
from kata_desktop.builtin.whatsapp.markup import to_whatsapp
from kata_desktop.builtin.whatsapp.numbers import jid, phone_number, sender_id, stable_id
from kata_desktop.builtin.whatsapp.secrecy import without_keys
from kata_desktop.builtin.whatsapp.wire import ORDERS, REPORTS, Came, File, Online, Over, Reason, Send
from tests.support.whatsapp.house import ALICE, TEAM
from tests.support.whatsapp.scripted_gateway import CANARY_HEX, CANARY_KEY
from tests.support.whatsapp.shapes import DEVICE, LID, PHONE, contents, message, own

ME = Account(phone=PHONE, lid=LID, name="Owner", device=DEVICE)
CAME = Came(
    token="1", id="A", chat=ALICE, chat_name="", is_group=False, is_own=False, phone="49", lid="", name="Älice",
    device=0, text='two\nlines "and" 💬 \u2028', mentioned=False, quotes="", at=1.5,
    files=(File(name="a.pdf", media_type="application/pdf", size=3),),
)  # fmt: skip


@pytest.mark.parametrize(
    "typed,number",
    [
        ("+49 151 2345-6789", "+4915123456789"),
        ("0049 (151) 23456789", "+4915123456789"),
        ("4915123456789", "+4915123456789"),
        ("+1 212.555.0100", "+12125550100"),
        ("0151 23456789", ""),
        ("+49", ""),
        ("+49 151 2345 678x", ""),
        ("+٤٩١٥١٢٣٤٥٦٧٨٩", ""),
        ("+49151234567890123", ""),
        ("", ""),
    ],
)
def test_numbers_as_people_write_them(typed: str, number: str) -> None:
    assert phone_number(typed) == number


def test_ids_are_the_same_however_they_are_written() -> None:
    assert sender_id(" 4915123456789:12@s.whatsapp.net ") == "+4915123456789"
    assert sender_id("123456789012345@LID") == "123456789012345@lid"
    assert sender_id("Alice") == "Alice"
    assert stable_id("49151", "777") == "+49151"
    assert stable_id("49151", "777", ["777@lid"]) == "777@lid"
    assert stable_id("", "777") == "777@lid"
    assert stable_id("", "") == ""


def test_addresses() -> None:
    assert jid("me", PHONE) == jid(" ME ", PHONE) == f"{PHONE}@s.whatsapp.net"
    assert jid("me", "") == jid("Alice", PHONE) == jid("", PHONE) == jid("status@broadcast", PHONE) == ""
    assert jid("+49 151 0000 0002", PHONE) == ALICE
    assert jid(TEAM, PHONE) == TEAM
    assert jid("4915100000002-1500000000@g.us", PHONE) == "4915100000002-1500000000@g.us"
    assert jid("120363@newsletter", PHONE) == ""


def test_the_line_is_read_as_it_was_written() -> None:
    for said in (CAME, Over(reason=Reason.BANNED, seconds=60), Online(phone="1", lid="", name="x", device=3)):
        line = encode(said)
        assert "\n" not in line
        assert decode(line, REPORTS) == said
    assert decode(encode(Send(number=1, to="a", text="b")), ORDERS) == Send(number=1, to="a", text="b")


@pytest.mark.parametrize(
    "change",
    [
        {"at": "1.5"}, {"at": True}, {"device": 1.0}, {"device": True}, {"is_group": 0}, {"text": None}, {"extra": 1},
        {"files": {}}, {"files": [{"name": "a"}]}, {"files": ["a"]}, {"kind": "Open"}, {"kind": 3}, {"kind": None},
    ],
)  # fmt: skip
def test_what_is_not_ours_is_refused(change: dict[str, Any]) -> None:
    facts = {"kind": "Came", **dataclasses.asdict(CAME)} | change
    with pytest.raises(NotOurs):
        decode(json.dumps(facts), REPORTS)


@pytest.mark.parametrize("line", ["", "[]", "3", "[" * 100_000, "{", '{"kind": "Over", "reason": "bored"}', "null"])
def test_what_is_no_report_is_refused(line: str) -> None:
    with pytest.raises(NotOurs):
        decode(line, REPORTS)


def read(event: Any) -> Came | None:
    return read_message(event, ME)


def test_texts_pictures_and_documents() -> None:
    picture = contents.Message(
        imageMessage=contents.ImageMessage(caption="look", mimetype="image/jpeg", fileLength=1234)
    )
    got = read(message("P", content=picture))
    assert got is not None
    assert (got.text, got.files) == ("look", (File(name="picture", media_type="image/jpeg", size=1234),))
    paper = contents.DocumentMessage(fileName="plan.pdf", mimetype="application/pdf", fileLength=9)
    got = read(message("D", content=contents.Message(documentMessage=paper)))
    assert got is not None
    assert (got.text, got.files) == ("", (File(name="plan.pdf", media_type="application/pdf", size=9),))
    got = read(message("L", text="see https://a.example", quotes="Q1"))
    assert got is not None
    assert (got.text, got.quotes, got.mentioned) == ("see https://a.example", "Q1", False)


def test_mentions_are_taken_out() -> None:
    got = read(message("M", f"@{PHONE}, what\nof @{PHONE} this?", chat=TEAM, mentions=(f"{PHONE}@s.whatsapp.net",)))
    assert got is not None
    assert (got.text, got.mentioned, got.is_group) == ("what\nof this?", True, True)
    got = read(message("M", f"@{PHONE} in words alone", chat=TEAM))
    assert got is not None
    assert (got.text, got.mentioned) == (f"@{PHONE} in words alone", False)


def test_both_ids_are_found_on_either_side() -> None:
    for sender, alt in ((ALICE, "777000@lid"), ("777000@lid", ALICE)):
        got = read(message("I", "x", sender=sender, alt=alt))
        assert got is not None
        assert (got.phone, got.lid) == ("4915100000002", "777000")


def test_the_own_chat_is_known_by_both_ids() -> None:
    for chat in ("", f"{LID}@lid"):
        got = read(own("O", "note", chat=chat, device=3))
        assert got is not None
        assert (got.is_own, got.phone, got.lid, got.device) == (True, PHONE, LID, 3)
    assert read(message("X", "to Alice", chat=ALICE, sender=f"{PHONE}@s.whatsapp.net", from_me=True)) is None


def test_endless_texts_are_cut() -> None:
    got = read(message("E", "x" * 1_000_000))
    assert got is not None
    assert len(got.text) == 70_000


@pytest.mark.parametrize(
    "markdown,shown",
    [
        ("**bold** and *it* and ~~no~~ and `code`", "*bold* and _it_ and ~no~ and `code`"),
        ("# Title **x**\n\ntext", "*Title x*\n\ntext"),
        ("- one\n- [x] two\n  - three\n1. four", "• one\n☑ two\n  • three\n1. four"),
        ("> said **so**", "> said *so*"),
        ("> > # within", "> *within*"),
        (">" * 5000, ">"),
        (
            "[Docs](https://a.example/x_y_z) https://b.example/*a*",
            "Docs (https://a.example/x_y_z) https://b.example/*a*",
        ),
        ("```python\nx = '**'\n```", "```\nx = '**'\n```"),
        ("| a | b |\n|---|---|\n| 1 | 22 |", "```\na  b\n1  22\n```"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("***both***", "*_both_*"),
        (r"\*as is\*", "*as is*"),
    ],
)
def test_markup(markdown: str, shown: str) -> None:
    assert to_whatsapp(markdown) == shown


def test_nothing_that_may_be_a_key_is_kept() -> None:
    code, numbers, escaped = f"2@{CANARY_KEY},{CANARY_HEX},abc", str(list(CANARY_KEY.encode())), r"\x9f\x1c\x4a\x7e"
    for key in (CANARY_KEY, CANARY_HEX, code, numbers, escaped):
        line = without_keys(f"noise {key} end")
        assert line.startswith("noise ")
        assert line.endswith(" end")
        assert not any(key[at : at + 12] in line for at in range(0, len(key) - 12, 4)), line
    plain = 'failed to dial: Get "https://web.whatsapp.com/ws/chat": lookup on 10.0.0.1:53: no such host, unmistakably'
    assert without_keys(plain) == plain
