"""The menu of a plugin's row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.plugin import PluginKind, PluginState
from kata_desktop.ui.pages.plugins.repairs import WIZARD, Verb, can_configure, has_wizard, verb_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.pages.plugins.actions import PluginActions
    from kata_desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate
_ICONS = {
    Verb.CONFIGURE: "sliders-horizontal",
    Verb.SET_UP: "wand-sparkles",
    Verb.PAIR: "qr-code",
    Verb.PEOPLE: "users",
    Verb.RESTART: "rotate-ccw",
    Verb.LOG: "scroll-text",
}


def fill_row_menu(menu: QMenu, theme: Theme, row: PluginRow, actions: PluginActions) -> None:
    """Offer what can be done with a plugin now."""

    def offer(verb: Verb) -> None:
        action = menu.addAction(theme.icon(_ICONS[verb]), verb_text(verb))
        action.triggered.connect(partial(_start, actions, verb, row.id))

    if can_configure(row):
        offer(Verb.CONFIGURE)
    if has_wizard(row):
        offer(Verb.SET_UP)
    if any(each.id == Verb.PAIR.value for each in row.actions) or row.state is PluginState.NEEDS_PAIRING:
        offer(Verb.PAIR)
    if row.kind is PluginKind.CHANNEL:
        offer(Verb.PEOPLE)
    _offer_work(menu, theme, row, actions)
    menu.addSeparator()
    if row.on:
        offer(Verb.RESTART)
    offer(Verb.LOG)


def _offer_work(menu: QMenu, theme: Theme, row: PluginRow, actions: PluginActions) -> None:
    menu.addSeparator()
    for command in row.commands:
        if command != "server":
            text = translate("Plugins", "Run {command}…").format(command=command)
            menu.addAction(theme.icon("play"), text).triggered.connect(partial(_run, actions, row.id, command))
    for action in row.actions:
        if action.id != Verb.PAIR.value and action.id not in WIZARD:
            menu.addAction(theme.icon("zap"), action.label.replace("&", "&&")).triggered.connect(
                partial(_act, actions, row.id, action.id)
            )


def _start(actions: PluginActions, verb: Verb, plugin_id: str, _checked: bool = False) -> None:
    actions.start(plugin_id, verb.value)


def _run(actions: PluginActions, plugin_id: str, command: str, _checked: bool = False) -> None:
    actions.run(plugin_id, command)


def _act(actions: PluginActions, plugin_id: str, action: str, _checked: bool = False) -> None:
    actions.press(plugin_id, action)
