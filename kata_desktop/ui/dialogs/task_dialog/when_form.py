"""What the forms below "When?" have in common: up to three places in the layout that they show together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.ui.dialogs.task_dialog.section import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget


class WhenForm(Section):
    """One way to say when. It is not shown itself; its parts are.

    Attributes:
        top: the part over the whole width, None when there is none.
        side: the part beside the time zone.
        bottom: the part below both, None when there is none.
        zoned: whether it is read in a time zone.
    """

    top: QWidget | None = None
    side: QWidget
    bottom: QWidget | None = None
    zoned = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()

    def set_zone(self, zone: str) -> None:
        """Read wall clocks in another zone; most forms need not know."""

    def expressions(self) -> tuple[str, ...] | None:
        """Return the form as cron expressions, None when it is none."""
        return None

    def take(self, expressions: Sequence[str]) -> bool:
        """Show cron expressions if this form can say them; return whether it can."""
        return False

    def set_shown(self, shown: bool) -> None:
        """Show or hide every part."""
        for part in (self.top, self.side, self.bottom):
            if part is not None:
                part.setVisible(shown)
