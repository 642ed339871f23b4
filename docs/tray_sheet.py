"""A sheet with every state of the tray icon."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.theme.tray_icons import Panel, TrayState, tray_pixmap
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column

_GROUNDS = {Panel.DARK: "#22252B", Panel.LIGHT: "#F1F2F4", Panel.TEMPLATE: "#DCE2EE"}
_STATES = (
    (TrayState.IDLE, "Idle", "Kata Desktop · next: Inbox triage 12:00"),
    (TrayState.RUNNING, "Running", "Running Competitor brief · 2 min"),
    (TrayState.ATTENTION, "Needs you", "1 run waits for you"),
    (TrayState.PAUSED, "Paused", "Paused until 14:00"),
    (TrayState.ERROR, "Error", "Review open pull requests failed 3 times"),
    (TrayState.OFFLINE, "Offline", "Waiting for the network"),
)


def tray_sheet(theme: Theme) -> QWidget:
    """Return the sheet."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(16))
    grid.setVerticalSpacing(theme.px(10))
    for place, text in enumerate(("State", "Dark panel", "Light panel", "macOS template", "Tooltip")):
        grid.addWidget(Label(text, TextRole.SECTION), 0, place)
    for line, (state, name, tip) in enumerate(_STATES, start=1):
        grid.addWidget(Label(name, TextRole.TITLE), line, 0)
        for place, panel in enumerate(Panel, start=1):
            grid.addWidget(_sample(theme, state, panel), line, place)
        grid.addWidget(Label(tip, TextRole.SMALL), line, 4)
    page = column(Label("Tray icon states", TextRole.H1), grid, None, margins=(24, 20, 24, 20), spacing=12)
    sheet = boxed(page)
    sheet.setProperty("ground", "page")
    sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return sheet


def _sample(theme: Theme, state: TrayState, panel: Panel) -> QLabel:
    label = QLabel()
    pixmap = tray_pixmap(state, panel, 44)
    pixmap.setDevicePixelRatio(2)
    label.setPixmap(pixmap)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setFixedSize(theme.px(104), theme.px(38))
    label.setStyleSheet(f"background: {_GROUNDS[panel]}; border-radius: 8px;")
    return label
