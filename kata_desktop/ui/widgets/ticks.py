"""The last runs of a task as ticks."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole

TICK_COUNT = 10
"""How many runs are shown."""
TICKS_WIDTH, TICKS_HEIGHT = 72, 18
"""The size of all ticks in lengths of the design."""
_STEP = 7.2


class Tick(enum.Enum):
    """How one run ended; each has a shape of its own as well as a colour."""

    OK = "ok"
    """It succeeded: tall and full."""
    FAILED = "failed"
    """It failed: short and full."""
    SKIPPED = "skipped"
    """It did not run: tall and hollow."""
    LATE = "late"
    """It ran late: half as tall."""
    NONE = "none"
    """There was no run yet: a dash."""


_INK: dict[Tick, ColorRole] = {
    Tick.OK: "ok",
    Tick.FAILED: "bad",
    Tick.SKIPPED: "track",
    Tick.LATE: "warn",
    Tick.NONE: "border",
}
_TOP = {Tick.OK: 2.0, Tick.FAILED: 9.0, Tick.SKIPPED: 2.6, Tick.LATE: 5.5, Tick.NONE: 13.0}


class Ticks(QWidget):
    """The last ten runs, oldest first; fewer runs leave dashes before them."""

    def __init__(self, theme: Theme, runs: tuple[Tick, ...] = (), *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runs: tuple[Tick, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_runs(runs)
        theme.changed.connect(self.updateGeometry)

    def set_runs(self, runs: tuple[Tick, ...]) -> None:
        """Show other runs; only the last ten are drawn."""
        self._runs = runs
        words = ticks_in_words(runs)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size at the text size that is set."""
        return QSize(self._theme.px(TICKS_WIDTH), self._theme.px(TICKS_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ticks."""
        mirrored = self.isRightToLeft()
        paint_ticks(QPainter(self), QRectF(self.rect()), self._theme, self._runs, mirrored=mirrored)


def ticks_in_words(runs: tuple[Tick, ...]) -> str:
    """Return a sentence for a screen reader and a tip."""
    shown = [run for run in runs[-TICK_COUNT:] if run is not Tick.NONE]
    if not shown:
        return QCoreApplication.translate("Ticks", "No runs yet")
    template = QCoreApplication.translate("Ticks", "Last runs: {ok} succeeded, {failed} failed, {skipped} skipped")
    return template.format(
        ok=shown.count(Tick.OK) + shown.count(Tick.LATE),
        failed=shown.count(Tick.FAILED),
        skipped=shown.count(Tick.SKIPPED),
    )


def paint_ticks(
    painter: QPainter, area: QRectF, theme: Theme, runs: tuple[Tick, ...], *, mirrored: bool = False
) -> None:
    """Draw ticks in the middle of an area, for widgets and for delegates of lists."""
    shown = ((Tick.NONE,) * TICK_COUNT + runs)[-TICK_COUNT:]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.center())
    painter.scale(-theme.scale if mirrored else theme.scale, theme.scale)
    painter.translate(-TICKS_WIDTH / 2, -TICKS_HEIGHT / 2)
    for index, tick in enumerate(shown):
        _paint_tick(painter, theme, tick, index * _STEP)
    painter.restore()


def _paint_tick(painter: QPainter, theme: Theme, tick: Tick, x: float) -> None:
    color, top = theme.color(_INK[tick]), _TOP[tick]
    bar = QRectF(x, top, 4.4, 16 - top)
    if tick is Tick.SKIPPED:
        painter.setPen(QPen(color, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        bar = QRectF(x + 0.6, top, 3.2, 12.8)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
    corner = min(2.0, bar.height() / 2)
    painter.drawRoundedRect(bar, corner, corner)
