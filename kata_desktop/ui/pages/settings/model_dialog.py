"""Setting up a model: who answers, under which name, with which key, and whether it works."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit

from kata_desktop.domain.model import ModelCheck, ModelConfig, Provider
from kata_desktop.ui.pages.settings.key_field import KeyField
from kata_desktop.ui.pages.settings.model_words import EXAMPLES, provider_words
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.form_row import ErrorLinks, FormRow
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.labels import Label
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.errors import FieldError
    from kata_desktop.ui.theme.theme import Theme


class ModelDialog(QDialog):
    """Collects what a model needs. Checking, testing and keeping it is asked for by signals.

    Attributes:
        key: the key.

    Signals:
        save_wanted: keep it.
        test_wanted: try it as it is typed.
        list_wanted: ask the service which models it offers.
    """

    save_wanted = Signal()
    test_wanted = Signal()
    list_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        model: ModelConfig | None = None,
        *,
        new: bool,
        key_kept: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make a dialog.

        Args:
            theme: what it is drawn with.
            model: what is edited, or what to begin with; None for nothing.
            new: it is not set up yet.
            key_kept: where its key is kept; empty when it has none.
            parent: the window it belongs to.
        """
        super().__init__(parent)
        self._before = model if model is not None else ModelConfig(name="", provider=Provider.OPENAI)
        self._new = new
        title = self.tr("Add a model") if new else self.tr("Edit “{name}”").format(name=self._before.name)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make_fields(theme, key_kept)
        self._make_foot(theme)
        body = boxed(column(*self._rows.values(), self._links, None, margins=(24, 20, 24, 16), spacing=13))
        boxed(column((body, 1), self._foot, spacing=0), self)
        self.setMinimumWidth(theme.px(520))
        self._provider.activated.connect(self._follow_provider)
        self._show(self._before)
        self._name.setFocus()

    def _make_fields(self, theme: Theme, key_kept: str) -> None:
        self._provider = Choice(provider_words(), self.tr("Provider"))
        self._name, self._base_url = QLineEdit(), QLineEdit()
        self._model_id = QComboBox()
        self._model_id.setEditable(True)
        self._model_id.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._model_id.setAccessibleName(self.tr("Model"))
        if (line := self._model_id.lineEdit()) is not None:
            line.setAccessibleName(self.tr("Model"))
        self._fetch = Button(theme, self.tr("Fetch list"), icon="refresh-cw")
        self._thinking = Choice(
            {"": self.tr("The model’s own default"), "low": self.tr("Low"), "medium": self.tr("Medium"),
             "high": self.tr("High")}, self.tr("Thinking"),
        )  # fmt: skip
        self.key = KeyField(theme, self.tr("Key"), kept=key_kept)
        ident = boxed(row((self._model_id, 1), self._fetch, spacing=8))
        safe = self.tr("Kept in your system’s keyring, never in Kata’s files, and never shown again.")
        self._rows = {
            "provider": FormRow(theme, self.tr("Provider"), self._provider),
            "name": FormRow(theme, self.tr("Name"), self._name, hint=self.tr("What tasks call it.")),
            "base_url": FormRow(theme, self.tr("Address"), self._base_url),
            "key": FormRow(theme, self.tr("Key"), self.key, hint=safe, target=self.key.line),
            "model_id": FormRow(theme, self.tr("Model"), ident, target=self._model_id),
            "thinking": FormRow(theme, self.tr("Thinking"), self._thinking),
        }
        self._links = ErrorLinks(theme)
        self._fetch.clicked.connect(self.list_wanted)

    def _make_foot(self, theme: Theme) -> None:
        self._spinner = Spinner(theme, self.tr("Asking the model"))
        self._spinner.hide()
        self._result = Label("", wrap=True)
        self._test = Button(theme, self.tr("Test"), icon="plug-zap")
        cancel = Button(theme, self.tr("Cancel"))
        self._save = Button(theme, self.tr("Add model") if self._new else self.tr("Save"), ButtonKind.PRIMARY)
        self._save.setDefault(True)
        line = row(
            self._test, self._spinner, (self._result, 1), cancel, self._save, margins=(20, 11, 20, 11), spacing=9
        )
        self._foot = Panel(line, "footer")
        self._test.clicked.connect(self.test_wanted)
        self._save.clicked.connect(self.save_wanted)
        cancel.clicked.connect(self.reject)

    @property
    def model(self) -> ModelConfig:
        """The model as it is typed, unchecked."""
        return replace(
            self._before,
            name=self._name.text() if self._new else self._before.name,
            provider=Provider(self._provider.current),
            base_url=self._base_url.text(),
            model_id=self._model_id.currentText(),
            thinking=self._thinking.current,
        )

    def show_errors(self, errors: tuple[FieldError, ...]) -> None:
        """Say at each field what is wrong; the first gets the keyboard."""
        known = {error.field if error.field in self._rows else "key": error for error in errors}
        for field, each in self._rows.items():
            each.set_error(known[field].sentence if field in known else "")
        wrong = [each for each in self._rows.values() if each.error]
        self._links.set_rows(list(self._rows.values()))
        if wrong:
            wrong[0].focus_field()
        QTimer.singleShot(0, self._make_room)

    def set_busy(self, busy: bool) -> None:
        """A test or a list is being asked for."""
        pressed = next((each for each in (self._test, self._fetch) if each.hasFocus()), None)
        self._test.setEnabled(not busy)
        self._fetch.setEnabled(not busy)
        if busy and pressed is not None:  # Qt would pass the keyboard on to Cancel
            self._save.setFocus()
        self._spinner.setVisible(busy)
        if busy:
            self._result.setText("")

    def say(self, sentence: str, tone: Tone) -> None:
        """Say one sentence beside the buttons."""
        self._result.set_tone(tone)
        self._result.setText(sentence)
        self._result.setAccessibleName(sentence)

    def show_check(self, check: ModelCheck) -> None:
        """Say what a test showed, and offer the models it named."""
        self.say(check.sentence, Tone.OK if check.ok else Tone.BAD)
        if check.models:
            self.offer(check.models)

    def offer(self, models: tuple[str, ...]) -> None:
        """Offer models to choose from; what is typed stays."""
        typed = self._model_id.currentText()
        self._model_id.clear()
        self._model_id.addItems(sorted(models))
        self._model_id.setCurrentText(typed or (models[0] if len(models) == 1 else ""))

    @property
    def said(self) -> str:
        """What stands beside the buttons."""
        return self._result.text()

    def error_of(self, field: str) -> str:
        """What is wrong with a field; empty when all is well."""
        return self._rows[field].error

    def _make_room(self) -> None:
        """Wrapped lines do not enlarge a window by themselves."""
        if (layout := self.layout()) is not None:
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _show(self, model: ModelConfig) -> None:
        self._provider.set_current(model.provider.value)
        self._name.setText(model.name)
        self._name.setReadOnly(not self._new)
        self._base_url.setText(model.base_url)
        self._model_id.setCurrentText(model.model_id)
        self._thinking.set_current(model.thinking)
        self._follow_provider()

    def _follow_provider(self) -> None:
        provider = Provider(self._provider.current)
        own = provider is Provider.OPENAI_COMPATIBLE
        self._rows["base_url"].setVisible(own or bool(self._base_url.text()))
        self._base_url.setPlaceholderText("http://127.0.0.1:11434/v1" if own else "")
        self.key.line.setPlaceholderText(self.tr("Leave empty when none is needed") if own else "")
        if (line := self._model_id.lineEdit()) is not None:
            line.setPlaceholderText(EXAMPLES.get(provider, ""))
