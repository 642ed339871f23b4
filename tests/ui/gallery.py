"""Every widget of the kit on one sheet, to look at and to walk through in tests.

``python -m tests.ui.gallery`` draws it in each look, at large text and mirrored, and the logo and tray icons beside it,
into ``build/gallery/``.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from PySide6.QtCore import Qt, QTime
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QRadioButton, QWidget
from shiboken6 import delete

from kata_desktop.ui.theme.theme import Theme, ThemeMode
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import AreaButton, Button, ButtonKind, MenuButton
from kata_desktop.ui.widgets.chips import ChipBar, DayPicker, Segmented
from kata_desktop.ui.widgets.day_strip import DayStrip
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.fields import Choice, MomentField, NumberField, ProseField, SearchField, TimeField
from kata_desktop.ui.widgets.form_row import ErrorLinks, FormRow
from kata_desktop.ui.widgets.frames import Card, Divider, Panel, Row, RowList
from kata_desktop.ui.widgets.labels import ElidedLabel, IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.markdown_view import MarkdownView
from kata_desktop.ui.widgets.pill import Pill
from kata_desktop.ui.widgets.skeleton import Skeleton
from kata_desktop.ui.widgets.spinner import Spinner
from kata_desktop.ui.widgets.strip_plan import StripRun
from kata_desktop.ui.widgets.switch import Switch
from kata_desktop.ui.widgets.ticks import Tick, Ticks
from kata_desktop.ui.widgets.tile import Tile
from kata_desktop.ui.widgets.toast import Toaster

NOW = datetime(2026, 3, 24, 10, 42, tzinfo=timezone(timedelta(hours=1)))
_RUNS = (Tick.OK,) * 5 + (Tick.FAILED, Tick.OK, Tick.LATE, Tick.SKIPPED, Tick.OK)
_MARKDOWN = """## Three that matter most

1. **#412** moves the queue to *leases*, waits for a review
2. `#415` fixes the retry storm, see [the thread](https://example.org/415)

![a chart](file:///etc/chart.png)
"""


def gallery(theme: Theme) -> QWidget:
    """Return the sheet."""
    sheet = QWidget()
    sheet.setWindowTitle("Widgets")
    left = column(*_head(theme), _banners(theme), _strip(theme), *_tasks(theme), None, spacing=10)
    right = column(*_form(theme), Divider(), *_rest(theme), None, spacing=11)
    page = Panel(row((left, 3), 10, (right, 2), margins=(26, 20, 26, 20), spacing=16))
    boxed(row(_sidebar(theme), (page, 1), spacing=0), sheet)
    return sheet


def _sidebar(theme: Theme) -> Panel:
    face = row(Tile(theme, text="A", color="#0F766E", size=32),
               column(Label("Acme Research", TextRole.TITLE), Label("~/work/acme", TextRole.SMALL), spacing=0), None,
               IconLabel(theme, "chevrons-up-down", "text_3", 14), margins=(6, 6, 6, 6), spacing=9)  # fmt: skip
    pages = [("Tasks", "list-checks"), ("Activity", "history"), ("Calendar", "calendar-days"),
             ("Approvals", "shield-check"), ("Sessions", "message-circle"), ("Plugins", "plug")]  # fmt: skip
    buttons = [Button(theme, text, ButtonKind.NAV, icon=icon, name=text) for text, icon in pages]
    buttons[0].setChecked(True)
    boxed(row(None, Pill(theme, "1", Tone.WARN, name="1 waits"), margins=(0, 0, 6, 0)), buttons[3])
    state = column(Label("Scheduler running", TextRole.TITLE), Label("Next run in 1 h", TextRole.SMALL), spacing=0)
    foot = Card(row(IconLabel(theme, "circle-check", "ok", 17), state, None,
                    Button(theme, kind=ButtonKind.GHOST, icon="pause", name="Pause all schedules"),
                    margins=(10, 8, 4, 8)), "soft")  # fmt: skip
    switcher = AreaButton(theme, face, "Workspace: Acme Research")
    return Panel(column(switcher, 6, *buttons, None, foot, margins=(12, 12, 12, 12), spacing=3), "sidebar")


def _head(theme: Theme) -> list[QWidget]:
    titles = boxed(column(Label("Tasks", TextRole.H1), Label("5 active · Acme Research", TextRole.MUTED), spacing=2))
    search = SearchField(theme, "Search tasks  (Ctrl+F)")
    new = Button(theme, "New task", ButtonKind.PRIMARY, icon="plus")
    return [boxed(row(titles, None, search, new))]


def _banners(theme: Theme) -> QWidget:
    return boxed(column(
        Banner(theme, Tone.WARN, "1 action waits for your approval",
               "“Weekly revenue report” wants to post a message to #leadership. Skipped at 11:01 if nobody answers.",
               icon="shield-alert", action="Review…"),
        Banner(theme, Tone.BAD, "GitHub no longer accepts the saved token", "It expired on 23 March.",
               icon="key-round", action="Replace token…", primary=True),
        Banner(theme, Tone.INFO, text="Clocks go forward on 29 March. Runs stay at 08:30 local time.")))  # fmt: skip


def _strip(theme: Theme) -> QWidget:
    strip = DayStrip(theme, NOW)
    hours = (1.7, 3.7, 5.7, 7.7, 21.7, 23.7)
    failing = [StripRun(at_hours=ahead, label="Pull requests", tone=Tone.BAD) for ahead in hours]
    strip.set_plan(NOW, (StripRun(at_hours=1.3, label="Inbox triage", key="a"), *failing,
                         StripRun(at_hours=23.96, label="Competitor brief")), [(11.3, 20.3)])  # fmt: skip
    note = Label("8 runs · rings mark runs that will fail until you fix them", TextRole.SMALL)
    head = row(Label("Next 24 hours", TextRole.TITLE), note, None)
    return Card(column(head, strip, margins=(14, 10, 14, 4), spacing=0))


def _tasks(theme: Theme) -> list[QWidget]:
    chips = ChipBar(theme, {"all": "All  6", "active": "Active  5", "care": "Needs attention  2"}, "Filter")
    things = [("Inbox triage", "mail", True, "Succeeded", "circle-check", Tone.OK),
              ("Review open pull requests", "git-pull-request", True, "Failed", "circle-x", Tone.BAD),
              ("Weekly <img src=file:///etc/x.png> report with a very long name that ends somewhere", "hash", True,
               "Waiting for approval", "shield-alert", Tone.WARN),
              ("Morning headlines", "newspaper", False, "Never run", "circle-dashed", Tone.MUTED)]  # fmt: skip
    return [chips, RowList([_task(theme, *thing) for thing in things], name="Tasks"),
            Skeleton(theme, "Loading tasks", rows=2)]  # fmt: skip


def _task(theme: Theme, name: str, icon: str, on: bool, state: str, mark: str, tone: Tone) -> Row:
    tile = Tile(theme, size=34)
    tile.set_look(icon, active=on)
    words = column(ElidedLabel(name, TextRole.TITLE), Label("Every weekday at 12:00", TextRole.SMALL), spacing=1)
    result = row(IconLabel(theme, mark, tone.ink), Label(state, TextRole.TITLE, tone=tone))
    run = Button(theme, kind=ButtonKind.GHOST, icon="play", name=f"Run {name} now")
    line = row(Switch(theme, f"{name} enabled", on=on), tile, (words, 1), result, Ticks(theme, _RUNS), run,
               MenuButton(theme, name=f"More actions for {name}"), margins=(14, 9, 8, 9), spacing=10)  # fmt: skip
    return Row(line, live=True)


def _form(theme: Theme) -> list[QWidget]:
    cron = QLineEdit("0 25 * * 1-5")
    cron.setProperty("mono", "true")
    wrong = FormRow(theme, "Cron expression", cron)
    wrong.set_error("Hour is 25. Use 0–23, for example “0 9 * * 1-5”.")
    links = ErrorLinks(theme)
    links.set_rows([wrong])
    days = DayPicker(theme, [(0, "Mon", "Monday"), (1, "Tue", "Tuesday"), (2, "Wed", "Wednesday")], "Days")
    days.set_chosen([0, 2])
    at = TimeField(theme, "At")
    at.setTime(QTime(8, 30))
    count = NumberField(theme, "Retries", suffix=" times")
    zone = Choice({"berlin": "Europe/Berlin", "utc": "UTC"}, "Time zone")
    off = Choice({"one": "Not now"}, "Delivery")
    off.setEnabled(False)
    kinds = {"once": "Once", "weekly": "Weekly", "cron": "Cron"}
    prompt = ProseField(theme, "Prompt", lines=3)
    prompt.setPlainText("Summarise the open pull requests in acme/api.")
    check, radio = QCheckBox("Slack"), QRadioButton("Plain text")
    check.setChecked(True)
    radio.setChecked(True)
    return [FormRow(theme, "What should Kata do?", prompt, hint="Ctrl+Enter runs a test without saving"),
            Segmented(theme, kinds, "When"), days, boxed(row(at, count, zone)), wrong, links,
            boxed(row(check, QCheckBox("Mail"), radio, QRadioButton("Markdown"), off)),
            MomentField("Starts")]  # fmt: skip


def _rest(theme: Theme) -> list[QWidget]:
    view = MarkdownView(theme, "Result", fit=True)
    view.set_markdown(_MARKDOWN)
    disabled = Button(theme, "Disabled", ButtonKind.PRIMARY)
    disabled.setEnabled(False)
    buttons = row(Button(theme, "Test run", icon="play"), Button(theme, "Don’t post", ButtonKind.DANGER), disabled,
                  Button(theme, "Every day", ButtonKind.LINK), None)  # fmt: skip
    pills = row(*(Pill(theme, tone.value, tone) for tone in Tone), Spinner(theme, "Running"), None)
    empty = EmptyState(theme, "calendar-clock", "Let Kata work while you don’t", "A task is a prompt with a schedule.",
                       action="New task", action_icon="plus")  # fmt: skip
    return [boxed(buttons), boxed(pills), Card(column(view, margins=(14, 10, 14, 10))), empty]


def _shoot(app: QApplication, theme: Theme, folder: Path, name: str) -> None:
    sheet = gallery(theme)
    sheet.resize(theme.px(1360), theme.px(860))
    sheet.show()
    Toaster(theme, sheet).show_message("“Inbox triage” was deleted", undo="Undo", icon="trash-2")
    for _ in range(4):
        app.processEvents()
    sheet.findChildren(Button)[1].setFocus(Qt.FocusReason.TabFocusReason)
    app.processEvents()
    sheet.grab().save(str(folder / f"{name}.png"))
    delete(sheet)


def main() -> None:
    """Draw everything."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path("build/gallery")
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv)
    font = QFont("Inter")
    font.setPointSizeF(9.8)
    app.setFont(font)
    theme = Theme(reduced_motion=True)
    theme.apply(app)
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK, ThemeMode.HIGH_CONTRAST):
        theme.set_mode(mode)
        _shoot(app, theme, folder, mode.value)
    theme.set_mode(ThemeMode.LIGHT)
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    _shoot(app, theme, folder, "light_rtl")
    app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    theme.set_text_scale(150)
    _shoot(app, theme, folder, "light_150")


if __name__ == "__main__":
    main()
