"""Controls that are tied to a setting: they change it at once and follow it wherever it is changed."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTime

from kata_desktop.domain.errors import InvalidInput, KataError
from kata_desktop.ui.pages.settings.setting_row import SettingRow
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.widgets.chips import Segmented
from kata_desktop.ui.widgets.fields import Choice, NumberField, TimeField
from kata_desktop.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QWidget

    from kata_desktop.settings.service import SettingsService
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class Handle(Protocol):
    """A control as a setting sees it."""

    edited: SignalInstance
    """A person changed it."""

    def value(self) -> object:
        """What it shows, as the setting stores it."""
        ...

    def show(self, value: object) -> None:
        """Show a value without telling."""
        ...


class Bound(QObject):
    """One setting and its row. A refused change is taken back, and the row says why.

    Attributes:
        key: the setting's name.
        row: its row.
    """

    def __init__(
        self, key: str, row: SettingRow, handle: Handle, settings: SettingsService, bridge: Bridge, slots: Slots
    ) -> None:
        super().__init__(row)
        self.slots = slots
        self.key, self.row = key, row
        self._handle, self._settings = handle, settings
        handle.edited.connect(self._store)
        bridge.setting_changed.connect(self._follow)
        self.show()

    def show(self) -> None:
        """Show the value that is in force."""
        self._handle.show(getattr(self._settings.current, self.key))

    @async_slot
    async def _store(self) -> None:
        try:
            await self._settings.change(self.key, self._handle.value())
        except InvalidInput as refusal:
            self._take_back(" ".join(error.sentence for error in refusal.errors))
        except KataError as error:
            self._take_back(error.sentence)
        else:
            self.row.set_error("")

    def _take_back(self, sentence: str) -> None:
        self.show()
        self.row.set_error(sentence)

    def _follow(self, key: str) -> None:
        if key == self.key:
            self.row.set_error("")
            self.show()


class SwitchHandle:
    """A switch."""

    def __init__(self, control: Switch) -> None:
        self._control, self.edited = control, control.clicked

    def value(self) -> object:
        """See `Handle`."""
        return self._control.isChecked()

    def show(self, value: object) -> None:
        """See `Handle`."""
        self._control.setChecked(bool(value))


class ChoiceHandle:
    """A choice from a list; a value that is not offered is added as it is."""

    def __init__(self, control: Choice, convert: Callable[[str], object] = str) -> None:
        self._control, self._convert, self.edited = control, convert, control.activated

    def value(self) -> object:
        """See `Handle`."""
        return self._convert(self._control.current)

    def show(self, value: object) -> None:
        """See `Handle`."""
        if self._control.findData(str(value)) < 0:
            self._control.addItem(str(value), str(value))
        self._control.set_current(str(value))


class SegmentHandle:
    """Alternatives side by side."""

    def __init__(self, control: Segmented) -> None:
        self._control, self.edited = control, control.chosen

    def value(self) -> object:
        """See `Handle`."""
        return self._control.current

    def show(self, value: object) -> None:
        """See `Handle`."""
        self._control.set_current(str(value))


class NumberHandle:
    """A whole number; stored when a person is done with it or steps."""

    def __init__(self, control: NumberField) -> None:
        self._control = control
        control.setKeyboardTracking(False)
        self.edited = control.valueChanged

    def value(self) -> object:
        """See `Handle`."""
        return self._control.value()

    def show(self, value: object) -> None:
        """See `Handle`."""
        self._control.blockSignals(True)
        self._control.setValue(int(str(value)))
        self._control.blockSignals(False)


class TimeHandle:
    """A time of day."""

    def __init__(self, control: TimeField) -> None:
        self._control = control
        control.setKeyboardTracking(False)
        self.edited = control.timeChanged

    def value(self) -> object:
        """See `Handle`."""
        shown = self._control.time()
        return time(shown.hour(), shown.minute())

    def show(self, value: object) -> None:
        """See `Handle`."""
        if isinstance(value, time):
            self._control.blockSignals(True)
            self._control.setTime(QTime(value.hour, value.minute))
            self._control.blockSignals(False)


class Binder:
    """Makes rows that are tied to settings."""

    def __init__(self, theme: Theme, settings: SettingsService, bridge: Bridge, slots: Slots) -> None:
        self.theme = theme
        self._settings, self._bridge, self._slots = settings, bridge, slots

    def switch(self, key: str, title: str, hint: str = "") -> SettingRow:
        """A row with a switch."""
        control = Switch(self.theme, title)
        return self._tied(key, title, hint, control, SwitchHandle(control))

    def choice(
        self, key: str, title: str, hint: str, options: Mapping[str, str], convert: Callable[[str], object] = str
    ) -> SettingRow:
        """A row with a list to choose from; `options` are texts by value."""
        control = Choice(options, title)
        return self._tied(key, title, hint, control, ChoiceHandle(control, convert))

    def segments(self, key: str, title: str, hint: str, options: Mapping[str, str]) -> SettingRow:
        """A row with a few alternatives side by side."""
        control = Segmented(self.theme, options, title)
        return self._tied(key, title, hint, control, SegmentHandle(control))

    def number(self, key: str, title: str, hint: str, low: int, high: int, suffix: str = "") -> SettingRow:
        """A row with a whole number."""
        control = NumberField(self.theme, title, low=low, high=high, suffix=suffix)
        return self._tied(key, title, hint, control, NumberHandle(control))

    def time(self, key: str, title: str, hint: str = "") -> SettingRow:
        """A row with a time of day."""
        control = TimeField(self.theme, title)
        return self._tied(key, title, hint, control, TimeHandle(control))

    def _tied(self, key: str, title: str, hint: str, control: QWidget, handle: Handle) -> SettingRow:
        row = SettingRow(self.theme, title, hint, control)
        Bound(key, row, handle, self._settings, self._bridge, self._slots)
        return row
