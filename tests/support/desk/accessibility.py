"""The accessibility tree (AT-SPI): every program's elements by role and name, from another process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from tests.support.desk.bus import GONE, Bus
from tests.support.desk.screen import Screen
from tests.support.waiting import wait_for

# fmt: off
STATES = (
    "invalid", "active", "armed", "busy", "checked", "collapsed", "defunct", "editable", "enabled", "expandable",
    "expanded", "focusable", "focused", "has_tooltip", "horizontal", "iconified", "modal", "multi_line",
    "multiselectable", "opaque", "pressed", "resizable", "selectable", "selected", "sensitive", "showing",
    "single_line", "stale", "transient", "vertical", "visible",
)
# fmt: on
INTERFACE = "org.a11y.atspi."
NOTHING = "/org/a11y/atspi/null"
LABELLED_BY = 2
USUAL = frozenset({"visible", "enabled", "sensitive", "showing", "focusable"})


class Accessibility:
    """The tree of all programs of a desktop, whose session bus is given."""

    def __init__(self, session: Bus, screen: Screen) -> None:
        address = session.call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")[0]
        self.bus = Bus(address)
        self.screen = screen

    def program(self, pid: int, *, timeout: float = 30.0) -> ProgramNode:
        """The root of one program; waits for it."""
        node = ProgramNode(self, pid=pid)
        wait_for(f"process {pid} in the accessibility tree", node.roots, timeout=timeout)
        return node

    def named(self, name: str) -> ProgramNode:
        """The root of the programs with this accessible name, whether there is one now or not."""
        return ProgramNode(self, name=name)

    def close(self) -> None:
        """Ends the connection."""
        self.bus.close()


class Node:
    """One element on the screen."""

    def __init__(self, tree: Accessibility, dest: str, path: str) -> None:
        self._tree = tree
        self.dest = dest
        self.path = path

    def __repr__(self) -> str:
        try:
            return f"<{self.role} {self.name!r}>"
        except GONE:
            return f"<gone {self.path}>"

    def call(self, interface: str, method: str, signature: str = "", *arguments: object) -> Any:
        """Calls a method of one of its AT-SPI interfaces."""
        return self._tree.bus.call(self.dest, self.path, INTERFACE + interface, method, signature, *arguments)

    def get(self, interface: str, name: str) -> Any:
        """Reads a property of one of its AT-SPI interfaces."""
        return self._tree.bus.get(self.dest, self.path, INTERFACE + interface, name)

    @property
    def name(self) -> str:
        """The accessible name: what a screen reader says first."""
        return str(self.get("Accessible", "Name"))

    @property
    def description(self) -> str:
        """The accessible description."""
        return str(self.get("Accessible", "Description"))

    @property
    def role(self) -> str:
        """The role in words: `push button`, `text`, `list item`."""
        return str(self.call("Accessible", "GetRoleName")[0])

    @property
    def interfaces(self) -> list[str]:
        """What it can do, by the last part of the interface names."""
        return [name.rsplit(".", 1)[1] for name in self.call("Accessible", "GetInterfaces")[0]]

    @property
    def states(self) -> set[str]:
        """The states that hold, by name."""
        low, high = self.call("Accessible", "GetState")[0]
        bits = low | high << 32
        return {state for position, state in enumerate(STATES) if bits >> position & 1}

    @property
    def text(self) -> str:
        """All text of an element that holds text."""
        return str(self.call("Text", "GetText", "ii", 0, -1)[0])

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, width and height on the screen, in pixels."""
        left, top, width, height = self.call("Component", "GetExtents", "u", 0)[0]
        return left, top, width, height

    @property
    def actions(self) -> list[str]:
        """The names of what it offers to do."""
        return [action[0] for action in self.call("Action", "GetActions")[0]]

    @property
    def value(self) -> float:
        """The value of a spin box, slider or progress bar."""
        return float(self.get("Value", "CurrentValue"))

    def parent(self) -> Node:
        """The element directly above."""
        return Node(self._tree, *self.get("Accessible", "Parent"))

    def children(self) -> list[Node]:
        """The elements directly below."""
        found = self.call("Accessible", "GetChildren")[0]
        return [Node(self._tree, dest, path) for dest, path in found if path != NOTHING]

    def walk(self, *, showing: bool = False) -> Iterator[Node]:
        """This element and all below it; what vanishes meanwhile is passed over.

        With `showing` only what is on the screen: a page that is hidden is not looked into.
        """
        try:
            if showing and "showing" not in self.states:
                return
            children = self.children()
        except GONE:
            return
        yield self
        for child in children:
            yield from child.walk(showing=showing)

    def find_all(self, role: str | None = None, name: str | None = None, *, showing: bool = True) -> list[Node]:
        """All elements with this role and this name (a regular expression), as they are now."""
        found = []
        for node in self.walk(showing=showing):
            with suppress(*GONE):
                if node.matches(role, name):
                    found.append(node)
        return found

    def matches(self, role: str | None, name: str | None) -> bool:
        """Whether it has this role and this name (a regular expression for all of it)."""
        if role is not None and self.role != role:
            return False
        return name is None or re.fullmatch(name, self.name) is not None

    def find(
        self, role: str | None = None, name: str | None = None, *, timeout: float = 30.0, showing: bool = True
    ) -> Node:
        """The one element with this role and name (a regular expression); waits for it."""
        got: list[Node] = []

        def the_one() -> Node | None:
            got[:] = self.find_all(role, name, showing=showing)
            return got[0] if len(got) == 1 else None

        return wait_for(
            lambda: f"one {role or 'element'} {name!r} in {self!r}; there are {got}", the_one, timeout=timeout
        )

    def labelled(self, role: str, label: str, *, timeout: float = 30.0) -> Node:
        """The element whose label reads so. Needed for combo boxes: on Linux they are named by their current text."""

        def carrier() -> Node | None:
            return next((node for node in self.find_all(role) if node.has_label(label)), None)

        return wait_for(f"{role} labelled {label!r} in {self!r}", carrier, timeout=timeout)

    def has_label(self, label: str) -> bool:
        """Whether a label that belongs to it reads so (a regular expression)."""
        relations = self.call("Accessible", "GetRelationSet")[0]
        labels = [Node(self._tree, *target) for kind, targets in relations if kind == LABELLED_BY for target in targets]
        return any(re.fullmatch(label, node.name) for node in labels)

    def do(self, action: str) -> None:
        """Does one of the things that it offers."""
        names = self.actions
        assert action in names, f"{self!r} offers {names}, not {action!r}"
        assert self.call("Action", "DoAction", "i", names.index(action))[0], f"{action} on {self!r} was refused"

    def press(self) -> None:
        """Presses without the mouse. Refuses what a person could not press."""
        assert self.states >= {"enabled", "showing"}, f"{self!r} cannot be pressed: {sorted(self.states)}"
        offered = {name.lower(): name for name in self.actions}
        action = next((offered[wanted] for wanted in ("press", "click", "toggle") if wanted in offered), None)
        assert action, f"{self!r} offers only {list(offered.values())}"
        self.do(action)

    def click(self, *, button: int = 1, at: tuple[int, int] | None = None) -> None:
        """A real mouse click on it: in the middle, or `at` pixels from its upper left corner."""
        left, top, width, height = self._box_at_rest()
        across, down = at or (width // 2, height // 2)
        self._tree.screen.click(left + across, top + down, button=button)

    def click_often(self, times: int) -> None:
        """Real mouse clicks in its middle, one after the other without a pause."""
        left, top, width, height = self._box_at_rest()
        self._tree.screen.click_often(left + width // 2, top + height // 2, times)

    def _box_at_rest(self) -> tuple[int, int, int, int]:
        """Where it is once it stands still: a person does not press what still moves to its place."""
        before = (0, 0, 0, 0)

        def rests() -> tuple[int, int, int, int] | None:
            nonlocal before
            last, before = before, self.box
            return before if before == last and before[2] > 0 and before[3] > 0 else None

        return wait_for(lambda: f"{self!r} to stand on the screen; it is at {before}", rests)

    def set_text(self, text: str) -> None:
        """Replaces the text without the keyboard."""
        self.call("EditableText", "SetTextContents", "s", text)

    def set_value(self, value: float) -> None:
        """Sets a spin box or slider without the mouse."""
        self._tree.bus.set(self.dest, self.path, INTERFACE + "Value", "CurrentValue", "d", float(value))

    def dump(self, *, depth: int = 0, most: int = 15) -> str:
        """The tree as text, for looking at while writing a test."""
        try:
            lines = ["  " * depth + self._line()]
            children = self.children()
        except GONE as error:
            return "  " * depth + f"(gone: {error})"
        lines += [child.dump(depth=depth + 1, most=most) for child in children[:most]]
        if len(children) > most:
            lines.append("  " * (depth + 1) + f"... and {len(children) - most} more")
        return "\n".join(lines)

    def _line(self) -> str:
        offers = self.interfaces
        parts: list[object] = [self.role, repr(self.name), sorted(self.states - USUAL)]
        parts += [self.box] if "Component" in offers else []
        parts += [self.actions] if "Action" in offers else []
        parts += [] if "showing" in self.states else ["(not showing)"]
        return " ".join(map(str, parts))


class ProgramNode(Node):
    """A whole program.

    Qt registers twice with the registry (a connection made before setApplicationName stays empty), so this is all
    registrations of one process together.
    """

    def __init__(self, tree: Accessibility, *, pid: int | None = None, name: str | None = None) -> None:
        super().__init__(tree, "", "")
        self._pid = pid
        self._name = name

    def __repr__(self) -> str:
        return f"<program pid={self._pid} name={self._name}>"

    @property
    def name(self) -> str:
        """The name that it was looked up by."""
        return self._name or ""

    @property
    def role(self) -> str:
        """Always `application`."""
        return "application"

    @property
    def states(self) -> set[str]:
        """A program counts as showing, so that searches descend into it."""
        return {"showing"}

    @property
    def interfaces(self) -> list[str]:
        """None: it is no element."""
        return []

    def roots(self) -> list[Node]:
        """Its registrations now."""
        registry = Node(self._tree, "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
        found = []
        for node in registry.children():
            with suppress(*GONE):
                if self._is_mine(node):
                    found.append(node)
        return found

    def _is_mine(self, node: Node) -> bool:
        if self._pid is not None and self._tree.bus.pid_of(node.dest) != self._pid:
            return False
        return self._name is None or node.name == self._name

    def children(self) -> list[Node]:
        """The windows of all its registrations."""
        return [child for root in self.roots() for child in root.children()]
