"""Draws the pictures of the first steps: ``python -m docs.screenshots_first_start [FOLDER]``, from the project's
folder.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from shiboken6 import delete

from docs.drawing import run
from kata_desktop.bootstrap.first_start import furnish
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.dialogs.first_start.dialog import FirstStart
from kata_desktop.ui.dialogs.first_start.template_step import TemplateStep
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from tests.support.built_kata import built_kata
from tests.support.hand_clock import HandClock
from tests.support.history_rows import NOW

_SETTLE = 0.4
CLAUDE = ModelConfig(name="Claude", provider=Provider.ANTHROPIC, model_id="claude-sonnet-4-5")
STEPS = {1: "model", 2: "task", 3: "background"}
"""The steps that are drawn; the first one shows a folder of this computer."""


async def draw(theme: Theme, folder: Path) -> None:
    """Draw the steps in both looks; the model works, the task was tried."""
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme.set_mode(mode)
        with tempfile.TemporaryDirectory() as home:
            async with built_kata(Path(home), HandClock(NOW)) as kata:
                furnish(kata.database, kata.paths, kata.clock)
                kata.vault.use_memory_only()
                await kata.models.add(CLAUDE)
                await kata.models.set_default("Reminder")
                await kata.engine.start()
                bridge = Bridge(kata.bus, kata.clock)
                dialog = FirstStart(kata, theme, bridge)
                dialog.show()
                for index, name in STEPS.items():
                    dialog._go(index)
                    await asyncio.sleep(_SETTLE)  # pictures are not tests: long enough for every reading
                    step = dialog.steps[index]
                    if isinstance(step, TemplateStep):
                        await step.tests.start(step._raw(), None)
                        await asyncio.sleep(_SETTLE)
                    dialog.grab().save(str(folder / f"first_steps_{name}_{mode.value}.png"))
                delete(dialog)
                bridge.close()
                await kata.engine.stop(limit=2)


if __name__ == "__main__":
    run(draw)
