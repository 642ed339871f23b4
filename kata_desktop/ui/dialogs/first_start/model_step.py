"""Who answers: a model with a key, a program on this computer, or the Reminder that needs neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.domain.model import REMINDER_MODEL, ModelCheck, ModelConfig, Provider
from kata_desktop.ui.dialogs.first_start.option import OptionList, OptionRow
from kata_desktop.ui.dialogs.first_start.step import Step
from kata_desktop.ui.pages.settings.model_dialog import ModelDialog
from kata_desktop.ui.pages.settings.model_setup import ModelSetup
from kata_desktop.ui.pages.settings.model_words import model_line
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import Label
from kata_desktop.ui.widgets.layout import row
from kata_desktop.ui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class ModelStep(Step):
    """The models that are set up, and the ways to one more.

    Attributes:
        slots: starts what takes time.
        options: what can be chosen.
    """

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, slots: Slots) -> None:
        super().__init__(
            self.tr("Who answers your prompts?"),
            self.tr(
                "A model works on them; its key stays in your system’s keyring. Without one the Reminder brings you "
                "the prompt itself at its time, and you can add a model whenever you like."
            ),
        )
        self.slots = slots
        self._services, self._theme = services, theme
        self._local: tuple[ModelConfig, ...] = ()
        self._new: tuple[ModelConfig, ...] = ()
        self._wanted = ""
        self.options = OptionList(self.tr("Models"))
        self._found = Banner(theme, Tone.INFO, icon="cpu")
        self._found.hide()
        add = Button(theme, self.tr("Add model…"), icon="plus")
        self._test = Button(theme, self.tr("Test"), icon="plug-zap")
        self._spinner = Spinner(theme, self.tr("Asking the model"))
        self._spinner.hide()
        self._result = Label("", wrap=True)
        self.arrange(self._found, self.options, row(add, self._test, self._spinner, (self._result, 1), spacing=9))
        add.clicked.connect(self._add)
        self._found.acted.connect(self._add_found)
        self._test.clicked.connect(self._try)
        self.options.chosen.connect(self._choose)
        bridge.models_changed.connect(self._read)

    @property
    def said(self) -> str:
        """What the last test showed."""
        return self._result.text()

    def opened(self) -> None:
        """Read the models and look for local programs."""
        self._read()
        self._look_around()

    async def apply(self) -> bool:
        """Use what is chosen wherever no other model is named."""
        if self.options.current:
            await self._services.models.set_default(self.options.current)
        return True

    @async_slot
    async def _read(self) -> None:
        models = await self._services.models.all()
        default = next((each.name for each in models if each.is_default), REMINDER_MODEL)
        self.options.set_options([self._option(each) for each in models], self._wanted or default)
        self._offer({each.base_url for each in models})

    def _option(self, model: ModelConfig) -> OptionRow:
        icon = "bell" if model.provider is Provider.REMINDER else "bot"
        return OptionRow(self._theme, model.name, icon, model.name, model_line(model))

    @async_slot
    async def _look_around(self) -> None:
        self._local = tuple(await self._services.models.detect_local())
        self._offer({each.base_url for each in await self._services.models.all()})

    def _offer(self, known: set[str]) -> None:
        self._new = tuple(model for model in self._local if model.base_url not in known)
        self._found.setVisible(bool(self._new))
        if self._new:
            program = self._new[0].name.removesuffix(self._new[0].model_id).strip()
            title = self.tr("{program} runs on this computer").format(program=program)
            text = self.tr("Its models answer without a key and without the Internet.")
            self._found.set_message(title, text, action=self.tr("Set up…"))

    def _choose(self, name: str) -> None:
        self._wanted = name
        self._result.setText("")

    def _add(self) -> None:
        self._open(None)

    def _add_found(self) -> None:
        if self._new:
            there = self._new[0].base_url
            self._open(self._new[0]).offer(tuple(each.model_id for each in self._new if each.base_url == there))

    def _open(self, model: ModelConfig | None) -> ModelDialog:
        dialog = ModelDialog(self._theme, model, new=True, parent=self.window())
        ModelSetup(dialog, self._theme, self._services, self.slots, new=True)
        dialog.accepted.connect(self._added)
        dialog.open()
        return dialog

    def _added(self) -> None:
        dialog = self.sender()
        if isinstance(dialog, ModelDialog):
            self._wanted = dialog.model.name.strip()
            self._read()

    @async_slot
    async def _try(self) -> None:
        name = self.options.current
        self._test.setEnabled(False)
        self._result.setText("")
        self._spinner.show()
        try:
            check = await self._services.models.test(name)
        finally:
            self._spinner.hide()
            self._test.setEnabled(True)
        if name == self.options.current:
            self._show(check)

    def _show(self, check: ModelCheck) -> None:
        self._result.set_tone(Tone.OK if check.ok else Tone.BAD)
        self._result.setText(check.sentence)
        self._result.setAccessibleName(check.sentence)
