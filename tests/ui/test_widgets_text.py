"""Text from outside is shown, never obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPixmap, QTextDocument
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.labels import ElidedLabel, Label
from kata_desktop.ui.widgets.markdown_view import MarkdownView

RED = "#ff0000"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A red picture that nobody may load."""
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(QColor(RED))
    file = tmp_path / "secret.png"
    image.save(str(file))
    return file


def _reds(image: QImage) -> int:
    return sum(image.pixelColor(x, y).name() == RED for x in range(image.width()) for y in range(image.height()))


@pytest.mark.usefixtures("theme")
def test_a_label_shows_markup_letter_by_letter(qtbot: QtBot, picture: Path) -> None:
    text = f"<img src='{picture.as_uri()}'>"
    label = Label(text)
    qtbot.addWidget(label)
    obeying = QLabel(text)
    qtbot.addWidget(obeying)
    assert _reds(obeying.grab().toImage()) > 0, "the picture can be loaded, so that not seeing it means something"
    assert _reds(label.grab().toImage()) == 0
    assert label.sizeHint().width() >= label.fontMetrics().horizontalAdvance(text)


@pytest.mark.usefixtures("theme")
def test_an_elided_label_offers_the_whole_text_as_text(qtbot: QtBot, picture: Path) -> None:
    text = f"<img src='{picture.as_uri()}'> and so on"
    label = ElidedLabel(text)
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert label.accessibleName() == text
    assert "&lt;img" in label.toolTip()
    label.resize(4000, 20)
    assert label.toolTip() == ""


@pytest.mark.usefixtures("theme")
def test_labels_start_where_the_language_starts(qtbot: QtBot) -> None:
    label = Label("Inbox")
    qtbot.addWidget(label)
    assert label.alignment() & Qt.AlignmentFlag.AlignLeft
    label.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert label.alignment() & Qt.AlignmentFlag.AlignRight
    label.setAlignment(Qt.AlignmentFlag.AlignRight)
    assert label.alignment() & Qt.AlignmentFlag.AlignLeft


@pytest.mark.parametrize("form", ["![a chart]({uri})", "![a chart]({path})", "<img src='{uri}'>", "<img src='{path}'>"])
def test_markdown_loads_no_picture(form: str, theme: Theme, qtbot: QtBot, picture: Path) -> None:
    view = MarkdownView(theme, "Result")
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.set_markdown("before\n\n" + form.format(uri=picture.as_uri(), path=picture))
    view.show()
    assert _reds(view.grab().toImage()) == 0
    assert "before" in view.toPlainText()
    if form.startswith("!"):
        assert "[a chart]" in view.toPlainText()


def test_whatever_asks_for_a_picture_is_given_an_empty_one(theme: Theme, qtbot: QtBot, picture: Path) -> None:
    view = MarkdownView(theme, "Result")
    qtbot.addWidget(view)
    given = view.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl.fromLocalFile(str(picture)))
    assert isinstance(given, QPixmap)
    assert given.width() == 1
    sheet = view.loadResource(QTextDocument.ResourceType.StyleSheetResource.value, QUrl.fromLocalFile(str(picture)))
    assert sheet is None


def test_markdown_keeps_its_form(theme: Theme, qtbot: QtBot) -> None:
    view = MarkdownView(theme, "Result")
    qtbot.addWidget(view)
    view.set_markdown("# Title\n\n- one\n- two <b>bold</b>\n")
    assert view.document().firstBlock().blockFormat().headingLevel() == 1
    assert "<b>" in view.toPlainText()
    view.set_plain("# Title")
    assert view.toPlainText() == "# Title"


def test_very_long_text_is_plain(theme: Theme, qtbot: QtBot) -> None:
    view = MarkdownView(theme, "Result")
    qtbot.addWidget(view)
    view.set_markdown("# Title\n" + "x" * 200_001)
    assert view.toPlainText().startswith("# Title")


def test_a_fitted_view_is_as_tall_as_its_text(theme: Theme, qtbot: QtBot) -> None:
    view = MarkdownView(theme, "Result", fit=True)
    qtbot.addWidget(view)
    view.resize(300, 50)
    view.show()
    view.set_markdown("one")
    short = view.sizeHint().height()
    view.set_markdown("one\n\n" * 20)
    assert view.sizeHint().height() > short * 5


def _asked(view: MarkdownView) -> QMessageBox | None:
    return view.findChild(QMessageBox)


def test_a_link_opens_only_after_a_question_that_names_its_host(theme: Theme, qtbot: QtBot) -> None:
    opened: list[QUrl] = []
    view = MarkdownView(theme, "Result", opener=opened.append)
    qtbot.addWidget(view)
    view.show()
    view.anchorClicked.emit(QUrl("https://bank.example@evil.example/x"))
    question = _asked(view)
    assert question is not None
    assert "evil.example" in question.text()
    assert "bank.example" not in question.text()
    assert opened == []
    question.button(QMessageBox.StandardButton.Open).click()
    assert [url.host() for url in opened] == ["evil.example"]


def test_a_question_that_is_declined_opens_nothing(theme: Theme, qtbot: QtBot) -> None:
    opened: list[QUrl] = []
    view = MarkdownView(theme, "Result", opener=opened.append)
    qtbot.addWidget(view)
    view.show()
    view.anchorClicked.emit(QUrl("https://example.org"))
    question = _asked(view)
    assert question is not None
    question.button(QMessageBox.StandardButton.Cancel).click()
    assert opened == []


@pytest.mark.parametrize(
    "link", ["file:///etc/passwd", "javascript:alert(1)", "ms-settings:", "ftp://example.org/x", "https:", "#top", "x"]
)
def test_other_links_do_nothing(link: str, theme: Theme, qtbot: QtBot) -> None:
    opened: list[QUrl] = []
    view = MarkdownView(theme, "Result", opener=opened.append)
    qtbot.addWidget(view)
    view.set_markdown(f"[go]({link})\n")
    view.show()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(14, 16))
    view.anchorClicked.emit(QUrl(link))
    assert _asked(view) is None
    assert opened == []
    assert view.toPlainText() == "go"
