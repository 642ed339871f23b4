"""The one thing to do that fits how a plugin fares."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.command import ServerState
from kata_desktop.domain.plugin import PluginState

if TYPE_CHECKING:
    from kata_desktop.domain.plugin import PluginRow

translate = QCoreApplication.translate
WIZARD = frozenset({"app-manifest", "channels", "test-message", "new-app"})
"""Actions that the step-by-step set-up uses; a plugin that offers them all has one."""
SLACK = "slack"


class Verb(StrEnum):
    """What can be done with a plugin from its row."""

    NONE = ""
    """Nothing fits."""
    CONFIGURE = "configure"
    """Open settings and credentials."""
    REPLACE = "replace"
    """The same, at the first credential."""
    SET_UP = "set-up"
    """Go through the set-up step by step."""
    PAIR = "pair"
    """Link a phone."""
    RESTART = "restart"
    """Stop and start it."""
    UNLOCK = "unlock"
    """Unlock the keyring."""
    LOG = "log"
    """Show its log."""
    PEOPLE = "people"
    """Show who wrote."""


_ALWAYS = {
    PluginState.NEEDS_PAIRING: Verb.PAIR,
    PluginState.WAITING_KEYRING: Verb.UNLOCK,
    PluginState.CRASHED: Verb.RESTART,
    PluginState.INVALID: Verb.LOG,
    PluginState.UNSUPPORTED: Verb.NONE,
}


def repair_of(row: PluginRow) -> Verb:
    """What the row's button does."""
    if row.state in _ALWAYS:
        return _ALWAYS[row.state]
    if row.state is PluginState.REJECTED:
        return Verb.REPLACE if row.credentials else Verb.PAIR
    never_connected = row.channel is not None and row.channel.never_connected
    if has_wizard(row) and (row.state is PluginState.NEEDS_SETUP or never_connected):
        return Verb.SET_UP
    if row.state is PluginState.DEGRADED and row.server is not None and row.server.state is ServerState.WAITING:
        return Verb.RESTART
    return Verb.CONFIGURE if can_configure(row) else Verb.NONE


def is_main(row: PluginRow) -> bool:
    """Whether the button is the way on that a person most likely wants."""
    return row.chosen and row.state in (PluginState.NEEDS_PAIRING, PluginState.NEEDS_SETUP)


def can_configure(row: PluginRow) -> bool:
    """Whether there is anything to set."""
    return bool(row.settings or row.credentials)


def has_wizard(row: PluginRow) -> bool:
    """Whether it is set up step by step."""
    return row.id == SLACK


def repair_text(verb: Verb, row: PluginRow) -> str:
    """What the button says."""
    match verb:
        case Verb.REPLACE:
            tokens = all("token" in each.spec.label.casefold() for each in row.credentials)
            return translate("Plugins", "Replace token…") if tokens else translate("Plugins", "Replace…")
        case _:
            return verb_text(verb)


def verb_text(verb: Verb) -> str:
    """What a menu says."""
    texts = {
        Verb.NONE: "",
        Verb.CONFIGURE: translate("Plugins", "Configure…"),
        Verb.REPLACE: translate("Plugins", "Configure…"),
        Verb.SET_UP: translate("Plugins", "Set up…"),
        Verb.PAIR: translate("Plugins", "Pair phone…"),
        Verb.RESTART: translate("Plugins", "Restart"),
        Verb.UNLOCK: translate("Plugins", "Unlock…"),
        Verb.LOG: translate("Plugins", "Show log…"),
        Verb.PEOPLE: translate("Plugins", "People…"),
    }
    return texts[verb]
