"""Times with seconds or an offset are in sight as a whole while they are typed."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit

from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.theme.theme import Theme
from tests.ui.dialog.conftest import OpenDialog
from tests.ui.dialog.driving import until, write


def fits(line: QLineEdit) -> bool:
    margins = line.textMargins()
    return line.fontMetrics().horizontalAdvance(line.text()) <= line.width() - margins.left() - margins.right()


@pytest.mark.parametrize("scale", [100, 150])
@pytest.mark.parametrize("typed", ["09:00:30", "09:00:30.250", "09:00+02:00"])
async def test_a_time_with_seconds_is_not_clipped(
    open_dialog: OpenDialog, theme: Theme, typed: str, scale: int
) -> None:
    theme.set_text_scale(scale)
    async with open_dialog(raw=TaskInput(at="2026-12-24T09:00")) as dialog:
        line = dialog.form.when.once.moment.time.lineEdit()
        assert fits(line)
        write(dialog, "Time", typed)
        assert line.text() == typed
        await until(lambda: fits(line))
    theme.set_text_scale(100)
