"""Short words for units of time."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def unit_words() -> dict[str, str]:
    """Return what people read for each letter of a duration."""
    return {
        "m": QCoreApplication.translate("TaskDialog", "min"),
        "h": QCoreApplication.translate("TaskDialog", "h"),
        "d": QCoreApplication.translate("TaskDialog", "days"),
        "s": QCoreApplication.translate("TaskDialog", "s"),
    }
