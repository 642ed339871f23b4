"""The tray icon of a program, over the protocol that every modern tray host speaks (StatusNotifierItem, dbusmenu)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.support.desk.bus import GONE, Bus
from tests.support.desk.screen import Screen, WindowOnScreen
from tests.support.waiting import wait_for

WATCHER = ("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher")
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PANEL_CLASS = "wrapper-2.0"
"""The X class of the panel's plug-ins and of the menus that they open."""
SEPARATOR_PIXELS = 7


@dataclass(frozen=True, kw_only=True)
class MenuEntry:
    """A line of the tray menu as the host sees it."""

    ident: int
    label: str
    enabled: bool
    visible: bool
    separator: bool
    checked: bool | None
    """None for an entry that has no check mark."""
    children: tuple[MenuEntry, ...]


class Tray:
    """The tray icon of process `pid`; waits for it to appear."""

    def __init__(self, bus: Bus, screen: Screen, pid: int, *, timeout: float = 30.0) -> None:
        self._bus = bus
        self._screen = screen
        self._dest, self._path = wait_for(f"a tray icon of process {pid}", lambda: find(bus, pid), timeout=timeout)

    def get(self, name: str) -> Any:
        """A property: Id, Title, Status (Active, Passive, NeedsAttention), IconName, ToolTip, Menu and more."""
        return self._bus.get(self._dest, self._path, ITEM, name)

    def tooltip(self) -> str:
        """Title and text of the tool tip, as one text."""
        _icon, _pixels, title, text = self.get("ToolTip")
        return "\n".join(part for part in (title, text) if part)

    def activate(self) -> None:
        """What a host sends for a left click."""
        self._bus.call(self._dest, self._path, ITEM, "Activate", "ii", 0, 0)

    def menu(self) -> tuple[MenuEntry, ...]:
        """The menu as it is right now; the program may fill it in first."""
        path = self.get("Menu")
        with suppress(*GONE):
            self._bus.call(self._dest, path, MENU, "AboutToShow", "i", 0)
        _revision, root = self._bus.call(self._dest, path, MENU, "GetLayout", "iias", 0, -1, [])
        return _entry(root).children

    def labels(self) -> list[str]:
        """The labels of the visible entries."""
        return [entry.label for entry in self.menu() if entry.visible and not entry.separator]

    def entry(self, *labels: str) -> MenuEntry:
        """The entry at this path of labels; AssertionError where there is none."""
        return _lookup(self.menu(), labels)

    def click(self, *labels: str) -> None:
        """Clicks the entry at this path of labels: sends what a host sends. Refuses what a person could not click."""
        entry = self.entry(*labels)
        assert entry.enabled, f"menu entry {entry.label!r} is grey"
        assert entry.visible, f"menu entry {entry.label!r} is hidden"
        arguments = (entry.ident, "clicked", ("s", ""), 0)
        self._bus.call(self._dest, self.get("Menu"), MENU, "Event", "isvu", *arguments)

    def press_icon(self, *, button: int = 1) -> None:
        """Presses a mouse button on the icon in the panel. Only where it is the one icon there."""
        items = self._bus.get(*WATCHER, "RegisteredStatusNotifierItems")
        assert len(items) == 1, f"which of these icons is meant? {items}"
        slot = wait_for("the icon in the panel", self._slot)
        self._screen.click(slot.x + slot.width // 2, slot.y + slot.height // 2, button=button)

    def click_with_mouse(self, label: str) -> None:
        """Right click on the icon, then left click on the entry: all with the mouse."""
        entries = [entry for entry in self.menu() if entry.visible]
        self.press_icon(button=3)
        box = wait_for("the tray menu on the screen", self._open_menu)
        separators = sum(entry.separator for entry in entries)
        row = (box.height - SEPARATOR_PIXELS * separators) / (len(entries) - separators)  # all rows are equally high
        at = float(box.y)
        for entry in entries:
            if entry.label == label and not entry.separator:
                return self._screen.click(box.x + box.width // 2, int(at + row / 2))
            at += SEPARATOR_PIXELS if entry.separator else row
        raise AssertionError(f"no menu entry {label!r} among {[entry.label for entry in entries]}")

    def _slot(self) -> WindowOnScreen | None:
        found = self._screen.windows("--class", PANEL_CLASS)
        return next((window for window in found if 20 < window.height < 60 and window.width >= 24), None)

    def _open_menu(self) -> WindowOnScreen | None:
        found = self._screen.windows("--class", PANEL_CLASS)
        return next((window for window in found if window.height >= 60 and window.width > 60), None)


def find(bus: Bus, pid: int) -> tuple[str, str] | None:
    """Bus name and path of the tray icon of a process, or None while it has none."""
    if not bus.has_owner(WATCHER[0]):
        return None
    for item in bus.get(*WATCHER, "RegisteredStatusNotifierItems"):
        dest, _, path = item.partition("/")
        with suppress(*GONE):
            if bus.pid_of(dest) == pid:
                return dest, f"/{path}"
    return None


def _entry(node: Any) -> MenuEntry:
    ident, boxed, children = node
    properties = {name: value[1] for name, value in boxed.items()}
    return MenuEntry(
        ident=ident,
        label=re.sub(r"_(.)", r"\1", properties.get("label", "")),
        enabled=properties.get("enabled", True),
        visible=properties.get("visible", True),
        separator=properties.get("type") == "separator",
        checked=bool(properties.get("toggle-state")) if properties.get("toggle-type") else None,
        children=tuple(_entry(child[1]) for child in children),
    )


def _lookup(entries: Sequence[MenuEntry], labels: Sequence[str]) -> MenuEntry:
    found = next((entry for entry in entries if entry.label == labels[0]), None)
    assert found, f"no menu entry {labels[0]!r} among {[entry.label for entry in entries]}"
    return _lookup(found.children, labels[1:]) if labels[1:] else found
