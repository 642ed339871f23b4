"""What everybody can see and hear: light and dark, live, and a name for every control."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.support.desk.accessibility import Node
from tests.support.desk.bus import GONE
from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.waiting import wait_for

pytestmark = pytest.mark.desk(keyring="none", notifications="none")

CONTROLS = {
    "push button", "check box", "radio button", "text", "combo box", "spin box", "button menu", "slider", "cell",
    "table", "tree", "list item", "link", "toggle button", "password text",
}  # fmt: skip

TEXTS = (
    ("label", "Tasks"),
    ("label", "Nothing scheduled yet.*"),
    ("push button", "New task"),
    ("label", "Inbox triage"),
)
"""A heading, running text, a button and a title on the first page."""


def brightness(desk: Desk, name: str, window: Node) -> int:
    """How bright the ground of a window is, 0 to 255, in a picture of the screen."""
    left, top, width, height = window.box
    spot = f"{left + width // 2},{top + height - 12}"
    asked = [
        "convert",
        str(desk.shot(name)),
        "-colorspace",
        "Gray",
        "-format",
        f"%[fx:round(255*p{{{spot}}})]",
        "info:",
    ]
    return int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


def test_light_and_dark_at_once_and_as_the_desktop_says(kata: KataApp, desk: Desk) -> None:
    kata.start()
    window = kata.open_page("Settings")
    window.find("check box", "Dark").click()
    wait_for("a dark window", lambda: brightness(desk, "theme-dark", window) < 64)
    window.find("check box", "Light").click()
    wait_for("a light window", lambda: brightness(desk, "theme-light", window) > 200)
    window.find("check box", "System").click()
    wait_for("the choice", lambda: "checked" in window.find("check box", "System").states)
    say_at_the_portal(desk, dark=True)
    wait_for("a dark window", lambda: brightness(desk, "theme-desktop-dark", window) < 64)
    say_at_the_portal(desk, dark=False)
    wait_for("a light window", lambda: brightness(desk, "theme-desktop-light", window) > 200)
    kata.quit()
    assert kata.complaints() == []


def say_at_the_portal(desk: Desk, *, dark: bool) -> None:
    """What a desktop tells when a person changes its look."""
    change = ("org.freedesktop.appearance", "color-scheme", ("u", 1 if dark else 2))
    desk.bus.emit(
        "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings", "SettingChanged", "ssv", *change
    )


def test_all_text_has_the_chosen_size_from_the_start(kata: KataApp) -> None:
    kata.terminal.ok("task", "list")
    kata.start()
    usual = [kata.window().find(*each).box[3] for each in TEXTS]
    kata.quit()
    kata.prefer(text_scale=150)
    kata.start()
    larger = [kata.window().find(*each).box[3] for each in TEXTS]
    assert [after / before > 1.3 for before, after in zip(usual, larger, strict=True)] == [True] * len(TEXTS), larger


def unnamed(window: Node) -> list[str]:
    """The controls on the screen that a screen reader could not call by a name."""
    found = []
    for node in window.walk(showing=True):
        with suppress(*GONE):
            if is_control(node) and not node.name.strip() and not node.parent().name.strip():
                found.append(f"{node!r} {node.box} in {node.parent()!r}")
    return found


def is_control(node: Node) -> bool:
    """Whether a person can do something with it, or reaches it with the keyboard."""
    return node.role in CONTROLS or ("focusable" in node.states and node.role not in {"frame", "dialog"})


def pages(kata: KataApp) -> Iterator[tuple[str, Node]]:
    """Every page and dialog in turn."""
    screen = kata.desk.screen
    for page in ("Tasks", "Activity"):
        yield page, kata.open_page(page)
    settings = kata.open_page("Settings")
    for section in ("General", "Schedules", "Models", "Notifications", "Storage", "About"):
        settings.find("check box", section).click()
        yield f"Settings, {section}", settings
    kata.open_page("Tasks")
    screen.key("ctrl+n")
    dialog = kata.window("New scheduled prompt")
    for kind in ("Once", "Every…", "Weekly", "Monthly", "Cron", "Event"):
        dialog.find("check box", kind).press()
        yield f"New task, {kind}", dialog
    dialog.find("push button", "Advanced").press()
    yield "New task, Advanced", dialog
    screen.key("Escape")
    kata.ui.find("push button", "Discard").click()
    kata.gone("New scheduled prompt")
    screen.key("ctrl+k")
    yield "Palette", kata.ui
    screen.key("Escape")
    screen.key("F1")
    yield "Help", kata.ui
    screen.key("Escape")


@pytest.mark.slow
def test_every_control_has_a_name(kata: KataApp) -> None:
    kata.terminal.ok("task", "add", "Say hello", "--name", "Hello", "--every", "2h")
    kata.start()
    kata.terminal.ok("task", "run", "Hello", "--wait")
    silent = {page: found for page, window in pages(kata) if (found := unnamed(window))}
    assert silent == {}
    assert kata.complaints() == []
