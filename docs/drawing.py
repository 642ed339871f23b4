"""What every script of pictures begins with: where to draw, and an application whose looks do not vary."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before whatever makes an application

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from kata_desktop.ui.qt_loop import QtLoop
from kata_desktop.ui.theme.theme import Theme

Draw = Callable[[Theme, Path], Coroutine[Any, Any, None]]


def run(draw: Draw) -> None:
    """Draw into the documentation, or into the folder that the command names."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    font = QFont("Inter")
    font.setPointSizeF(9.8)
    app.setFont(font)
    theme = Theme(reduced_motion=True)
    theme.apply(app)
    with asyncio.Runner(loop_factory=lambda: QtLoop(app)) as runner:
        runner.run(draw(theme, folder))
    delete(theme)
