"""What helps when a phone does not link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.ui.dialogs.question import CANCEL, Question

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme


def pairing_help(theme: Theme, name: str, parent: QWidget) -> Question:
    """Return a window, not open yet, with what to look at; `name` is what people call the program on the phone."""
    words = QCoreApplication.translate
    lines = (
        words("Pairing", "The phone needs the newest {name} and the Internet, as this computer does."),
        words("Pairing", "A code holds for less than a minute; the next one comes by itself. After the last, "
              "press “New code”."),
        words("Pairing", "If the camera does not read it, use a phone number instead: the phone then asks for the "
              "letters that appear here."),
        words("Pairing", "If the phone says that it has too many devices, remove one there, under Linked devices."),
    )  # fmt: skip
    text = "\n\n".join(line.format(name=name) for line in lines)
    close = {CANCEL: words("Pairing", "Close")}
    return Question(theme, words("Pairing", "When the phone does not link"), text, close, parent=parent)
