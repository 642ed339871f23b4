"""Plugins switched by a hand, in two workspaces that both run."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.support.desk.accessibility import Node
from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.waiting import wait_for

pytestmark = pytest.mark.desk(keyring="none")

HERE, THERE = "Home", "Lab"
PROGRAM = "import time\nprint('up', flush=True)\ntime.sleep(900)\n"


class Hand:
    """A person at the page of plugins, and what can be seen from outside."""

    def __init__(self, kata: KataApp, desk: Desk) -> None:
        self.kata, self.desk = kata, desk
        self.program = desk.home / "keeps_running.py"

    def set_up(self) -> None:
        """Two workspaces, each with a program to keep running, switched off."""
        terminal = self.kata.terminal
        self.program.write_text(PROGRAM, encoding="utf-8")
        first = terminal.ok("workspace", "list")[0]["name"]
        if first != HERE:
            terminal.ok("workspace", "set", first, "name", HERE)
        terminal.ok("workspace", "add", THERE, "--folder", self.desk.home / "lab")
        for name in (HERE, THERE):
            terminal.ok("plugin", "set", "service", "command", f"{sys.executable} -u {self.program}",
                        "--workspace", name)  # fmt: skip

    def switch(self, name: str) -> Node:
        """The switch of a plugin in the workspace that is shown, brought into sight."""
        window = self.kata.window()
        row = window.find("panel", f"{name}\\. .*")
        row.do("SetFocus")
        wait_for("the keyboard", lambda: "focused" in row.states)
        return window.find("check box", f"{name} switch")

    def show_workspace(self, name: str) -> None:
        """Choose a workspace in the sidebar."""
        window = self.kata.in_front()
        names = sorted(each["name"] for each in self.kata.terminal.ask("workspace.list"))
        before = self._on_screen()
        window.find("push button", "Workspace: .*").click()
        wait_for("the menu", lambda: self._on_screen() > before)
        self.desk.screen.key(*["Down"] * (names.index(name) + 1), "Return")  # a menu is not in the tree
        window.find("push button", f"Workspace: {name}\\..*")

    def _on_screen(self) -> int:
        return len(self.desk.screen.windows("--class", "kata-desktop"))

    def programs(self, workspace: str) -> list[int]:
        """Process ids of the program that runs for a workspace."""
        folders = {each["name"]: each["folder"] for each in self.kata.terminal.ask("workspace.list")}
        found = []
        for child in psutil.Process(self.kata.running.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                # the guard around it has the same words among its own
                is_program = child.cmdline()[1:] == ["-u", str(self.program)]
                if is_program and Path(child.cwd()) == Path(folders[workspace]):
                    found.append(child.pid)
        return found

    def state(self, workspace: str, plugin: str) -> tuple[bool, str]:
        """The switch and the state of a plugin, as the command line tells them."""
        rows = self.kata.terminal.ask("plugins.list", workspace=workspace)
        return next((row["on"], row["state"]) for row in rows if row["id"] == plugin)

    def agrees(self, workspace: str, plugin: str, switch: Node) -> bool:
        """Whether the switch shows what is so, and its program runs accordingly."""
        shown = "checked" in switch.states
        return self.state(workspace, plugin)[0] is shown and bool(self.programs(workspace)) is shown


@pytest.fixture
def hand(kata: KataApp, desk: Desk) -> Hand:
    made = Hand(kata, desk)
    made.kata.prefer(last_page="plugins")
    made.set_up()
    kata.start()
    return made


def test_a_switch_concerns_its_workspace_alone_and_at_once(hand: Hand) -> None:
    pid = hand.kata.running.pid
    hand.show_workspace(HERE)
    hand.switch("Local service").click()
    (mine,) = wait_for("the program here", lambda: hand.programs(HERE))
    assert hand.programs(THERE) == []
    assert hand.state(THERE, "service") == (False, "off")
    hand.show_workspace(THERE)
    assert "checked" not in hand.switch("Local service").states
    hand.switch("Local service").click()
    (other,) = wait_for("the program there", lambda: hand.programs(THERE))
    assert hand.programs(HERE) == [mine]
    hand.desk.shot("both")
    hand.switch("RSS and Atom").click()
    wait_for("the feeds' end", lambda: hand.state(THERE, "rss") == (False, "off"))
    assert hand.state(HERE, "rss")[0] is True
    hand.show_workspace(HERE)
    hand.switch("Local service").click()
    wait_for("the end of the program here", lambda: not hand.programs(HERE))
    assert hand.programs(THERE) == [other]
    assert hand.state(HERE, "service") == (False, "off")
    assert hand.kata.running.pid == pid
    hand.kata.quit()
    wait_for("the end of the other program", lambda: not psutil.pid_exists(other))
    assert hand.kata.complaints() == []


def test_two_hundred_rapid_clicks_end_in_what_is_shown_and_leave_nothing(hand: Hand) -> None:
    pid = hand.kata.running.pid
    hand.show_workspace(HERE)
    switch = hand.switch("Local service")
    switch.click()
    wait_for("the program", lambda: hand.programs(HERE))
    switch.click()
    wait_for("its end", lambda: not hand.programs(HERE))
    before = _holdings(pid)
    switch.click_often(200)
    wait_for("what is shown", lambda: hand.agrees(HERE, "service", switch))
    if "checked" in switch.states:  # a busy desktop may lose one of so many clicks
        switch.click()
    wait_for("what is shown", lambda: "checked" not in switch.states and hand.state(HERE, "service") == (False, "off"))
    wait_for("the end of every program", lambda: not hand.programs(HERE))
    switch.click()
    (mine,) = wait_for("the program", lambda: hand.programs(HERE))
    wait_for("its row", lambda: hand.state(HERE, "service") == (True, "ready"))
    assert hand.programs(HERE) == [mine]
    switch.click()
    wait_for("its end", lambda: not hand.programs(HERE))
    wait_for(lambda: f"{before} instead of {_holdings(pid)}", lambda: _fits(_holdings(pid), before))
    hand.desk.shot("after")
    assert hand.kata.complaints() == []


def _holdings(pid: int) -> tuple[int, int, int]:
    """Threads, sockets and child processes."""
    process = psutil.Process(pid)
    return process.num_threads(), len(process.net_connections("all")), len(process.children(recursive=True))


def _fits(now: tuple[int, ...], before: tuple[int, ...]) -> bool:
    return all(there <= then for there, then in zip(now, before, strict=True))
