"""A tiny tray program: what the gear of the virtual desktop is proved with."""

from __future__ import annotations

import json
import sys
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLineEdit,
    QMenu,
    QPushButton,
    QSystemTrayIcon,
    QVBoxLayout,
    QWidget,
)


def tell(event: str, **more: object) -> None:
    """One line of JSON on the standard output."""
    sys.stdout.write(json.dumps({"event": event, **more}) + "\n")
    sys.stdout.flush()


class Window(QWidget):
    """A text field, a button and a check box."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Tray program")
        self._name = QLineEdit()
        self._name.setAccessibleName("Task name")
        self._save = QPushButton("Save")
        self._save.clicked.connect(self._on_save)
        self._login = QCheckBox("Start at login")
        self._login.toggled.connect(self._on_login)
        rows = QVBoxLayout(self)
        for widget in (self._name, self._save, self._login):
            rows.addWidget(widget)

    def _on_save(self) -> None:
        tell("saved", name=self._name.text(), year=datetime.now().astimezone().year)  # noqa: TID251 - the faked clock

    def _on_login(self, on: bool) -> None:
        tell("login", on=on)


class TrayIcon(QSystemTrayIcon):
    """An icon with a menu of three entries."""

    def __init__(self, window: Window) -> None:
        picture = QPixmap(64, 64)
        picture.fill(QColor("#d02060"))
        super().__init__(QIcon(picture))
        self.setToolTip("Tray program")
        self._menu = QMenu()
        self._menu.addAction("Open", window.show)
        self._menu.addAction("Tell", self._on_tell)
        self._menu.addSeparator()
        self._menu.addAction("Quit", QCoreApplication.quit)
        self.setContextMenu(self._menu)

    def _on_tell(self) -> None:
        self.showMessage("Backup failed", "The disk is full.")


def main() -> int:
    """Runs until Quit is chosen."""
    app = QApplication(sys.argv)
    app.setApplicationName("tray-program")
    app.setQuitOnLastWindowClosed(False)
    window = Window()
    icon = TrayIcon(window)
    icon.show()
    tell("ready")
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main())
