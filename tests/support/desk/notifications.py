"""Every notification that any program sends, and the bubbles that a person sees."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any

from jeepney import HeaderFields

from tests.support.desk.accessibility import Accessibility, Node
from tests.support.desk.bus import DAEMON, Bus
from tests.support.waiting import wait_for

RULES = [
    "type='method_call',interface='org.freedesktop.Notifications',member='Notify'",
    "type='method_return',sender='org.freedesktop.Notifications'",
]
DAEMON_PROGRAM = "xfce4-notifyd"


@dataclass(kw_only=True)
class Note:
    """One call of Notify."""

    app: str
    summary: str
    body: str
    actions: list[str]
    """Key and label in turn, as on the bus."""
    hints: dict[str, Any]
    timeout: int
    """Milliseconds; -1 leaves it to the daemon, 0 stays."""
    replaces: int
    ident: int | None = field(default=None)
    """The number that the daemon gave; None until it answered."""


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """A notification on the screen."""

    frame: Node
    texts: list[str]
    buttons: dict[str, Node]


class Notifications:
    """Everything sent to the notification daemon from now on, in `seen`."""

    def __init__(self, address: str, accessibility: Accessibility) -> None:
        self.seen: list[Note] = []
        self._accessibility = accessibility
        self._unanswered: dict[tuple[str, int], Note] = {}
        self._bus = Bus(address)
        path, monitoring = DAEMON[1], "org.freedesktop.DBus.Monitoring"
        self._bus.call(DAEMON[0], path, monitoring, "BecomeMonitor", "asu", RULES, 0)
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, name="test gear: notification monitor", daemon=True)
        self._reader.start()

    def wait(self, summary: str, *, timeout: float = 30.0) -> Note:
        """The first notification whose summary matches the regular expression and that the daemon took."""
        return wait_for(
            lambda: f"notification {summary!r} (seen: {[note.summary for note in self.seen]})",
            lambda: next((note for note in self.seen if re.search(summary, note.summary) and note.ident), None),
            timeout=timeout,
        )

    def bubbles(self) -> list[Bubble]:
        """The bubbles on the screen now (of the daemon `xfce`: the other one is not in the accessibility tree)."""
        found = []
        for frame in self._accessibility.named(DAEMON_PROGRAM).children():
            nodes = frame.find_all()
            texts = [node.name for node in nodes if node.role == "label"]
            if texts:
                buttons = {node.name: node for node in nodes if node.role == "push button"}
                found.append(Bubble(frame=frame, texts=texts, buttons=buttons))
        return found

    def bubble(self, text: str, *, timeout: float = 30.0) -> Bubble:
        """The bubble that shows this text (a regular expression); waits for it."""

        def shown() -> Bubble | None:
            return next((one for one in self.bubbles() if any(re.search(text, told) for told in one.texts)), None)

        return wait_for(f"a notification on the screen with {text!r}", shown, timeout=timeout)

    def click(self, text: str, *, button: str | None = None) -> None:
        """A real mouse click on the bubble with this text, or on one of its buttons."""
        bubble = self.bubble(text)
        if button is None:
            bubble.frame.click(at=(12, 12))
            return
        assert button in bubble.buttons, f"no button {button!r} in {bubble.texts}: {list(bubble.buttons)}"
        bubble.buttons[button].click()

    def close(self) -> None:
        """Stops listening."""
        self._ended.set()
        self._reader.join(5.0)
        self._bus.close()

    def _read(self) -> None:
        while not self._ended.is_set():
            try:
                message = self._bus.connection.receive(timeout=0.2)
            except TimeoutError:
                continue
            except ConnectionError:  # the bus went away
                return
            self._take(message)

    def _take(self, message: Any) -> None:
        fields = message.header.fields
        if fields.get(HeaderFields.member) == "Notify":
            note = _note(message.body)
            self._unanswered[fields[HeaderFields.sender], message.header.serial] = note
            self.seen.append(note)
        elif HeaderFields.reply_serial in fields:
            call = (fields.get(HeaderFields.destination), fields[HeaderFields.reply_serial])
            answered = self._unanswered.pop(call, None)
            if answered and message.body:
                answered.ident = message.body[0]


def _note(body: Any) -> Note:
    app, replaces, _icon, summary, text, actions, boxed, timeout = body
    hints = {name: "(pixels)" if name.startswith("image") else value[1] for name, value in boxed.items()}
    return Note(app=app, summary=summary, body=text, actions=actions, hints=hints, timeout=timeout, replaces=replaces)
