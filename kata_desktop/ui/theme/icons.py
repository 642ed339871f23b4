"""Line icons, tinted at run time and kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, Qt, QTemporaryDir
from PySide6.QtGui import QIcon, QPainter, QPixmap

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

_SHARPNESS = 3.0
"""Pixels drawn for each logical one; enough for a screen scaled to 300 %."""


class IconStore:
    """Draws the SVG files of one folder in any colour and size, each only once.

    Attributes:
        folder: where the SVG files are; they draw with ``currentColor``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sources: dict[str, str] = {}
        self._pixmaps: dict[tuple[str, str, int], QPixmap] = {}
        self._files: dict[tuple[str, str], str] = {}
        self._tinted = QTemporaryDir()

    def pixmap(self, name: str, color: QColor, size: int) -> QPixmap:
        """Return an icon as a square of `size` logical pixels.

        Raises:
            FileNotFoundError: there is no such icon.
        """
        key = (name, color.name(), size)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._drawn(*key)
        return self._pixmaps[key]

    def icon(self, name: str, color: QColor, disabled: QColor, size: int, gap: int = 0) -> QIcon:
        """Return an icon that fades to `disabled` on a control that is switched off.

        With a `gap` it has that much air at both sides: style sheets cannot move the text of a button away from it.
        """
        made = QIcon(_aired(self.pixmap(name, color, size), gap))
        made.addPixmap(_aired(self.pixmap(name, disabled, size), gap), QIcon.Mode.Disabled)
        return made

    def file(self, name: str, color: QColor) -> str:
        """Return the path of a tinted copy, for style sheets, which take files only."""
        key = (name, color.name())
        if key not in self._files:
            path = Path(self._tinted.path()) / f"{name}-{color.name().lstrip('#')}.svg"
            path.write_text(self._source(*key), encoding="utf-8")
            self._files[key] = path.as_posix()
        return self._files[key]

    def _source(self, name: str, color: str) -> str:
        if name not in self._sources:
            self._sources[name] = (self.folder / f"{name}.svg").read_text(encoding="utf-8")
        return self._sources[name].replace("currentColor", color)

    def _drawn(self, name: str, color: str, size: int) -> QPixmap:
        source = QByteArray(self._source(name, color).encode())
        from PySide6.QtSvg import QSvgRenderer  # a start with the tray alone draws no icon

        edge = round(size * _SHARPNESS)
        pixmap = QPixmap(edge, edge)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(source).render(painter, QRectF(0, 0, edge, edge))
        painter.end()
        pixmap.setDevicePixelRatio(_SHARPNESS)
        return pixmap


def _aired(pixmap: QPixmap, gap: int) -> QPixmap:
    if not gap:
        return pixmap
    wide = QPixmap(pixmap.width() + round(2 * gap * _SHARPNESS), pixmap.height())
    wide.setDevicePixelRatio(_SHARPNESS)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(gap, 0, pixmap)
    painter.end()
    return wide
