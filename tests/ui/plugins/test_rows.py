"""The rows of the page: words, switches, keys, and that only what changed is drawn again."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QContextMenuEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QScrollBar, QWidget

from kata_desktop.domain.channel import ChannelState, ChannelStatus
from kata_desktop.domain.plugin import PluginKind, PluginState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.dialogs.plugin_log.dialog import PluginLog
from kata_desktop.ui.dialogs.plugin_run.dialog import PluginRun
from kata_desktop.ui.dialogs.plugin_setup.dialog import PluginSetup
from kata_desktop.ui.models.plugin_list import care_words
from kata_desktop.ui.pages.plugins.groups import PluginGroups
from kata_desktop.ui.pages.plugins.plugin_row import PluginRowWidget
from kata_desktop.ui.pages.plugins.plugin_view import plugin_view
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.labels import Label
from kata_desktop.ui.widgets.toast import Toast
from tests.support.eventually import eventually
from tests.support.fake_plugins import APP, BOT, asks, kept, plugin
from tests.support.history_rows import NOW
from tests.support.named import named
from tests.ui.plugins.conftest import Scene


def unnamed(window: QWidget) -> list[str]:
    """Everything a person can reach that a screen reader has no name for."""
    found = []
    for widget in window.findChildren(QWidget):
        reachable = widget.isVisible() and (
            widget.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(widget, QAbstractButton)
        )
        if not reachable or isinstance(widget, QScrollBar):
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        if not told.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def texts(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(QLabel) if each.isVisible() and each.text()]


async def test_every_control_has_a_name(scene: Scene) -> None:
    assert unnamed(scene.page) == []
    assert scene.row("slack").switch.accessibleName() == "Slack switch"
    assert scene.row("slack").accessibleName().startswith("Slack. Connected as @kata in Acme. 2 tokens in keyring")


@pytest.mark.parametrize(
    "plugin_id,state,button",
    [
        ("slack", "Connected as @kata in Acme", "Configure…"),
        ("whatsapp", "Needs pairing with your phone", "Pair phone…"),
        ("matrix", "Not set up yet", "Configure…"),
        ("github", "Token rejected", "Replace token…"),
        ("calendar", "Ready", "Configure…"),
        ("history", "Off in this workspace", "Configure…"),
        ("service", "Crashed", "Restart"),
    ],
)
async def test_each_state_has_its_words_and_one_fitting_button(
    scene: Scene, plugin_id: str, state: str, button: str
) -> None:
    row = scene.row(plugin_id)
    assert state in texts(row)
    assert row.button.text() == button


async def test_a_switch_shows_at_once_what_was_wished(scene: Scene) -> None:
    scene.plugins.gate.clear()
    row = scene.row("history")
    row.switch.click()
    await eventually("the wish", lambda: "Starting…" in texts(row))
    assert row.switch.isChecked()
    assert scene.shown.busy
    scene.plugins.gate.set()
    await scene.settled()
    assert "Ready" in texts(row)
    assert scene.switches("history") == [True]


async def test_a_refused_switch_goes_back_and_says_why(scene: Scene) -> None:
    scene.plugins.refusals["history"] = "Browser history cannot be switched on. It needs a browser."
    row = scene.row("history")
    row.switch.click()
    await eventually("the reason", lambda: scene.told)
    await scene.settled()
    assert scene.told == ["Browser history cannot be switched on. It needs a browser."]
    assert not row.switch.isChecked()
    assert "Off in this workspace" in texts(row)


async def test_rapid_switching_ends_in_the_last_wish_and_sends_few(scene: Scene) -> None:
    scene.plugins.gate.clear()
    row = scene.row("rss")
    for _ in range(201):
        row.switch.click()
    assert not row.switch.isChecked()
    scene.plugins.gate.set()
    await scene.settled()
    assert not row.switch.isChecked()
    assert not (await scene.plugins.row("ws_acme", "rss")).on
    assert scene.switches("rss") == [False]


async def test_what_was_read_before_a_switch_does_not_undo_it(scene: Scene) -> None:
    row = scene.row("rss")
    for wanted in (False, True, False):
        scene.shown.refresh()
        row.switch.click()
        seen = {row.switch.isChecked()}
        while scene.shown.busy:
            await asyncio.sleep(0)
            seen.add(row.switch.isChecked())
        assert seen == {wanted}


async def test_other_workspaces_have_switches_of_their_own(scene: Scene) -> None:
    scene.row("rss").switch.click()
    await scene.settled()
    home = next(each for each in await scene.kata.workspaces.all() if each.id == "ws_home")
    scene.shown.set_workspace(home)
    await scene.settled()
    assert scene.row("rss").switch.isChecked()
    assert "Personal" in texts(scene.page.header)[1]


async def test_switching_off_names_the_tasks_that_use_it_and_can_be_undone(scene: Scene) -> None:
    scene.plugins.tasks["slack"] = [
        await scene.kata.scheduling.create(TaskInput(name=name, workspace="ws_acme", prompt="Do it", every="2h"))
        for name in ("Weekly report", "Inbox triage")
    ]
    scene.row("slack").switch.click()
    toast = await eventually("the warning", lambda: scene.page.findChild(Toast))
    assert toast.accessibleName() == "Slack is off. 2 tasks use it: “Weekly report”, “Inbox triage”"
    named(toast, Button, "Switch on again").click()
    await scene.settled()
    assert scene.row("slack").switch.isChecked()
    assert scene.switches("slack") == [False, True]


async def test_keys_switch_configure_and_move(scene: Scene) -> None:
    row = scene.row("rss")
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Space)
    await scene.settled()
    assert scene.switches("rss") == [False]
    QTest.keyClick(row, Qt.Key.Key_Down)
    assert scene.page.focusWidget() is scene.row("history")
    QTest.keyClick(scene.row("history"), Qt.Key.Key_Up)
    assert scene.page.focusWidget() is row
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert (await scene.dialog(PluginSetup)).windowTitle() == "Configure RSS and Atom"


async def test_the_keyboard_brings_rows_into_sight(scene: Scene) -> None:
    scene.page.resize(944, 300)
    last = scene.row("service")
    await eventually("the room", lambda: last.visibleRegion().isEmpty())
    scene.row("history").setFocus()
    QTest.keyClick(scene.row("history"), Qt.Key.Key_Down)
    await eventually("the row", lambda: last.visibleRegion().boundingRect() == last.rect())


async def test_what_cannot_work_cannot_be_switched(scene: Scene) -> None:
    scene.plugins.put("rss", on=False, state=PluginState.INVALID, sentence="The manifest rss/manifest.toml is wrong.",
                      icon="no such icon")  # fmt: skip
    await scene.settled()
    row = scene.row("rss")
    assert not row.switch.isEnabled()
    assert row.button.text() == "Show log…"
    row.button.click()
    assert (await scene.dialog(PluginLog)).windowTitle() == "Log of RSS and Atom"


async def test_restart_and_the_menu(scene: Scene) -> None:
    scene.row("service").button.click()
    await eventually("the restart", lambda: ("restart", "ws_acme", "service") in scene.plugins.calls)
    menu = QMenu()
    scene.page.groups.menu_wanted.emit("history", menu)
    assert [each.text() for each in menu.actions() if each.text()] == [
        "Configure…", "Run get…", "Run process…", "Run push…", "Show log…",
    ]  # fmt: skip
    menu = QMenu()
    scene.page.groups.menu_wanted.emit("slack", menu)
    assert [each.text() for each in menu.actions() if each.text()] == [
        "Configure…", "Set up…", "People…", "Test connection", "Restart", "Show log…",
    ]  # fmt: skip


async def test_a_command_is_watched_and_can_be_stopped(scene: Scene) -> None:
    scene.plugins.lines = ["3 pages", "done"]
    scene.page.actions_.run("history", "get")
    dialog = await scene.dialog(PluginRun)
    await eventually("the end", lambda: dialog.said == "Done in 1.5 s.")
    assert dialog.output.toPlainText() == "3 pages\ndone"
    assert unnamed(dialog) == []
    scene.plugins.gate.clear()
    named(dialog, Button, "Run again").click()
    await eventually("the output", lambda: dialog.output.toPlainText() == "3 pages\ndone")
    named(dialog, Button, "Stop").click()
    await eventually("the stop", lambda: dialog.said == "Stopped.")


async def test_a_command_that_fails_says_its_exit_code(scene: Scene) -> None:
    scene.page.actions_.run("history", "push")
    dialog = await scene.dialog(PluginRun)
    await eventually("the end", lambda: dialog.said == "Failed with exit code 2 after 1.5 s.")


async def test_the_log_grows_while_it_is_open(scene: Scene) -> None:
    scene.plugins.lines = ["one"]
    dialog = await scene.start("rss", "log", PluginLog)
    await eventually("the line", lambda: dialog.text.toPlainText() == "one")
    scene.plugins.lines = ["one", "two"]
    await eventually("the new line", lambda: dialog.text.toPlainText() == "one\ntwo")
    assert unnamed(dialog) == []


async def test_a_full_log_moves_on_without_beginning_anew(scene: Scene) -> None:
    scene.plugins.lines = [f"line {number}" for number in range(400)]
    dialog = await scene.start("rss", "log", PluginLog)
    await eventually("the lines", lambda: dialog.text.toPlainText().endswith("line 399"))
    cursor = dialog.text.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.Start)
    cursor.select(QTextCursor.SelectionType.LineUnderCursor)
    dialog.text.setTextCursor(cursor)
    scene.plugins.lines = [f"line {number}" for number in range(403)]
    await eventually("the new lines", lambda: dialog.text.toPlainText().endswith("line 401\nline 402"))
    assert dialog.text.textCursor().selectedText() == "line 0", "what was chosen to be copied stays chosen"


async def test_large_letters_leave_the_log_and_a_run_on_the_screen(scene: Scene, theme: Theme) -> None:
    theme.set_text_scale(200)
    scene.plugins.lines = ["one"]
    scene.page.actions_.run("history", "get")
    for dialog in (await scene.start("rss", "log", PluginLog), await scene.dialog(PluginRun)):
        assert dialog.minimumSizeHint().height() < 600


async def test_words_find_plugins_and_nothing_found_leads_back(scene: Scene) -> None:
    def shown() -> list[str]:
        return [row.plugin_id for row in scene.page.groups.rows if row.isVisible()]

    every = shown()
    scene.page.focus_search()
    assert scene.page.focusWidget() is scene.page.header.search
    scene.page.header.search.setText("pairing phone")
    assert shown() == ["whatsapp"]
    headings = [each.text() for each in scene.page.groups.findChildren(Label) if each.text() in ("Channels", "Tools")]
    assert headings == ["Channels", "Tools"]
    assert [text for text in texts(scene.page.groups) if text in headings] == ["Channels"]
    QTest.keyClick(scene.row("whatsapp"), Qt.Key.Key_Down)
    scene.page.header.search.setText("nothing like it")
    empty = next(each for each in scene.page.findChildren(EmptyState) if each.isVisible())
    empty.button.click()
    assert shown() == every
    scene.page.header.search.setText("slack")
    scene.page.show_plugin("service")
    assert shown() == every, "what is asked for is never hidden"


async def test_a_crash_shows_the_way_to_its_log(scene: Scene) -> None:
    row = scene.row("service")
    assert not scene.row("slack").log.isVisible()
    assert row.log.accessibleName() == "Show log of Local service"
    row.log.click()
    assert (await scene.dialog(PluginLog)).windowTitle() == "Log of Local service"


async def test_a_password_that_was_refused_is_called_one(scene: Scene) -> None:
    scene.plugins.put("calendar", state=PluginState.REJECTED, sentence="")
    await scene.settled()
    assert "Password rejected" in texts(scene.row("calendar"))


async def test_the_right_button_and_the_menu_key_open_the_menu(scene: Scene) -> None:
    row, shown = scene.row("slack"), list[str]()
    row.menu_wanted.connect(lambda plugin_id, _menu: shown.append(plugin_id))
    for reason in (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard):
        QTimer.singleShot(0, row.menu.menu().close)
        QApplication.sendEvent(row, QContextMenuEvent(reason, QPoint(5, 5), row.mapToGlobal(QPoint(5, 5))))
        await eventually("the menu", lambda: shown)
        assert shown.pop() == "slack"


async def test_enter_does_what_can_be_done_where_nothing_can_be_set(scene: Scene) -> None:
    scene.plugins.put("service", settings=(), credentials=())
    await scene.settled()
    QTest.keyClick(scene.row("service"), Qt.Key.Key_Return)
    await eventually("the restart", lambda: ("restart", "ws_acme", "service") in scene.plugins.calls)


@pytest.mark.parametrize(
    "account,state,button",
    [
        ("", "Cannot connect, trying again", "Set up…"),
        ("T1 U1", "Connection lost, trying again", "Configure…"),
    ],
)
def test_what_never_was_connected_lost_no_connection(account: str, state: str, button: str) -> None:
    sentence = "Slack cannot be reached; check the network."
    status = ChannelStatus(
        workspace_id="ws_acme", channel="slack", state=ChannelState.RECONNECTING, sentence=sentence, account=account
    )
    row = plugin("slack", "Slack", PluginKind.CHANNEL, PluginState.DEGRADED, channel=status, sentence=sentence,
                 credentials=kept(BOT, APP), chosen=True)  # fmt: skip
    view = plugin_view(row, NOW, UTC)
    assert (view.words.text, view.words.detail, view.verb_text) == (state, sentence, button)


async def test_a_plugin_that_nobody_touched_is_no_alarm(scene: Scene) -> None:
    assert {row.id for row in scene.shown.needs_care} == {"whatsapp", "github", "service"}
    for ident in ("whatsapp", "github"):
        scene.plugins.put(ident, state=PluginState.READY)
    scene.plugins.put("service", state=PluginState.NEEDS_SETUP, chosen=False)
    await scene.settled()
    assert care_words(scene.shown) == ""
    scene.plugins.put("service", chosen=True)
    await scene.settled()
    assert care_words(scene.shown) == "Local service needs care"
    scene.channels.wrote(asks("U1", "Ann", "K7Q29FMX"))
    await scene.settled()
    assert care_words(scene.shown) == "Somebody waits to be let in"


async def test_only_what_changed_is_drawn_and_rows_are_made_one_at_a_time(
    theme: Theme, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [plugin(f"p{number}", f"Plugin {number}", PluginKind.TOOL) for number in range(20)]
    zone = scene.clock.now().tzinfo
    assert zone is not None
    views = [(row.kind, plugin_view(row, NOW, zone)) for row in rows]
    groups = PluginGroups(theme)
    making = asyncio.get_running_loop().create_task(groups.show_views(views))
    counts = []
    while not making.done():
        counts.append(len(groups.rows))
        await asyncio.sleep(0)
    assert max(after - before for before, after in itertools.pairwise(counts)) == 1
    made = groups.rows
    bound: list[str] = []
    monkeypatch.setattr(PluginRowWidget, "_bind_state", lambda row: bound.append(row.plugin_id))
    changed = replace(rows[7], state=PluginState.CRASHED, sentence="It broke.")
    fresh = [*views[:7], (changed.kind, plugin_view(changed, NOW, zone)), *views[8:]]
    await groups.show_views(fresh)
    assert groups.rows == made
    assert bound == ["p7"]
    groups.deleteLater()
