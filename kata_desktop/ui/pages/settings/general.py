"""General: how the program looks, starts and closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from kata_desktop.desktop.resources import resources_dir
from kata_desktop.ui.pages.settings.login_row import LoginRow
from kata_desktop.ui.pages.settings.section import Section

if TYPE_CHECKING:
    from kata_desktop.desktop.autostart import Autostart
    from kata_desktop.ui.pages.settings.bound import Binder
    from kata_desktop.ui.pages.settings.setting_row import SettingRow
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots

_SIZES = (100, 110, 125, 150, 175, 200)


class GeneralSection(Section):
    """Theme, text, motion, start at login, closing, language."""

    def __init__(self, bind: Binder, services: Services, slots: Slots, *, login: Autostart | None = None) -> None:
        """`login` is the platform's way to start with the session unless another is given."""
        super().__init__(
            bind.theme, "general", self.tr("General"), "sliders-horizontal",
            keys=("theme", "text_scale", "reduced_motion", "close_to_tray", "language"),
        )  # fmt: skip
        self.add_group(self.tr("Appearance"), *self._looks(bind))
        self._login = LoginRow(bind.theme, services.settings, slots, login)
        self.add_group(self.tr("Start and close"), self._login, self._closing(bind))
        if languages := _languages():
            options = {"system": self.tr("As the desktop"), **languages}
            hint = self.tr("Takes effect when Kata starts the next time.")
            self.add_group(self.tr("Language"), bind.choice("language", self.tr("Language"), hint, options))
        self.opened()

    def opened(self) -> None:
        """Ask the session: somebody may have changed it there."""
        self._login.read()

    def _looks(self, bind: Binder) -> tuple[SettingRow, ...]:
        looks = {
            "system": self.tr("System"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
            "contrast": self.tr("High contrast"),
        }
        sizes = {str(size): self.tr("{percent} %").format(percent=size) for size in _SIZES}
        return (
            bind.segments("theme", self.tr("Theme"), self.tr("System follows the desktop."), looks),
            bind.choice("text_scale", self.tr("Text size"), self.tr("Everything grows with the text."), sizes, int),
            bind.switch("reduced_motion", self.tr("Reduced motion"), self.tr("Nothing moves by itself.")),
        )

    def _closing(self, bind: Binder) -> SettingRow:
        ways = {
            "ask-once": self.tr("Hide, explained once"),
            "hide": self.tr("Hide in the tray"),
            "quit": self.tr("Quit Kata"),
        }
        hint = self.tr("Schedules are kept only while Kata runs.")
        return bind.choice("close_to_tray", self.tr("Closing the window"), hint, ways)


def _languages() -> dict[str, str]:
    """The languages there are translations for, each by its own name."""
    files = sorted((resources_dir() / "translations").glob("kata_*.qm"))
    codes = [file.stem.removeprefix("kata_") for file in files]
    return {code: QLocale(code).nativeLanguageName().capitalize() or code for code in codes}
