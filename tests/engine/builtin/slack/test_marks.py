"""How far each conversation was read, and when that may be written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kata_desktop.builtin.slack.marks import MOST_THREADS, OVERLAP, MarkBook

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def ts(seconds: float) -> str:
    return f"{NOW.timestamp() + seconds:.6f}"


class Shelf:
    """Marks that survive, as a table does."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, scope: str) -> str:
        return self.kept.get(scope, "")

    async def put(self, scope: str, mark: str) -> None:
        self.kept[scope] = mark

    async def all(self) -> dict[str, str]:
        return dict(self.kept)


async def present(shelf: Shelf) -> MarkBook:
    book = await MarkBook.open(shelf, NOW)
    await book.caught_up(NOW)
    return book


async def test_the_first_time_only_what_comes_now_counts() -> None:
    book = await MarkBook.open(Shelf(), NOW)
    assert float(book.oldest("C1")) == NOW.timestamp()


async def test_what_was_said_before_the_first_time_stays_unread_in_the_next_ones() -> None:
    shelf = Shelf()
    await present(shelf)
    book = await MarkBook.open(shelf, NOW + timedelta(minutes=5))
    await book.caught_up(NOW + timedelta(minutes=5))
    await book.seen("C1", "", ts(360))
    assert float(book.oldest("C1")) == NOW.timestamp()
    assert float(book.oldest("C2")) == NOW.timestamp()
    await book.seen("C1", "", ts(3600))
    assert float(book.oldest("C1")) == (NOW + timedelta(hours=1) - OVERLAP).timestamp()


async def test_a_clock_behind_ours_is_read_from_its_own_marks() -> None:
    book = await present(Shelf())
    await book.seen("C1", "", ts(-86_400))
    assert float(book.oldest("C1")) == (NOW - timedelta(days=1) - OVERLAP).timestamp()


async def test_a_mark_follows_what_is_stored_and_never_goes_back() -> None:
    shelf = Shelf()
    book = await present(shelf)
    for seconds in (5, 3, 4):
        await book.seen("C1", "", ts(seconds))
    assert shelf.kept["C1"] == ts(5)


async def test_a_mark_stays_while_missed_messages_are_fetched() -> None:
    shelf = Shelf()
    book = await MarkBook.open(shelf, NOW)
    await book.seen("C1", "", ts(5))
    assert "C1" not in shelf.kept
    await book.caught_up(NOW)
    assert shelf.kept["C1"] == ts(5)


async def test_a_mark_stays_until_what_could_not_be_stored_comes_again() -> None:
    shelf = Shelf()
    book = await present(shelf)
    book.refused("C1", ts(1))
    await book.seen("C1", "", ts(2))
    await book.seen("C2", "", ts(2))
    assert shelf.kept.get("C1") is None
    assert shelf.kept["C2"] == ts(2)
    await book.seen("C1", "", ts(1))
    assert shelf.kept["C1"] == ts(2)


async def test_a_conversation_that_is_new_is_read_from_the_last_full_look() -> None:
    shelf = Shelf()
    book = await present(shelf)
    later = NOW + timedelta(hours=5)
    await book.caught_up(later)
    again = await MarkBook.open(shelf, NOW + timedelta(hours=9))
    assert float(again.oldest("D_NEW")) == (later - OVERLAP).timestamp()


async def test_threads_with_kata_are_remembered_the_latest_first_and_not_without_end() -> None:
    shelf = Shelf()
    book = await present(shelf)
    for number in range(MOST_THREADS + 5):
        await book.follow("C1", ts(-number), NOW + timedelta(seconds=number))
    book = await MarkBook.open(shelf, NOW)
    assert len(book.threads("C1")) == MOST_THREADS
    assert book.threads("C1")[0] == ts(-MOST_THREADS - 4)
    assert not book.follows("C1", ts(0))
    assert not book.follows("C2", ts(-50))
    await book.caught_up(NOW)
    await book.seen("C1", ts(-50), ts(9000))
    assert book.threads("C1")[0] == ts(-50)
