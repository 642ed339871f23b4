"""A QR code, drawn module by module; always black on white, whatever the theme: cameras expect that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from kata_desktop.ui.theme.theme import Theme

_EDGE, _QUIET = 226, 4
"""The edge in lengths of the design; the white margin in modules that the standard asks for."""
_WHITE, _BLACK, _FADED = QColor("#FFFFFF"), QColor("#111111"), QColor("#D5D8DE")

Matrix = tuple[bytes, ...]


def qr_matrix(text: str) -> Matrix:
    """Return the rows of a QR code, one byte per module, 1 for dark; medium error correction."""
    import segno  # drawn once in the life of most installations

    return tuple(bytes(line) for line in segno.make_qr(text, error="m").matrix)


class QrView(QWidget):
    """Shows a code; without one an empty white square, and faded while the code cannot be used any more.

    Attributes:
        text: what the code says.
    """

    def __init__(self, theme: Theme, name: str, *, parent: QWidget | None = None) -> None:
        """Make a view; `name` is what a screen reader calls it."""
        super().__init__(parent)
        self._theme = theme
        self.text = ""
        self._rows: Matrix = ()
        self._faded = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_text(self, text: str) -> None:
        """Show the code of a text; empty shows none."""
        if text != self.text:
            self.text = text
            self._rows = qr_matrix(text) if text else ()
        self._faded = False
        self.update()

    def fade(self) -> None:
        """The code is of no use any more."""
        self._faded = True
        self.update()

    @property
    def is_shown(self) -> bool:
        """Whether there is a code that can be scanned."""
        return bool(self._rows) and not self._faded

    def sizeHint(self) -> QSize:
        """Return the edge at the text size that is set."""
        edge = self._theme.px(_EDGE)
        return QSize(edge, edge)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the modules on whole pixels, so that no gap shows between them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("border"))
        painter.setBrush(_WHITE)
        corner = self._theme.px(10)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
        if not self._rows:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_FADED if self._faded else _BLACK)
        count = len(self._rows)
        ratio = self.devicePixelRatioF()
        edge = max(int(self.width() * ratio / (count + 2 * _QUIET)), 1) / ratio
        start = (self.width() - edge * count) / 2
        start = int(start * ratio) / ratio
        for y, line in enumerate(self._rows):
            for x, dark in enumerate(line):
                if dark:
                    painter.drawRect(QRectF(start + x * edge, start + y * edge, edge, edge))
