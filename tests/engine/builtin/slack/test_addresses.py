"""Addresses as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.builtin.slack.addresses import Address, command_address, parse_address, thread_address
from kata_desktop.domain.notification import DeliveryError


@pytest.mark.parametrize(
    "text, address",
    [
        ("#team", Address(name="#team")),
        (" #team-ä_1 ", Address(name="#team-ä_1")),
        ("#team/1699999999.000100", Address(name="#team", thread="1699999999.000100")),
        ("@alice", Address(name="@alice")),
        ("@Alice Smith", Address(name="@Alice Smith")),
        ("C0123456789", Address(conversation="C0123456789")),
        ("D0123456789", Address(conversation="D0123456789")),
        ("C0123/1699999999.000100", Address(conversation="C0123", thread="1699999999.000100")),
        ("C1", Address(conversation="C1")),
        ("U0123456789", Address(person="U0123456789")),
        ("W0123456789", Address(person="W0123456789")),
    ],
)
def test_what_is_understood(text: str, address: Address) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "#", "@", "team", "c0123", "C0123/x", "U0123/1.1", "@a/1.1", "#a b", "#a#b", "<!here>", "#<!here>", "C1\nC2",
     "command:alice/1", "command:U0123", "https://hooks.slack.com/x"],
)  # fmt: skip
def test_what_is_refused(text: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        parse_address(text)
    assert not caught.value.retryable
    assert "use #channel" in caught.value.sentence


IDS = st.from_regex(r"[CGD][A-Z0-9]{1,20}", fullmatch=True)
TIMES = st.from_regex(r"[0-9]{1,12}\.[0-9]{6}", fullmatch=True)


@given(IDS, TIMES)
def test_a_thread_comes_back_from_its_address(conversation: str, thread: str) -> None:
    assert parse_address(thread_address(conversation, thread)) == Address(conversation=conversation, thread=thread)


@given(st.from_regex(r"[UW][A-Z0-9]{1,20}", fullmatch=True), st.from_regex(r"[0-9a-f.]{1,60}", fullmatch=True))
def test_a_command_comes_back_from_its_address(person: str, trigger: str) -> None:
    assert parse_address(command_address(person, trigger)) == Address(person=person, command=trigger)
