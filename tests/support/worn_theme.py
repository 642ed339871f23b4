"""A program that wears a theme for a while and is afterwards as it was: the next test begins where this one began."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from kata_desktop.ui.theme.theme import Theme


@contextmanager
def worn(theme: Theme, app: QApplication) -> Iterator[Theme]:
    """Apply a theme, in British English and without an end when the last window closes; the theme is gone afterwards.

    What a theme left on would be the ground of the next: its text grows from the program's font.
    """
    locale, font, palette = QLocale(), app.font(), app.palette()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    try:
        yield theme
    finally:
        delete(theme)
        app.setStyleSheet("")
        app.setPalette(palette)
        app.setFont(font)
        app.setQuitOnLastWindowClosed(True)
        QLocale.setDefault(locale)
