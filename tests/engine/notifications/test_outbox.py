"""The outbox worker on a real store, with a sender that does what the test tells it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kata_desktop.domain.errors import NotFound, Refused
from kata_desktop.domain.events import OutboxChanged, PluginsChanged
from kata_desktop.domain.notification import DeliveryError, NotificationKind, OutboxItem, OutboxState
from kata_desktop.domain.settings import Settings
from kata_desktop.notifications.deliveries import MOST_ATTEMPTS
from kata_desktop.notifications.messages import Messages
from kata_desktop.notifications.outbox import OutboxWorker
from kata_desktop.notifications.sender import Sender
from kata_desktop.runtime.bus import EventBus
from kata_desktop.store import boots, outbox, outbox_claims
from kata_desktop.store.boots import Boot
from kata_desktop.store.database import Database
from tests.support.eventually import eventually
from tests.support.hand_clock import HandClock


class ScriptedSender:
    """Delivers, or fails as told; remembers what reached the other side."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.tries = 0
        self.errors: list[Exception] = []
        self.begun = asyncio.Event()
        self.hangs: asyncio.Event | None = None
        self.knows: bool | None = None
        self.asks = False
        self.waiting = ""

    async def send(self, item: OutboxItem) -> None:
        self.tries += 1
        self.begun.set()
        if self.hangs is not None:
            await self.hangs.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.arrived.append(item.title if not item.body else f"{item.title}: {item.body}")

    async def lookup(self, item: OutboxItem) -> bool | None:
        assert item.key
        return self.knows

    def can_lookup(self, workspace_id: str) -> bool:
        return self.asks and not workspace_id

    def waits(self, workspace_id: str) -> str:
        return self.waiting if not workspace_id else ""


class Post:
    """Everything around the worker."""

    def __init__(self, path: Path) -> None:
        self.clock = HandClock()
        self.bus = EventBus()
        self.database = Database.open(path)
        self.settings = Settings()
        self.desktop, self.slack = ScriptedSender(), ScriptedSender()
        self.senders: dict[str, Sender] = {"desktop": self.desktop, "slack": self.slack}
        self.changed = asyncio.Event()
        self.bus.subscribe(OutboxChanged, lambda _: self.changed.set())
        self.messages = Messages(self.database, self.bus, self.clock)
        self.worker = self.new_worker("boot_1")
        self._count = 0

    def new_worker(
        self, boot_id: str, *, is_alive: Callable[[Boot], bool] = lambda _: True, grace: float = 0.0
    ) -> OutboxWorker:
        return OutboxWorker(
            self.database,
            self.bus,
            self.clock,
            boot_id,
            self.senders,
            settings=lambda: self.settings,
            is_alive=is_alive,
            grace=grace,
        )

    async def queue(
        self,
        title: str = "Brief",
        *,
        target: str = "desktop",
        body: str = "",
        workspace: str = "",
        address: str = "",
        silently: bool = False,
    ) -> str:
        self._count += 1
        item = OutboxItem(
            id=f"out_{self._count}",
            key=f"run:{self._count}:{target}",
            kind=NotificationKind.RESULT,
            target_kind=target,
            title=title,
            body=body,
            workspace_id=workspace,
            target_address=address,
            created_at=self.clock.now(),
        )
        await self.database.write(lambda db: outbox.add(db, item))
        if not silently:
            self.bus.publish(OutboxChanged(item_id=item.id))
        return item.id

    async def item(self, item_id: str) -> OutboxItem:
        item = await self.database.read(lambda db: outbox.get(db, item_id))
        assert item is not None
        return item

    async def becomes(self, item_id: str, test: Callable[[OutboxItem], bool]) -> OutboxItem:
        async with asyncio.timeout(30):
            while True:
                self.changed.clear()  # before the look: what changes during it must not be missed
                if test(item := await self.item(item_id)):
                    return item
                await self.changed.wait()

    async def is_in(self, item_id: str, state: OutboxState, attempts: int = 1) -> OutboxItem:
        return await self.becomes(item_id, lambda item: item.state is state and item.attempts == attempts)

    async def settled(self) -> None:
        """Until the worker sleeps."""
        async with asyncio.timeout(30):
            while not self.clock.sleeping():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.005)


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    post = Post(tmp_path / "kata.db")
    yield post
    await post.worker.stop(limit=0.1)
    await post.database.aclose()


async def test_what_is_queued_is_sent_and_marked(post: Post) -> None:
    early = await post.queue("early")
    post.worker.start()
    await post.is_in(early, OutboxState.DELIVERED)
    late = await post.queue("late", body="text")
    item = await post.is_in(late, OutboxState.DELIVERED)
    assert item.delivered_at == post.clock.now()
    assert post.desktop.arrived == ["early", "late: text"]


async def test_a_refusal_is_tried_again_later_and_later_and_then_given_up(post: Post) -> None:
    post.desktop.errors = [DeliveryError("Busy.") for _ in range(MOST_ATTEMPTS)]
    post.worker.start()
    ident = await post.queue()
    delays = []
    for attempt in range(1, MOST_ATTEMPTS):
        item = await post.is_in(ident, OutboxState.PENDING, attempt)
        assert item.next_at is not None
        delay = (item.next_at - post.clock.now()).total_seconds()
        delays.append(delay)
        for _ in range(int(delay // 60) + 1):  # the worker never sleeps longer than a minute
            await post.settled()
            post.clock.advance(min(60, delay))
    item = await post.is_in(ident, OutboxState.FAILED, MOST_ATTEMPTS)
    assert delays == [5, 10, 20, 40, 80, 160, 320]
    assert item.last_error == "Busy."
    assert post.desktop.tries == MOST_ATTEMPTS
    assert post.desktop.arrived == []


async def test_the_other_side_may_ask_for_more_patience(post: Post) -> None:
    post.slack.errors = [DeliveryError("Slow down.", retry_after=timedelta(seconds=90))]
    post.worker.start()
    item = await post.is_in(await post.queue(target="slack"), OutboxState.PENDING)
    assert item.next_at == post.clock.now() + timedelta(seconds=90)


async def test_a_final_refusal_is_not_repeated(post: Post) -> None:
    post.desktop.errors = [DeliveryError("No such person.", retryable=False)]
    post.worker.start()
    item = await post.is_in(await post.queue(), OutboxState.FAILED)
    assert item.last_error == "No such person."
    assert post.desktop.tries == 1


@pytest.mark.parametrize("error", [DeliveryError("No answer.", certain=False), RuntimeError("a bug in a plugin")])
async def test_an_uncertain_end_is_never_repeated_blindly(post: Post, error: Exception) -> None:
    post.desktop.errors = [error]
    post.worker.start()
    ident = await post.queue()
    await post.is_in(ident, OutboxState.UNKNOWN)
    follower = await post.queue("follower")
    await post.is_in(follower, OutboxState.DELIVERED)
    assert post.desktop.tries == 2
    await post.messages.resend(ident)
    await post.is_in(ident, OutboxState.DELIVERED)


async def test_where_the_other_side_can_be_asked_it_is(post: Post) -> None:
    post.worker.start()
    post.slack.knows = True
    post.slack.errors = [DeliveryError("No answer.", certain=False)]
    await post.is_in(await post.queue(target="slack"), OutboxState.DELIVERED)
    post.slack.knows = False
    post.slack.errors = [DeliveryError("No answer.", certain=False)]
    await post.is_in(await post.queue(target="slack"), OutboxState.PENDING)


@pytest.mark.parametrize(
    "knows,state", [(None, OutboxState.UNKNOWN), (True, OutboxState.DELIVERED), (False, OutboxState.PENDING)]
)
async def test_what_a_dead_process_was_sending_is_asked_for_or_uncertain(
    post: Post, knows: bool | None, state: OutboxState
) -> None:
    ident = await post.queue(target="slack")
    await post.database.write(lambda db: outbox_claims.claim(db, ident, "boot_dead"))
    post.slack.knows = knows
    uncertain = await post.worker.recover(["boot_dead"])
    assert (await post.item(ident)).state is state
    assert [item.id for item in uncertain] == ([ident] if knows is None else [])
    assert post.slack.tries == 0


async def test_what_is_under_way_at_the_end_is_uncertain(post: Post) -> None:
    post.desktop.hangs = asyncio.Event()
    post.worker.start()
    ident, waiting = await post.queue(), await post.queue()
    await post.desktop.begun.wait()
    await post.worker.stop(limit=0.05)
    assert (await post.item(ident)).state is OutboxState.UNKNOWN
    assert (await post.item(waiting)).state is OutboxState.PENDING


async def test_what_gets_its_answer_within_the_limit_at_the_end_is_delivered(post: Post) -> None:
    post.desktop.hangs = asyncio.Event()
    ident, waiting = await post.queue(), await post.queue()
    post.worker.start()
    await post.desktop.begun.wait()
    asyncio.get_running_loop().call_later(0.05, post.desktop.hangs.set)
    await post.worker.stop(limit=5)
    assert (await post.item(ident)).state is OutboxState.DELIVERED
    assert (await post.item(waiting)).state is OutboxState.PENDING, "nothing new is begun"


async def test_a_hanging_channel_does_not_hold_up_the_desktop(post: Post) -> None:
    post.slack.hangs = asyncio.Event()
    post.worker.start()
    stuck = await post.queue(target="slack")
    await post.is_in(await post.queue(), OutboxState.DELIVERED)
    assert (await post.item(stuck)).state is OutboxState.SENDING
    post.slack.hangs.set()
    await post.is_in(stuck, OutboxState.DELIVERED)


async def test_a_channel_that_is_off_is_waited_for(post: Post) -> None:
    post.worker.start()
    ident = await post.queue(target="whatsapp")
    item = await post.is_in(ident, OutboxState.PENDING)
    assert "whatsapp" in item.last_error
    later = ScriptedSender()
    post.senders["whatsapp"] = later
    await post.settled()
    post.clock.advance(5)
    await post.is_in(ident, OutboxState.DELIVERED, 2)
    assert later.arrived == ["Brief"]


async def test_quiet_hours_hold_a_note_back_until_they_end(post: Post) -> None:
    post.clock.zone = "UTC"
    post.settings = Settings(
        quiet_hours=True, quiet_from=post.clock.now().time(), quiet_to=post.clock.now().time().replace(minute=2)
    )
    post.worker.start()
    ident = await post.queue()
    await post.becomes(ident, lambda item: item.next_at == post.clock.now() + timedelta(minutes=2))
    for _ in range(2):
        assert post.desktop.tries == 0
        await post.settled()
        post.clock.advance(60)
    await post.is_in(ident, OutboxState.DELIVERED)


async def test_a_kind_that_is_switched_off_is_withdrawn_with_the_reason(post: Post) -> None:
    post.settings = Settings(notify_result=False)
    post.worker.start()
    item = await post.is_in(await post.queue(), OutboxState.DROPPED)
    assert "switched off" in item.last_error
    assert post.desktop.tries == 0


async def test_two_workers_send_each_message_once(post: Post) -> None:
    other = post.new_worker("boot_2")
    post.worker.start()
    other.start()
    idents = [await post.queue(f"message {number}") for number in range(40)]
    for ident in idents:
        await post.is_in(ident, OutboxState.DELIVERED)
    await other.stop()
    assert sorted(post.desktop.arrived) == sorted(f"message {number}" for number in range(40))


async def test_what_another_process_queued_is_found_without_being_told(post: Post) -> None:
    post.worker.start()
    await post.settled()
    ident = await post.queue(silently=True)
    await post.settled()
    post.clock.advance(300)
    await post.is_in(ident, OutboxState.DELIVERED)


async def test_snooze_shows_the_same_again_later(post: Post) -> None:
    post.worker.start()
    first = await post.is_in(await post.queue("Brief", body="text"), OutboxState.DELIVERED)
    await post.messages.snooze(first, timedelta(seconds=30))
    (again,) = await post.messages.listed(states=[OutboxState.PENDING])
    await post.settled()
    post.clock.advance(30)
    await post.is_in(again.id, OutboxState.DELIVERED)
    assert post.desktop.arrived == ["Brief: text", "Brief: text"]


async def test_people_withdraw_only_what_is_not_under_way(post: Post) -> None:
    ident = await post.queue()
    assert (await post.messages.drop(ident)).state is OutboxState.DROPPED
    await post.messages.resend(ident)
    post.worker.start()
    await post.is_in(ident, OutboxState.DELIVERED)
    with pytest.raises(Refused, match="cannot be withdrawn"):
        await post.messages.drop(ident)
    with pytest.raises(NotFound):
        await post.messages.resend("out_none")


async def test_a_withdrawn_message_does_not_promise_that_it_is_sent(post: Post) -> None:
    post.slack.waiting = "It is sent as soon as Slack is there."
    post.worker.start()
    waits = await post.becomes(await post.queue(target="slack"), lambda item: bool(item.last_error))
    dropped = await post.messages.drop(waits.id)
    assert dropped.last_error == "You withdrew it."
    assert (await post.messages.take_back(waits)).last_error == waits.last_error


async def test_a_lane_waits_for_its_connection_without_using_up_attempts(post: Post) -> None:
    post.slack.waiting = "It waits for the connection."
    post.worker.start()
    waits = await post.queue(target="slack")
    await post.is_in(await post.queue(), OutboxState.DELIVERED)
    item = await post.becomes(waits, lambda item: bool(item.last_error))
    assert (item.last_error, item.attempts, item.state) == ("It waits for the connection.", 0, OutboxState.PENDING)
    for _ in range(30):
        await post.settled()
        post.clock.advance(60)
    assert (await post.item(waits)).attempts == 0
    assert post.slack.tries == 0
    post.slack.waiting = ""
    post.bus.publish(PluginsChanged(workspace_id="", plugin_id="slack"))
    item = await post.is_in(waits, OutboxState.DELIVERED)
    assert item.last_error == ""


async def test_workspaces_do_not_wait_for_each_other(post: Post) -> None:
    post.slack.hangs = asyncio.Event()
    post.worker.start()
    await post.queue(target="slack", workspace="w1")
    await post.queue(target="slack", workspace="w1")
    await post.queue(target="slack", workspace="w2")
    await eventually("two lanes", lambda: post.slack.tries == 2)
    post.slack.hangs.set()
    await eventually("all three", lambda: post.slack.tries == 3)


async def test_what_nobody_can_be_asked_about_now_is_asked_about_later(post: Post) -> None:
    post.slack.asks = True
    post.slack.errors = [DeliveryError("No answer.", certain=False)]
    post.worker.start()
    ident = await post.queue(target="slack")
    item = await post.is_in(ident, OutboxState.UNKNOWN)
    assert item.ask
    await post.settled()
    post.clock.advance(60)
    await post.settled()
    assert (await post.item(ident)).state is OutboxState.UNKNOWN, "still no answer"
    post.slack.knows = True
    for _ in range(2):
        await post.settled()
        post.clock.advance(60)
    item = await post.becomes(ident, lambda item: item.state is OutboxState.DELIVERED)
    assert not item.ask
    assert post.slack.tries == 1


async def test_a_person_s_word_about_what_is_uncertain_comes_before_the_other_side_s(post: Post) -> None:
    post.slack.asks = True
    post.slack.errors = [DeliveryError("No answer.", certain=False)]
    post.worker.start()
    ident = await post.queue(target="slack")
    await post.is_in(ident, OutboxState.UNKNOWN)
    await post.messages.drop(ident)
    post.slack.knows = False
    await post.settled()
    post.clock.advance(120)
    await post.settled()
    assert (await post.item(ident)).state is OutboxState.DROPPED
    assert post.slack.tries == 1


async def test_another_process_s_death_is_noticed_while_this_one_runs(post: Post) -> None:
    other = Boot(id="boot_other", pid=4711, pid_started=1.0)
    alive = {"boot_other"}
    worker = post.new_worker("boot_2", is_alive=lambda boot: boot.id in alive)
    await post.database.write(lambda db: boots.insert(db, other, post.clock.now()))
    ident = await post.queue(target="slack")
    await post.database.write(lambda db: outbox_claims.claim(db, ident, "boot_other"))
    post.slack.asks, post.slack.knows = True, False
    worker.start()
    try:
        await post.settled()
        assert (await post.item(ident)).state is OutboxState.SENDING
        alive.clear()
        post.clock.advance(300)
        item = await post.becomes(ident, lambda item: item.state is OutboxState.DELIVERED)
        assert post.slack.tries == 1
        assert item.attempts == 2
    finally:
        await worker.stop()


async def test_a_part_that_arrived_gives_the_rest_all_its_attempts(post: Post) -> None:
    ident = await post.queue(target="slack")
    post.slack.errors = [DeliveryError("Busy.") for _ in range(3)]
    post.worker.start()
    for attempt, delay in ((1, 5), (2, 10), (3, 20)):
        await post.is_in(ident, OutboxState.PENDING, attempt)
        if attempt < 3:
            await post.settled()
            post.clock.advance(delay)
    await post.database.write(lambda db: outbox_claims.part_sent(db, ident, 2))
    item = await post.item(ident)
    assert (item.parts_sent, item.attempts) == (2, 1)


async def test_a_sender_that_fails_to_look_up_leaves_it_uncertain(post: Post) -> None:
    class Broken(ScriptedSender):
        async def lookup(self, item: OutboxItem) -> bool | None:
            raise RuntimeError(f"a bug about {item.key}")

    broken = post.senders["slack"] = Broken()
    broken.errors = [DeliveryError("No answer.", certain=False)]
    post.worker.start()
    await post.is_in(await post.queue(target="slack"), OutboxState.UNKNOWN)
    await post.is_in(await post.queue(target="slack"), OutboxState.DELIVERED)


async def test_channels_have_a_minute_to_start_before_attempts_are_counted(post: Post) -> None:
    worker = post.new_worker("boot_2", grace=60)
    worker.start()
    try:
        ident = await post.queue(target="whatsapp")
        item = await post.becomes(ident, lambda item: bool(item.last_error))
        assert (item.attempts, item.last_error) == (0, "It waits until Kata's plugins have started.")
        await post.settled()
        post.clock.advance(60)
        item = await post.becomes(ident, lambda item: item.attempts == 1)
        assert "switch it on" in item.last_error or item.state is OutboxState.SENDING
    finally:
        await worker.stop()


async def test_what_was_said_later_to_the_same_address_is_not_sent_before(post: Post) -> None:
    post.slack.errors = [DeliveryError("Busy.")]
    idents = [await post.queue(title, target="slack", address=where) for title, where in SAID]
    post.worker.start()
    await post.is_in(idents[0], OutboxState.PENDING)
    await post.is_in(idents[2], OutboxState.DELIVERED)
    later = await post.queue("fourth", target="slack", address="#a")
    await post.settled()
    assert post.slack.arrived == ["third"]
    post.clock.advance(5)
    await post.is_in(later, OutboxState.DELIVERED)
    assert post.slack.arrived == ["third", "first", "second", "fourth"]


SAID = (("first", "#a"), ("second", "#a"), ("third", "#b"))
