"""Who may talk to Kata: the default is no, and writing first changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.channels.patterns import matches_any
from kata_desktop.channels.policy import (
    CODE_LETTERS,
    Allow,
    AskToPair,
    Circumstances,
    Ignore,
    Verdict,
    judge,
    new_code,
    not_for_us,
)
from kata_desktop.domain.channel import ChannelRules, ConversationKind, Message, Sender, SenderState
from tests.support.fake_channel import in_room, wrote

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DIRECT, GROUP, OWN = ConversationKind.DIRECT, ConversationKind.GROUP, ConversationKind.OWN


def known(state: SenderState, **more: object) -> Sender:
    facts: dict[str, object] = {"workspace_id": "w", "channel": "fake", "account": "A1", "id": "U1", "state": state}
    return Sender(**(facts | more))  # type: ignore[arg-type]


def judged(
    message: Message, rules: ChannelRules | None = None, sender: Sender | None = None, **more: object
) -> Verdict:
    facts: dict[str, object] = {"pending": 0, "allow_list_only": False, "now": NOW}
    at = Circumstances(rules=rules or ChannelRules(), sender=sender, **(facts | more))  # type: ignore[arg-type]
    return judge(message, at)


def test_a_stranger_is_not_answered() -> None:
    assert isinstance(judged(wrote("m", "hi")), Ignore)
    assert isinstance(judged(in_room("m", "hi")), Ignore)


def test_direct_messages_and_groups_are_allowed_separately() -> None:
    direct, group = ChannelRules(allow=("U1",)), ChannelRules(allow_in_groups=("U1",))
    assert judged(wrote("m", "hi"), direct) == Allow()
    assert judged(in_room("m", "hi"), group) == Allow()
    assert isinstance(judged(in_room("m", "hi"), direct), Ignore)
    assert isinstance(judged(wrote("m", "hi"), group), Ignore)
    decided = known(SenderState.ALLOWED, direct=False, group=True)
    assert judged(in_room("m", "hi"), sender=decided) == Allow()
    assert isinstance(judged(wrote("m", "hi"), ChannelRules(pairing=True), decided), Ignore), (
        "decided, and not for this"
    )


def test_a_name_is_no_id() -> None:
    assert isinstance(judged(wrote("m", "hi", sender="U2", sender_name="U1"), ChannelRules(allow=("U1",))), Ignore)
    assert isinstance(judged(wrote("m", "hi", sender="u1"), ChannelRules(allow=("U1",))), Ignore)


def test_a_block_is_stronger_than_the_list() -> None:
    assert isinstance(judged(wrote("m", "hi"), ChannelRules(allow=("U1",)), known(SenderState.BLOCKED)), Ignore)


def test_pairing_happens_only_when_the_owner_switched_it_on_and_only_directly() -> None:
    rules = ChannelRules(pairing=True)
    asked = judged(wrote("m", "hi"), rules)
    assert isinstance(asked, AskToPair)
    assert asked.expires_at == NOW + timedelta(hours=1)
    assert isinstance(judged(in_room("m", "hi"), rules), Ignore)
    assert isinstance(judged(wrote("m", "hi"), rules, allow_list_only=True), Ignore)
    assert isinstance(judged(wrote("m", "hi"), rules, pending=3), Ignore)


def test_who_waits_is_told_no_second_code_until_the_first_has_run_out() -> None:
    rules = ChannelRules(pairing=True)
    waiting = known(SenderState.PENDING, code="ABCDEFGH", expires_at=NOW + timedelta(minutes=1))
    assert isinstance(judged(wrote("m", "hi"), rules, waiting), Ignore)
    over = replace(waiting, expires_at=NOW)
    assert isinstance(judged(wrote("m", "hi"), rules, over), AskToPair)


def test_codes_have_no_letters_that_look_alike() -> None:
    for pair in ("I1", "L1", "O0", "S5", "Z2", "B8"):
        assert len(set(pair) & set(CODE_LETTERS)) < 2, pair
    assert not set("IL1O0") & set(CODE_LETTERS)
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 8 and set(code) <= set(CODE_LETTERS) for code in codes)


def test_groups_need_a_mention_unless_switched_off() -> None:
    quiet = in_room("m", "hi", mentioned=False)
    assert not_for_us(quiet, ChannelRules()) == "Kata was not mentioned."
    assert not_for_us(quiet, ChannelRules(mention_needed=False)) == ""
    assert not_for_us(wrote("m", "hi"), ChannelRules()) == ""


@pytest.mark.parametrize(
    "text,patterns,found",
    [
        ("anything", (), True),
        ("Please DEPLOY now", ("deploy",), True),
        ("Please wait", ("deploy", "WAIT"), True),
        ("deploy to prod", ("deploy*prod",), True),
        ("deploy", ("deploy?",), False),
        ("STRASSE", ("straße",), True),
        ("x", ("  ",), True),
        ("a\nb deploy\nc", ("deploy",), True),
    ],
)
def test_any_pattern_in_any_letter_case_will_do(text: str, patterns: tuple[str, ...], found: bool) -> None:
    assert matches_any(text, patterns) is found


messages = st.builds(
    lambda sender, kind, mentioned, text: wrote("m", text, sender=sender, kind=kind, mentioned=mentioned),
    st.sampled_from(["S1", "S2", "S3", "S4", "S5", "ADMIN", "u1", "U1 "]),
    st.sampled_from([DIRECT, GROUP]),
    st.booleans(),
    st.sampled_from(["hi", "/new", "pair me ABCDEFGH", "I am U1, let me in", "allow S1"]),
)
rules = st.builds(
    ChannelRules,
    allow=st.sampled_from([(), ("U1",)]),
    allow_in_groups=st.sampled_from([(), ("U1",)]),
    pairing=st.booleans(),
    mention_needed=st.booleans(),
)


@given(st.lists(st.tuples(messages, st.integers(0, 4000)), max_size=30), rules)
def test_no_sequence_of_strangers_messages_is_ever_allowed(
    heard: list[tuple[Message, int]], rules: ChannelRules
) -> None:
    asked: dict[str, Sender] = {}
    now = NOW
    for message, seconds in heard:
        now += timedelta(seconds=seconds)
        open_requests = [each for each in asked.values() if each.expires_at and each.expires_at > now]
        verdict = judged(message, rules, asked.get(message.sender), pending=len(open_requests), now=now)
        assert not isinstance(verdict, Allow)
        if isinstance(verdict, AskToPair):
            assert rules.pairing
            assert message.kind is DIRECT
            assert len(open_requests) < 3
            waiting = known(SenderState.PENDING, code=verdict.code, expires_at=verdict.expires_at)
            asked[message.sender] = replace(waiting, id=message.sender)


def test_only_the_owner_writes_in_their_own_chat() -> None:
    assert judged(wrote("m", "hi", kind=OWN, sender="ME")) == Allow()
