"""What to do with changes that are not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


def ask_discard(parent: QWidget, discard: Callable[[], None]) -> QMessageBox:
    """Ask over a window and call `discard` if that is the answer; returns the question, which is open already."""
    translate = QCoreApplication.translate
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(translate("TaskDialog", "Unsaved changes"))
    box.setText(translate("TaskDialog", "Discard what you changed?"))
    box.setInformativeText(translate("TaskDialog", "Nothing of it has been saved."))
    keep = box.addButton(translate("TaskDialog", "Keep editing"), QMessageBox.ButtonRole.RejectRole)
    throw = box.addButton(translate("TaskDialog", "Discard"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    throw.clicked.connect(discard)
    box.open()
    return box
