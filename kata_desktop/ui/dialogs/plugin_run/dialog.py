"""A command of a plugin, run by hand: its output as it comes, how it ended, and a way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from kata_desktop.domain.errors import KataError
from kata_desktop.ui.pages.activity.output_view import LiveText
from kata_desktop.ui.slots import Slots
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.spinner import Spinner

if TYPE_CHECKING:
    import asyncio

    from kata_desktop.domain.command import CommandResult
    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme


class PluginRun(QDialog):
    """Runs the command when it opens; closing the window stops it.

    Attributes:
        output: what it wrote, both streams.
    """

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, plugin: PluginRow, command: str,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._services, self._plugin, self._command = services, plugin, command
        self._slots = Slots(services.spawner, bridge.told.emit)
        self._task: asyncio.Task[None] | None = None
        title = self.tr("Run {command} of {name}").format(command=command, name=plugin.name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._spinner = Spinner(theme, self.tr("Running"))
        self._sign = IconLabel(theme, "circle-check", "ok")
        self._words = Label("", wrap=True)
        self.output = LiveText(theme, self.tr("Output"), lines=0)
        self.output.setProperty("mono", "true")
        self._copy = Button(theme, self.tr("Copy"), icon="copy")
        self._stop = Button(theme, self.tr("Stop"), ButtonKind.DANGER, icon="square")
        self._again = Button(theme, self.tr("Run again"), icon="play")
        close = Button(theme, self.tr("Close"), ButtonKind.PRIMARY)
        state = row(self._spinner, self._sign, (self._words, 1), spacing=8)
        body = boxed(column(Label(title, TextRole.H2), state, (self.output, 1), margins=(22, 18, 22, 16), spacing=10))
        line = row(self._copy, None, self._again, self._stop, close, margins=(20, 11, 20, 11), spacing=9)
        boxed(column((body, 1), Panel(line, "footer"), spacing=0), self)
        self.resize(theme.px(680), theme.px(460))
        self._copy.clicked.connect(self._take)
        self._stop.clicked.connect(self._cancel)
        self._again.clicked.connect(self._start)
        close.clicked.connect(self.accept)
        self.finished.connect(self._cancel)
        self._start()

    @property
    def said(self) -> str:
        """How it stands or ended."""
        return self._words.text()

    def _start(self) -> None:
        self.output.clear()
        self.output.setPlaceholderText("")
        self._say(self.tr("Running…"), "")
        self._task = self._slots.start(self._run(), name="run a plugin's command")

    async def _run(self) -> None:
        began = False

        def add(line: str) -> None:
            nonlocal began
            self.output.add(f"\n{line}" if began else line)
            began = True

        plugin = self._plugin
        done = False
        try:
            result = await self._services.plugins.run_command(plugin.workspace_id, plugin.id, self._command, add)
            self._tell(result)
            done = True
        except KataError as error:
            self._say(error.sentence, "circle-x", Tone.BAD)
            done = True
        finally:
            if not done:
                self._say(self.tr("Stopped."), "circle-minus", Tone.MUTED)

    def _tell(self, result: CommandResult) -> None:
        took = self.tr("{seconds:.1f} s").format(seconds=result.seconds)
        if result.timed_out:
            self._say(self.tr("Stopped: it took longer than it may ({took}).").format(took=took), "clock", Tone.WARN)
        elif result.exit_code == 0:
            self._say(self.tr("Done in {took}.").format(took=took), "circle-check", Tone.OK)
        else:
            text = self.tr("Failed with exit code {code} after {took}.").format(code=result.exit_code, took=took)
            self._say(text, "circle-x", Tone.BAD)

    def _say(self, text: str, icon: str, tone: Tone = Tone.MUTED) -> None:
        """Tell how it stands; an empty icon means that it goes on."""
        self._words.setText(text)
        self._words.set_tone(tone)
        self._spinner.setVisible(not icon)
        self._sign.setVisible(bool(icon))
        if icon:
            self._sign.set_icon(icon, tone.ink)
            self.output.setPlaceholderText(self.tr("It wrote nothing."))
        self._stop.setVisible(not icon)
        self._again.setVisible(bool(icon))

    def _cancel(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()

    def _take(self) -> None:
        QApplication.clipboard().setText(self.output.toPlainText())
        self._copy.set_icon("check", "ok")
