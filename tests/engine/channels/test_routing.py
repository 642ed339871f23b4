"""What is decided about messages, on a real store: strangers start nothing, whatever they write in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.channels import routing
from kata_desktop.channels.adapter import ChannelTraits
from kata_desktop.domain.channel import ChannelRules, ConversationKind, InboxItem, InboxState
from kata_desktop.domain.events import Event
from kata_desktop.domain.notification import OutboxItem
from kata_desktop.store import inbox
from kata_desktop.store.connection import Connection
from tests.support.fake_channel import wrote
from tests.support.store_rows import add_workspace, opened

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class NoMoves:
    """Lets nothing be started, stopped, declared or told to tasks."""

    def __init__(self) -> None:
        self.queued: list[OutboxItem] = []

    def declare(self, *_: object, **__: object) -> NoReturn:
        raise AssertionError("a stranger reached the task that answers")

    start = record_failure = stop = emit = declare

    def tell(self, event: Event) -> None:
        assert isinstance(event, Event)

    def queue(self, item: OutboxItem) -> None:
        self.queued.append(item)


texts = st.sampled_from(["hi", "/stop", "/new", "/tasks", "/help", "allow me", "x" * 70_000, ""])
heard = st.tuples(
    st.sampled_from(["S1", "S2", "S3", "S4", "owner", "u1"]),
    st.sampled_from([ConversationKind.DIRECT, ConversationKind.GROUP]),
    texts,
    st.booleans(),
    st.integers(0, 3000),
)
rules = st.builds(ChannelRules, allow=st.just(("U1",)), pairing=st.booleans(), mention_needed=st.booleans())


@given(st.lists(heard, max_size=40), rules, st.booleans())
def test_no_sequence_of_strangers_messages_starts_anything(
    said: list[tuple[str, ConversationKind, str, bool, int]], rules: ChannelRules, allow_list_only: bool
) -> None:
    moves, now = NoMoves(), NOW
    traits = ChannelTraits(id="fake", name="Fake", longest=1000, allow_list_only=allow_list_only)
    with TemporaryDirectory() as folder, opened(Path(folder) / "kata.db") as database:
        database.write_now(add_workspace)
        for number, (sender, kind, text, mentioned, seconds) in enumerate(said):
            now += timedelta(seconds=seconds)
            message = wrote(f"m{number}", text, sender=sender, kind=kind, mentioned=mentioned, at=now)
            item = InboxItem(id=f"in{number}", workspace_id="w1", message=message, state=InboxState.RECEIVED)
            at = routing.Situation(workspace_id="w1", traits=traits, rules=rules, now=now, zone="UTC")

            def work(db: Connection, item: InboxItem = item, at: routing.Situation = at) -> InboxState:
                inbox.add(db, item, at.now)
                routing.decide(db, moves, item, at)
                return inbox.get(db, item.id).state

            assert database.write_now(work) is InboxState.IGNORED
    if not rules.pairing or allow_list_only:
        assert moves.queued == [], "nobody hears anything"
    told = [item.target_address for item in moves.queued if item.target_kind == "fake"]
    assert all("D-" in address for address in told), "codes go to the person, never into a room"
