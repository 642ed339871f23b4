"""Which steps there are, which are done, and where one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.labels import Label, TextRole, repolish
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole

_Colors = tuple["ColorRole", "ColorRole"]
_HERE: _Colors = ("on_accent", "accent")
_DONE: _Colors = ("ok", "ok_soft")
_TO_COME: _Colors = ("text_2", "surface")


class StepRail(Panel):
    """The steps below each other, each with its number or a tick; `head` above them, small print below."""

    def __init__(
        self, theme: Theme, titles: Sequence[str], *, head: str = "", foot: str = "", parent: QWidget | None = None
    ) -> None:
        self._theme, self._titles = theme, tuple(titles)
        self._marks = [Tile(theme, "check", size=26, text=str(number + 1)) for number in range(len(titles))]
        self._names = [Label(title) for title in titles]
        lines = [row(mark, (name, 1), spacing=10) for mark, name in zip(self._marks, self._names, strict=True)]
        title = Label(head or self.tr("Welcome to Kata"), TextRole.H2, wrap=True)
        words = foot or self.tr("Close this whenever you like: it goes on from here the next time.")
        place = Label(words, TextRole.SMALL, wrap=True)
        steps = boxed(column(*lines, spacing=14))
        super().__init__(column(title, 14, steps, None, place, margins=(20, 28, 16, 20), spacing=4), "sidebar",
                         parent=parent)  # fmt: skip
        theme.changed.connect(self._rescale)
        self._rescale()

    def set_place(self, index: int) -> None:
        """Show where one is."""
        for number, (mark, name) in enumerate(zip(self._marks, self._names, strict=True)):
            here = number == index
            mark.set_colors(*(_HERE if here else _DONE if number < index else _TO_COME))
            mark.set_text("" if number < index else str(number + 1))
            name.setProperty("role", (TextRole.TITLE if here else TextRole.MUTED).value)
            repolish(name)
        template = self.tr("Step {number} of {count}: {title}")
        self.setAccessibleName(template.format(number=index + 1, count=len(self._titles), title=self._titles[index]))

    def _rescale(self) -> None:
        self.setFixedWidth(self._theme.px(206))
