"""Draws the pictures of the task dialog: ``python -m docs.screenshots_dialog [FOLDER]``, from the project's folder."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from shiboken6 import delete

from docs.drawing import run
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from tests.support.built_kata import built_kata
from tests.support.hand_clock import HandClock

NOW = datetime(2026, 3, 24, 9, 42, tzinfo=UTC)
DIGEST = TaskInput(
    prompt="Summarise the open pull requests in acme/api. For each: what it changes, who has to act, and what blocks "
    "it. Finish with the three that matter most today.",
    name="Pull-request digest",
    cron=("30 8 * * 1,3,5",),
    zone="system",
)
WRONG = TaskInput(prompt=DIGEST.prompt, name=DIGEST.name, cron=("0 25 * * 1-5",), zone="system")
Prepare = Callable[[TaskDialog], None]


def nothing(dialog: TaskDialog) -> None:
    """Leave the dialog as it is."""


def advanced(dialog: TaskDialog) -> None:
    """Open what is folded away, with active hours on."""
    dialog.form.advanced.toggle.click()
    dialog.form.show_input(
        TaskInput(**{**_given(dialog.form.collect()), "active_hours": "08:00-20:00"}),  # type: ignore[arg-type]
    )


def _given(raw: TaskInput) -> dict[str, object]:
    return {name: getattr(raw, name) for name in TaskInput.__slots__}


def failing(dialog: TaskDialog) -> None:
    """Try to save what cannot be saved."""
    dialog.review.insist()


SHOTS: dict[str, tuple[TaskInput, Prepare]] = {
    "dialog": (DIGEST, nothing),
    "dialog_advanced": (DIGEST, advanced),
    "dialog_error": (WRONG, failing),
}


@asynccontextmanager
async def shown(theme: Theme, raw: TaskInput | None, prepare: Prepare) -> AsyncIterator[TaskDialog]:
    """A dialog with everything loaded, on a morning in March in Berlin."""
    with tempfile.TemporaryDirectory() as folder:
        clock = HandClock(NOW)
        async with built_kata(Path(folder), clock) as kata:
            bridge = Bridge(kata.bus, clock)
            dialog = TaskDialog(kata, theme, bridge, "ws_acme", raw=raw)
            loaded = asyncio.Event()
            dialog.choices.loaded.connect(loaded.set)
            dialog.resize(theme.px(980), theme.px(800))
            dialog.show()
            await asyncio.wait_for(loaded.wait(), 10)
            prepare(dialog)
            await asyncio.sleep(0.8)  # pictures are not tests: long enough for the preview and the errors
            yield dialog
            delete(dialog)
            bridge.close()


async def draw(theme: Theme, folder: Path) -> None:
    """Draw every picture in both looks."""
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme.set_mode(mode)
        for name, (raw, prepare) in SHOTS.items():
            async with shown(theme, raw, prepare) as dialog:
                dialog.grab().save(str(folder / f"{name}_{mode.value}.png"))


if __name__ == "__main__":
    run(draw)
