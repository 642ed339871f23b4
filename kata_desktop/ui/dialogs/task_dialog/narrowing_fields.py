"""Whose event, and which of its words: what narrows the events of plugins and channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kata_desktop.domain.trigger import EventType
from kata_desktop.scheduler.inputs.event_texts import source_and_filter
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.layout import boxed, column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kata_desktop.ui.theme.theme import Theme

_LONGEST = 200


class NarrowingFields(QWidget):
    """A source and a pattern; both may stay empty.

    Attributes:
        source: who must have told of it, such as a feed's address.
        channel: in which channel somebody must have written.
        pattern: what one line of it must look like.

    Signals:
        edited: something was typed or chosen.
    """

    edited = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.source, self.pattern = QLineEdit(), QLineEdit()
        self.channel = Choice({"": self.tr("any channel")}, self.tr("Channel"))
        for field in (self.source, self.pattern):
            field.setMaxLength(_LONGEST)
            field.textChanged.connect(self.edited)
        self.pattern.setPlaceholderText(self.tr("*invoice*"))
        self.channel.currentIndexChanged.connect(self.edited)
        self._whose = FormRow(theme, self.tr("From"), self.source,
                              hint=self.tr("Such as the address of a feed or page; empty: whichever."))  # fmt: skip
        self._where = FormRow(theme, self.tr("In"), self.channel)
        self._what = FormRow(theme, self.tr("Only when a line says"), self.pattern,
                             hint=self.tr("A pattern; * stands for anything. Empty: always."))  # fmt: skip
        boxed(column(self._whose, self._where, self._what, spacing=10), self)
        self._of_channel = False

    @property
    def text(self) -> str:
        """Both as they stand behind the type of an event: ``SOURCE:FILTER``, ``SOURCE`` or nothing."""
        source = self.channel.current if self._of_channel else self.source.text().strip()
        pattern = self.pattern.text().strip()
        return f"{source}:{pattern}" if pattern else source

    def show_text(self, text: str) -> None:
        """Show what stands behind the type of an event."""
        source, pattern = source_and_filter(text)
        self.source.setText(source)
        if source and self.channel.findData(source) < 0:
            self.channel.addItem(source, source)
        self.channel.set_current(source)
        self.pattern.setText(pattern)

    def set_channels(self, names: Mapping[str, str]) -> None:
        """Offer these channels, name by id; the chosen one stays."""
        chosen = self.channel.current
        unknown = {chosen: chosen} if chosen and chosen not in names else {}
        self.channel.set_options({"": self.tr("any channel"), **names, **unknown})

    def set_event(self, kind: str, *, shown: bool) -> None:
        """Show the fields of a type of event, or none."""
        self._of_channel = kind == EventType.CHANNEL_MESSAGE
        self.setVisible(shown)
        self._whose.setVisible(not self._of_channel)
        self._where.setVisible(self._of_channel)
