"""The list: days, chips, search, keys, states, and what changes while one looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.errors import Unavailable
from kata_desktop.domain.events import RunChanged
from kata_desktop.domain.listing import RunFilter, RunQuery
from kata_desktop.domain.run import Reason, Run, RunState
from kata_desktop.scheduler.service import Scheduling
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.activity.page import ActivityPage
from kata_desktop.ui.pages.activity.run_table import PAGE, RowFace, RunRole
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.empty_state import EmptyState
from tests.support.eventually import eventually
from tests.support.history_rows import NOW, WORKSPACE, a_run, a_workday, put_run
from tests.support.store_rows import add_task


def spoken(page: ActivityPage) -> list[str]:
    """Every row as a screen reader says it."""
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(page.table.index(row, 0).data(role)) for row in range(page.table.rowCount())]


def visible_state(page: ActivityPage) -> EmptyState | None:
    return next((each for each in page.findChildren(EmptyState) if each.isVisible()), None)


async def test_runs_are_listed_by_day_with_the_newest_first(page: ActivityPage) -> None:
    rows = spoken(page)
    assert rows[0] == "Today"
    assert rows[1].startswith("Competitor brief, Running, Step 3 · reading 4 pages · 60 %, Today")
    assert "Yesterday" in rows
    assert [count for _, _, count in page.table.days][:2] == [5, 4]


async def test_a_missed_group_says_how_many_it_stands_for(page: ActivityPage) -> None:
    assert any("Missed 12 times" in row for row in spoken(page))


async def test_a_result_that_was_not_delivered_says_so(page: ActivityPage) -> None:
    assert any(row.startswith("Morning headlines, Not delivered") for row in spoken(page))


async def test_chips_have_counts_and_filter(page: ActivityPage) -> None:
    chips = page.filters.chips
    texts = [button.text() for button in chips.findChildren(type(page.detail.copy))]
    assert texts[:4] == ["All  37", "Succeeded  26", "Failed  8", "Waiting  1"]
    chips.set_current(RunFilter.SKIPPED.value)
    chips.chosen.emit(RunFilter.SKIPPED.value)
    await eventually("one row", lambda: page.table.total == 1)
    assert "Missed 12 times" in spoken(page)[1]


async def test_task_and_period_narrow_the_list(page: ActivityPage) -> None:
    page.filters.task.set_current("news")
    await eventually("one row", lambda: page.table.total == 1)
    page.filters.task.set_current("")
    page.filters.period.set_current("today")
    await eventually("today only", lambda: [day for _, day, _ in page.table.days] == ["Today"])


async def test_searching_finds_words_in_the_result_and_offers_the_way_back(page: ActivityPage) -> None:
    page.filters.search.setText("headlines THIS morning")
    await eventually("one row", lambda: page.table.total == 1)
    page.filters.search.setText("no such words")
    await eventually("the state", lambda: not page.list.isVisible())
    assert visible_state(page) is page._no_match
    page._no_match.button.click()
    await eventually("everything", lambda: page.table.total == 37)
    assert page.filters.search.text() == ""


async def test_arrow_keys_skip_headings_and_enter_leads_to_the_run(page: ActivityPage, qtbot: QtBot) -> None:
    page.list.setFocus()
    page.list.choose_first()
    for _ in range(5):
        qtbot.keyClick(page.list, Qt.Key.Key_Down)
    await eventually("the first of yesterday", lambda: page.list.current_id == "r-inbox")
    qtbot.keyClick(page.list, Qt.Key.Key_Up)
    assert page.list.current_id == "r-news"
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    again = page.detail.head.again
    await eventually("the keyboard at the run", lambda: page.focusWidget() is again)


async def test_a_new_run_appears_above_and_what_was_chosen_stays(page: ActivityPage, kata: Kata) -> None:
    page.show_run("r-pulls0")
    fresh = a_run("r-fresh", "inbox", "Inbox triage", NOW - timedelta(seconds=1))
    await kata.database.write(lambda db: put_run(db, fresh))
    change = RunChanged(run_id=fresh.id, task_id="inbox", workspace_id=WORKSPACE, state=RunState.DONE)
    kata.bus.publish(change)
    await eventually("the new run", lambda: page.table.total == 38)
    assert spoken(page)[1].startswith("Inbox triage")
    assert page.list.current_id == "r-pulls0"


async def test_what_happens_while_nobody_looks_is_read_when_somebody_does(page: ActivityPage, kata: Kata) -> None:
    page.hide()
    fresh = a_run("r-fresh", "inbox", "Inbox triage", NOW - timedelta(seconds=1))
    await kata.database.write(lambda db: put_run(db, fresh))
    told: list[object] = []
    page._bridge.runs_changed.connect(told.append)
    kata.bus.publish(RunChanged(run_id=fresh.id, task_id="inbox", workspace_id=WORKSPACE, state=RunState.DONE))
    await eventually("the telling", lambda: told)
    assert not page._history._later.isActive()
    page.show()
    await eventually("the new run", lambda: page.table.total == 38)


async def test_progress_of_a_run_changes_its_row_alone(page: ActivityPage, kata: Kata) -> None:
    await kata.database.write(lambda db: db.execute("UPDATE runs SET progress = 80 WHERE id = 'r-brief'").rowcount)
    resets: list[object] = []
    page.table.modelReset.connect(lambda: resets.append(1))
    change = RunChanged(run_id="r-brief", task_id="brief", workspace_id=WORKSPACE, state=RunState.RUNNING)
    kata.bus.publish(change)
    await eventually("the row", lambda: "80 %" in spoken(page)[1])
    assert resets == []


async def test_nothing_yet_and_nothing_in_the_period_are_told_apart(
    kata: Kata, bridge: Bridge, theme: Theme, qtbot: QtBot
) -> None:
    page = ActivityPage(kata, theme, bridge)
    qtbot.addWidget(page)
    page.set_workspace(WORKSPACE)
    page.show()
    state = await eventually("a state", lambda: visible_state(page))
    assert state is page._quiet
    state.button.click()
    await eventually("all time", lambda: page.filters.period.current == "all")
    await eventually("the state for nothing at all", lambda: page._body.currentWidget() is page._empty)


class Unreadable:
    """The verbs on runs over a store that cannot be read until somebody mends it."""

    def __init__(self, scheduling: Scheduling) -> None:
        self._scheduling = scheduling
        self.mended = False

    async def runs(self, query: RunQuery) -> list[Run]:
        if not self.mended:
            raise Unavailable("The disk does not answer; look at it and try again.")
        return await self._scheduling.runs(query)

    def __getattr__(self, name: str) -> object:
        return getattr(self._scheduling, name)


class OtherScheduling:
    """A program of which one service is another one."""

    def __init__(self, kata: Kata, scheduling: Unreadable) -> None:
        self._kata, self.scheduling = kata, scheduling

    def __getattr__(self, name: str) -> object:
        return getattr(self._kata, name)


async def test_an_unreadable_history_says_why_and_tries_again(
    kata: Kata, bridge: Bridge, theme: Theme, qtbot: QtBot
) -> None:
    await kata.database.write(a_workday)
    broken = Unreadable(kata.scheduling)
    page = ActivityPage(OtherScheduling(kata, broken), theme, bridge)  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.show()
    page.set_workspace(WORKSPACE)
    await eventually("the failure", page._failed.isVisible)
    broken.mended = True
    page._failed.button.click()
    await eventually("the runs", page.list.isVisible)


async def test_far_pages_are_read_when_they_come_into_sight_and_forgotten_again(page: ActivityPage, kata: Kata) -> None:
    start = NOW - timedelta(days=300)

    def many(db: object) -> None:
        for number in range(2500):
            put_run(db, a_run(f"old-{number}", "inbox", "Inbox triage", start + timedelta(minutes=number)))  # type: ignore[arg-type]

    await kata.database.write(many)
    page.filters.period.set_current("all")
    await eventually("all rows", lambda: page.table.total == 2537)
    page.list.scrollToBottom()
    last = page.table.index(page.table.rowCount() - 1, 0)
    face = await eventually("the oldest run", lambda: last.data(RunRole.ROW))
    assert isinstance(face, RowFace)
    assert face.run_id == "old-0"
    for row in range(0, page.table.rowCount(), PAGE // 2):
        page.list.scrollTo(page.table.index(row, 0))
        await eventually("the row", lambda row=row: page.table.index(row, 0).data())  # type: ignore[misc]
    assert len(page.table._pages) <= 12


async def test_many_failures_in_one_task_do_not_hide_a_stopped_run(page: ActivityPage, kata: Kata) -> None:
    stopped = replace(a_run("r-stop", "inbox", "Inbox triage", NOW - timedelta(minutes=1)), reason=Reason.CANCELLED,
                      detail="You stopped it.")  # fmt: skip
    await kata.database.write(lambda db: put_run(db, stopped))
    page.filters.changed.emit()
    await eventually("the run", lambda: any("Stopped" in row for row in spoken(page)))


async def test_headings_can_not_be_chosen(page: ActivityPage) -> None:
    assert page.table.flags(page.table.index(0, 0)) == Qt.ItemFlag.NoItemFlags
    assert page.table.rowCount(page.table.index(1, 0)) == 0
    assert page.table.rowCount(QModelIndex()) == page.table.total + len(page.table.days)


async def test_the_list_of_tasks_follows_the_workspace(page: ActivityPage, kata: Kata) -> None:
    await kata.database.write(lambda db: add_task(db, "late", workspace="ws_home", name="Elsewhere"))
    page.set_workspace("ws_home")
    await eventually("the other tasks", lambda: page.filters.task.count() == 2)
    assert page.filters.task.itemText(1) == "Elsewhere"
