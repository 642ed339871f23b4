"""A field that keeps what was typed, right or wrong, and steps with the arrow keys when it can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QLocale, QSize, Qt, QTime, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme


_LONGEST_SHOWN = len("00:00:00.000+00:00")
"""Characters up to which a field grows with what is typed."""


class Stepping(Protocol):
    """How a text is shown, read and stepped."""

    sample: str
    """The widest text that is usual."""

    def shown(self, raw: str) -> str:
        """Return what a person sees for a raw value; what is not understood is shown as it is."""
        ...

    def raw(self, shown: str) -> str:
        """Return the raw value of what a person typed; what is not understood is returned as it is."""
        ...

    def stepped(self, raw: str, steps: int) -> str:
        """Return the raw value some steps on; one that is not understood stays."""
        ...


class Numbers:
    """Whole numbers, perhaps with a word after them."""

    def __init__(self, *, low: int = 0, high: int = 999_999, suffix: str = "", step: int = 1) -> None:
        self._low, self._high, self._suffix, self._step = low, high, suffix.strip(), step
        self.sample = f"000 {self._suffix}".strip()

    def shown(self, raw: str) -> str:
        """See `Stepping`."""
        return f"{raw} {self._suffix}" if self._suffix and re.fullmatch("[0-9]+", raw) else raw

    def raw(self, shown: str) -> str:
        """See `Stepping`."""
        return shown.strip().removesuffix(self._suffix).rstrip()

    def stepped(self, raw: str, steps: int) -> str:
        """See `Stepping`."""
        if not re.fullmatch("[0-9]{1,9}", raw):
            return raw or str(self._low)
        return str(min(max(int(raw) + steps * self._step, self._low), self._high))


class Durations:
    """A number with a unit, such as ``90m`` shown as “90 min”."""

    def __init__(self, words: Mapping[str, str], *, unit: str = "m", low: int = 0) -> None:
        """`words` are units as people read them by their letter (``m``: “min”); `unit` is meant by a bare number."""
        self._words, self._unit, self._low = dict(words), unit, low
        self.sample = f"000 {self._words[unit]}"

    def shown(self, raw: str) -> str:
        """See `Stepping`."""
        found = re.fullmatch("([0-9]+) ?([a-z])", raw)
        return f"{found[1]} {self._words[found[2]]}" if found and found[2] in self._words else raw

    def raw(self, shown: str) -> str:
        """See `Stepping`."""
        text = shown.strip()
        for letter, word in self._words.items():
            if found := re.fullmatch(f"([0-9]+) *{re.escape(word)}", text):
                return f"{found[1]}{letter}"
        return f"{text}{self._unit}" if re.fullmatch("[0-9]+", text) else text

    def stepped(self, raw: str, steps: int) -> str:
        """See `Stepping`."""
        found = re.fullmatch("([0-9]{1,9})([a-z])", raw)
        if found is None:
            return raw or f"{self._low}{self._unit}"
        return f"{max(int(found[1]) + steps, self._low)}{found[2]}"


class Times:
    """Times of day: ``08:30``, shown the local way and read both ways."""

    def __init__(self, locale: QLocale | None = None, *, minutes: int = 15) -> None:
        self._locale, self._minutes = locale or QLocale(), minutes
        self.sample = self.shown("22:00")

    def shown(self, raw: str) -> str:
        """See `Stepping`."""
        time = _plain_time(raw)
        return raw if time is None else self._locale.toString(time, QLocale.FormatType.ShortFormat)

    def raw(self, shown: str) -> str:
        """See `Stepping`."""
        text = shown.strip()
        if _plain_time(text) is not None:
            return text.zfill(5)
        time = self._locale.toTime(text, QLocale.FormatType.ShortFormat)
        return time.toString("HH:mm") if time.isValid() else text

    def stepped(self, raw: str, steps: int) -> str:
        """See `Stepping`."""
        time = _plain_time(raw) or (QTime(9, 0) if not raw else None)
        return raw if time is None else time.addSecs(60 * self._minutes * steps).toString("HH:mm")


class StepField(QAbstractSpinBox):
    """A line with arrows that never changes or swallows what was typed.

    Signals:
        edited: a person changed the text or stepped.
    """

    edited = Signal()

    def __init__(self, theme: Theme, name: str, stepping: Stepping, *, parent: QWidget | None = None) -> None:
        """Make a field; `name` is what a screen reader calls it."""
        super().__init__(parent)
        self._theme, self._stepping = theme, stepping
        self._was = ""
        self._given = ("", "")
        self.setAccessibleName(name)
        self.lineEdit().setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if isinstance(stepping, Times):
            self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.lineEdit().textChanged.connect(self._tell)
        self.editingFinished.connect(self._tidy)
        theme.changed.connect(self._pad)
        self._pad()

    @property
    def raw(self) -> str:
        """The value as the checker reads it; what was set is given back exactly until it is changed."""
        text = self.lineEdit().text()
        shown, raw = self._given
        return raw if text == shown else self._stepping.raw(text)

    def set_raw(self, raw: str) -> None:
        """Show a value without a signal."""
        self._was = raw
        self._given = (self._stepping.shown(raw), raw)
        self.lineEdit().setText(self._given[0])

    def stepBy(self, steps: int) -> None:
        """Go some steps on."""
        self.lineEdit().setText(self._stepping.shown(self._stepping.stepped(self.raw, steps)))

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Offer both arrows."""
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Take any text: what is wrong with it is told, not prevented."""
        return QValidator.State.Acceptable, text, position

    def sizeHint(self) -> QSize:
        """Return the room for the usual text, or for a longer one that was typed, and the arrows."""
        hint = super().sizeHint()
        texts = (self._stepping.sample, "00:00", self.lineEdit().text()[:_LONGEST_SHOWN])
        text = max(self.fontMetrics().horizontalAdvance(each) for each in texts)
        return QSize(text + self._theme.px(48), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page instead, unless the keyboard is here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _tell(self) -> None:
        self.updateGeometry()
        if self.raw != self._was:
            self._was = self.raw
            self.edited.emit()

    def _tidy(self) -> None:
        self.lineEdit().setText(self._stepping.shown(self.raw))

    def _pad(self) -> None:
        self.lineEdit().setTextMargins(self._theme.px(8), 0, self._theme.px(4), 0)


def _plain_time(text: str) -> QTime | None:
    if not re.fullmatch("[0-9]{1,2}:[0-9]{2}", text):
        return None
    time = QTime.fromString(text.zfill(5), "HH:mm")
    return time if time.isValid() else None
