"""The theme: which look is on, how large text is, and everything drawn from both."""

from __future__ import annotations

import enum
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QFontInfo, QGuiApplication

from kata_desktop.desktop.resources import resources_dir

if TYPE_CHECKING:  # a start with the tray alone paints nothing with it: colours, icons and ``Qt`` are loaded when asked
    from PySide6.QtGui import QColor, QIcon, QPixmap
    from PySide6.QtWidgets import QApplication

    from kata_desktop.ui.theme.appearance import DesktopAppearance
    from kata_desktop.ui.theme.icons import IconStore
    from kata_desktop.ui.theme.tokens import ColorRole, Tokens

_DESIGN_PIXELS = 13.0
"""The height of body text, in pixels, that every length of the design was drawn for."""


class ThemeMode(enum.StrEnum):
    """The look a person chose."""

    SYSTEM = "system"
    """What the desktop prefers, light when it does not say."""
    LIGHT = "light"
    """Always light."""
    DARK = "dark"
    """Always dark."""
    HIGH_CONTRAST = "high-contrast"
    """The strongest contrast, light or dark as the desktop prefers."""


class Theme(QObject):
    """Colours, icons, lengths and fonts of the look that is on.

    Widgets take a theme, draw with it and follow `changed`; nothing else in the interface knows a colour.

    Signals:
        changed: the look or the text size changed; colours, icons and lengths must be asked for again.
    """

    changed = Signal()

    def __init__(
        self,
        *,
        mode: ThemeMode = ThemeMode.SYSTEM,
        text_scale: int = 100,
        reduced_motion: bool | None = None,
        appearance: DesktopAppearance | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Make a theme that is not shown yet; `apply` shows it.

        Args:
            mode: the look a person chose.
            text_scale: text size in percent of the desktop's own, 100 to 200.
            reduced_motion: whether things stand still; None leaves it to the desktop.
            appearance: what the desktop says; None when there is nobody to ask.
        """
        super().__init__(parent)
        self._mode, self._text_scale, self._reduced_motion = mode, text_scale, reduced_motion
        self._appearance = appearance
        self._app: QApplication | None = None
        self._base = QFont()
        self._font = QFont()
        self._tokens: Tokens | None = None
        if appearance is not None:
            appearance.changed.connect(self._refresh)

    @cached_property
    def _looks(self) -> dict[str, Tokens]:
        from kata_desktop.ui.theme.tokens import load_tokens

        return load_tokens(resources_dir() / "tokens.toml")

    @cached_property
    def _sheet(self) -> str:
        return (resources_dir() / "style.qss").read_text(encoding="utf-8")

    @cached_property
    def _icons(self) -> IconStore:
        from kata_desktop.ui.theme.icons import IconStore

        return IconStore(resources_dir() / "icons")

    @property
    def tokens(self) -> Tokens:
        """The colours of the look that is on."""
        if self._tokens is None:
            self._tokens = self._looks[self._look()]
        return self._tokens

    def apply(self, app: QApplication) -> None:
        """Show the theme on a whole program and keep following the desktop."""
        self._app = app
        self._base = app.font()
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._refresh)
        self._refresh()
        # with a program's first style sheet Qt takes the desktop's fonts for labels and buttons back in
        app.setFont(self._font)

    @property
    def mode(self) -> ThemeMode:
        """The look a person chose."""
        return self._mode

    def set_mode(self, mode: ThemeMode) -> None:
        """Change the look at once."""
        self._mode = mode
        self._refresh()

    @property
    def text_scale(self) -> int:
        """Text size in percent of the desktop's own."""
        return self._text_scale

    def set_text_scale(self, percent: int) -> None:
        """Change the text size at once; held between 100 and 200 percent."""
        self._text_scale = min(max(percent, 100), 200)
        self._refresh()

    @property
    def reduced_motion(self) -> bool:
        """Whether things must not move by themselves."""
        if self._reduced_motion is not None:
            return self._reduced_motion
        return self._appearance is not None and self._appearance.less_motion

    def set_reduced_motion(self, reduced: bool | None) -> None:
        """Choose whether things stand still; None leaves it to the desktop."""
        self._reduced_motion = reduced
        self.changed.emit()

    @property
    def dark(self) -> bool:
        """Whether text is lighter than its ground."""
        return self.tokens.color("bg").lightness() < self.tokens.color("text").lightness()

    @property
    def scale(self) -> float:
        """Pixels for each length of the design; grows with the text."""
        return QFontInfo(self._font).pixelSize() / _DESIGN_PIXELS

    def px(self, length: float) -> int:
        """Return a length of the design in pixels."""
        return round(length * self.scale)

    def font(self, factor: float = 1.0, *, bold: bool = False) -> QFont:
        """Return the body font, `factor` times as large, for text painted by hand."""
        made = QFont(self._font)
        made.setPointSizeF(QFontInfo(self._font).pointSizeF() * factor)
        if bold:
            made.setWeight(QFont.Weight.DemiBold)
        return made

    def color(self, role: ColorRole) -> QColor:
        """Return the colour of a role."""
        return self.tokens.color(role)

    def pixmap(self, name: str, role: ColorRole = "text_2", size: float = 16) -> QPixmap:
        """Return an icon as a square of `size` lengths of the design."""
        return self._icons.pixmap(name, self.color(role), self.px(size))

    def icon(self, name: str, role: ColorRole = "text_2", size: float = 16, *, gap: float = 0) -> QIcon:
        """Return an icon for a button or a menu; it fades when that is disabled and has a `gap` at both sides."""
        return self._icons.icon(name, self.color(role), self.color("off"), self.px(size), self.px(gap))

    def _refresh(self) -> None:
        self._tokens = None
        if self._app is None:
            return
        from kata_desktop.ui.theme.palette import palette
        from kata_desktop.ui.theme.style_sheet import style_sheet

        self._font = QFont(self._base)
        size = QFontInfo(self._base).pointSizeF() * self._text_scale / 100
        self._font.setPointSizeF(size)
        self._app.setFont(self._font)
        self._app.setPalette(palette(self.tokens))
        self._app.setStyleSheet(style_sheet(self._sheet, self.tokens, self._icons, scale=self.scale, point_size=size))
        self.changed.emit()

    def _look(self) -> str:
        dark = self._desktop_is_dark()
        match self._mode:
            case ThemeMode.LIGHT:
                return "light"
            case ThemeMode.DARK:
                return "dark"
            case ThemeMode.HIGH_CONTRAST:
                return "contrast_dark" if dark else "contrast_light"
            case ThemeMode.SYSTEM:
                kind = "contrast_" if self._appearance is not None and self._appearance.more_contrast else ""
                return f"{kind}{'dark' if dark else 'light'}"

    def _desktop_is_dark(self) -> bool:
        from PySide6.QtCore import Qt

        match QGuiApplication.styleHints().colorScheme():
            case Qt.ColorScheme.Dark:
                return True
            case Qt.ColorScheme.Light:
                return False
            case _:
                return self._appearance is not None and bool(self._appearance.dark)
