"""Text and icons that only show; text from outside is never taken for markup."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole, Tone


class TextRole(enum.StrEnum):
    """What a text is for; the style sheet gives each its size, weight and colour."""

    H1 = "h1"
    """The name of a page."""
    H2 = "h2"
    """The name of a part of a page."""
    LEAD = "lead"
    """A sentence that sums up."""
    TITLE = "title"
    """The name of a thing, the label of a field."""
    BODY = "body"
    """Running text."""
    MUTED = "muted"
    """Explanation beside the point."""
    SMALL = "small"
    """Small print."""
    SECTION = "section"
    """A heading above a list."""
    ERROR = "error"
    """What is wrong with a field."""
    MONO = "mono"
    """Code, times in a log, identifiers."""


class Label(QLabel):
    """Plain text, whatever it contains: ``<img src=…>`` is shown letter by letter."""

    def __init__(
        self,
        text: str = "",
        role: TextRole = TextRole.BODY,
        *,
        wrap: bool = False,
        tone: Tone | None = None,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Show a text.

        Args:
            text: what to show.
            role: what it is for.
            wrap: break into lines.
            tone: colour it; say the same in words or with an icon.
            selectable: let a person mark and copy it, by keyboard too.
            parent: the widget it is shown in.
        """
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setWordWrap(wrap)
        self.setProperty("role", role.value)
        if tone is not None:
            self.setProperty("tone", tone.value)
        if selectable:
            flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            self.setTextInteractionFlags(flags)
            self.setAccessibleName(text)
        self._align = self.alignment()
        self._mirror()

    def setAlignment(self, align: Qt.AlignmentFlag) -> None:
        """Align at the start or the end of the line of the language, not of the text."""
        self._align = align
        self._mirror()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the direction of the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._mirror()

    def set_tone(self, tone: Tone | None) -> None:
        """Change the colour."""
        self.setProperty("tone", None if tone is None else tone.value)
        repolish(self)

    def _mirror(self) -> None:
        # Left alone, Qt aligns plain text by its own letters: an English name would stray from an Arabic list.
        visual = QStyle.visualAlignment(self.layoutDirection(), self._align)
        super().setAlignment(visual | Qt.AlignmentFlag.AlignAbsolute)


class ElidedLabel(Label):
    """One line that ends in “…” where room ends; the whole text is its tip and its accessible name."""

    def __init__(self, text: str = "", role: TextRole = TextRole.BODY, *, tone: Tone | None = None) -> None:
        super().__init__(text, role, tone=tone)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(text)

    def set_text(self, text: str) -> None:
        """Change the text."""
        self.setText(text)
        self.setAccessibleName(text)
        self._tip()

    def minimumSizeHint(self) -> QSize:
        """Return the room for a few letters."""
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the tip only while something is cut off."""
        super().resizeEvent(event)
        self._tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        del event
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option = QStyleOption()
        option.initFrom(self)
        area = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        self.style().drawItemText(
            painter, area, self.alignment().value, option.palette, self.isEnabled(), text, self.foregroundRole()
        )

    def _tip(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip(plain_tip(self.text()) if cut else "")


class IconLabel(QLabel):
    """A line icon. With a name it is an image to a screen reader, without one it is decoration."""

    def __init__(
        self, theme: Theme, icon: str, role: ColorRole = "text_2", size: float = 16, *, name: str = ""
    ) -> None:
        super().__init__()
        self._theme = theme
        self._icon, self._role, self._size = icon, role, size
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))
        theme.changed.connect(self._draw)
        self._draw()

    def set_icon(self, icon: str, role: ColorRole | None = None, *, name: str | None = None) -> None:
        """Show another icon; the colour and the name stay unless they are given."""
        self._icon = icon
        self._role = self._role if role is None else role
        if name is not None:
            self.setAccessibleName(name)
            self.setToolTip(plain_tip(name))
        self._draw()

    def _draw(self) -> None:
        edge = self._theme.px(self._size)
        self.setFixedSize(edge, edge)
        self.setPixmap(self._theme.pixmap(self._icon, self._role, self._size))


def plain_tip(text: str) -> str:
    """Return a text as a tip that shows it letter by letter; Qt would take some of it for markup."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<qt>{escaped.replace(chr(10), '<br>')}</qt>" if escaped != text else text


def repolish(widget: QWidget) -> None:
    """Let the style sheet look again at a widget whose properties changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
