"""What one row of the page shows, worked out once; a row that shows the same again costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.desktop.resources import resources_dir
from kata_desktop.domain.plugin import PluginState
from kata_desktop.ui.pages.plugins.plugin_words import StateWords, state_words
from kata_desktop.ui.pages.plugins.repairs import Verb, can_configure, is_main, repair_of, repair_text

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from kata_desktop.domain.plugin import PluginRow

translate = QCoreApplication.translate
_CANNOT_SWITCH = frozenset({PluginState.INVALID, PluginState.UNSUPPORTED})


@dataclass(frozen=True, kw_only=True, slots=True)
class PluginView:
    """Everything that is drawn and spoken of a plugin."""

    id: str
    name: str
    description: str
    icon: str
    on: bool
    can_switch: bool
    words: StateWords
    verb: Verb
    verb_text: str
    is_main: bool
    spoken: str
    """What a screen reader says of the whole row."""
    at_enter: Verb
    """What the Enter key does on the row: configure, where there is anything to set."""
    has_log: bool
    """Whether its log is offered beside the button: what it says comes next."""

    @property
    def searched(self) -> str:
        """Everything that words are looked for in, in small letters."""
        return " ".join((self.name, self.description, self.words.text, self.words.detail)).casefold()


def plugin_view(row: PluginRow, now: datetime, zone: tzinfo) -> PluginView:
    """Work out what a row shows."""
    words = state_words(row, now, zone)
    verb = repair_of(row)
    switch = translate("Plugins", "on") if row.on else translate("Plugins", "off")
    spoken = translate("Plugins", "{name}. {state}. {detail}. Switched {switch}")
    return PluginView(
        id=row.id,
        name=row.name,
        description=row.description,
        icon=plugin_icon(row.icon),
        on=row.on,
        can_switch=row.state not in _CANNOT_SWITCH,
        words=words,
        verb=verb,
        verb_text=repair_text(verb, row),
        is_main=is_main(row),
        at_enter=Verb.CONFIGURE if can_configure(row) else verb,
        has_log=row.state is PluginState.CRASHED,
        spoken=spoken.format(name=row.name, state=words.text, detail=words.detail.removesuffix("."), switch=switch),
    )


@lru_cache
def plugin_icon(name: str) -> str:
    """Return the icon that a manifest names, or a plug where there is none of that name."""
    known = name.replace("-", "").isalnum() and (resources_dir() / "icons" / f"{name}.svg").is_file()
    return name if known else "plug"
