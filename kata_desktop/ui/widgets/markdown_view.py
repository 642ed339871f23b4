"""Text from a model, shown with its headings and lists but with nothing it could load or run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QPixmap, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QMessageBox, QTextBrowser

from kata_desktop.ui.widgets.long_text import is_cheap_markdown, shown_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme

_MOST_PLAIN = 20_000
"""Characters shown of a text that is too long for Markdown."""
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_WEB = {"http", "https"}
_OBJECT = "\N{OBJECT REPLACEMENT CHARACTER}"


class MarkdownView(QTextBrowser):
    """Read-only Markdown. Images and files are never loaded, HTML is text, links ask before they open.

    Text that would take long to lay out is shown plain, and only its beginning; `LongText` shows more.
    Only ``http`` and ``https`` links open, and only after a question that names the
    host; every other link does nothing.
    """

    def __init__(
        self,
        theme: Theme,
        name: str,
        *,
        fit: bool = False,
        opener: Callable[[QUrl], object] = QDesktopServices.openUrl,
        parent: QWidget | None = None,
    ) -> None:
        """Make a view.

        Args:
            theme: what it is drawn with.
            name: what a screen reader calls it.
            fit: grow to the text, without a frame or scroll bars, for use inside a page.
            opener: what opens a link that was agreed to.
            parent: the widget it is shown in.
        """
        super().__init__(parent)
        self._theme, self._fit, self._opener = theme, fit, opener
        self._text = ""
        self._plain = False
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        if fit:
            self.setProperty("prose", "true")
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self.document().setDocumentMargin(0 if fit else 4)
        self.anchorClicked.connect(self._ask)
        theme.changed.connect(self._redraw)

    def set_markdown(self, text: str) -> None:
        """Show Markdown."""
        self._text, self._plain = text, not is_cheap_markdown(text)
        self._redraw()

    def set_plain(self, text: str) -> None:
        """Show text as it is."""
        self._text, self._plain = text, True
        self._redraw()

    @property
    def text(self) -> str:
        """What was given to show, for copying."""
        return self._text

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Load nothing, from anywhere.

        An empty picture stands in for images: given nothing at all, Qt opens the file by itself.
        """
        return QPixmap(1, 1) if kind == QTextDocument.ResourceType.ImageResource.value else None

    def sizeHint(self) -> QSize:
        """Return the height of the text when the view grows with it."""
        hint = super().sizeHint()
        return QSize(hint.width(), self._text_height()) if self._fit else hint

    def minimumSizeHint(self) -> QSize:
        """Return the same height: a view that grows is not squeezed."""
        hint = super().minimumSizeHint()
        return QSize(self._theme.px(120), self._text_height()) if self._fit else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap anew."""
        super().resizeEvent(event)
        if self._fit:
            self.updateGeometry()

    def _redraw(self) -> None:
        if self._plain:
            self.setPlainText(shown_part(self._text, _MOST_PLAIN))
            return
        document = self.document()
        document.setDefaultFont(self._theme.font())
        document.setMarkdown(self._text, _FEATURES)
        _name_images(document)
        self._grow()

    def _grow(self) -> None:
        if self._fit:
            self.updateGeometry()

    def _text_height(self) -> int:
        return round(self.document().size().height()) + 2 * self.frameWidth() + 2

    def _ask(self, url: QUrl) -> None:
        if url.scheme().lower() not in _WEB or not url.host():
            return
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setWindowTitle(self.tr("Open link"))
        host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
        question.setText(self.tr("Open {host} in your browser?").format(host=host))
        question.setInformativeText(url.toDisplayString(QUrl.ComponentFormattingOption.FullyEncoded))
        question.setStandardButtons(QMessageBox.StandardButton.Open | QMessageBox.StandardButton.Cancel)
        question.setDefaultButton(QMessageBox.StandardButton.Cancel)
        question.setProperty("link", url)
        question.accepted.connect(self._open)
        question.open()

    def _open(self) -> None:
        url = self.sender().property("link")
        if isinstance(url, QUrl):
            self._opener(url)


def _name_images(document: QTextDocument) -> None:
    """Put the words that describe an image in its place."""
    cursor = QTextCursor(document)
    while not (cursor := document.find(_OBJECT, cursor)).isNull():
        image = cursor.charFormat().toImageFormat()
        if image.isValid():
            words = str(image.property(QTextFormat.Property.ImageAltText) or "")
            plain = cursor.blockCharFormat()
            cursor.insertText(f"[{words}]" if words else "[…]", plain)
