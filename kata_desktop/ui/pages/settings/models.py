"""Models: who answers prompts, where the keys are, and whether it works."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kata_desktop.agent.models import KEY_NAME, plugin_of
from kata_desktop.credentials.credential import CredentialSource
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.ui.dialogs.keyring_question import Wanted, with_keyring
from kata_desktop.ui.dialogs.question import Question, asked
from kata_desktop.ui.pages.settings.model_dialog import ModelDialog
from kata_desktop.ui.pages.settings.model_row import ModelRow
from kata_desktop.ui.pages.settings.model_setup import ModelSetup
from kata_desktop.ui.pages.settings.section import Section
from kata_desktop.ui.pages.settings.vault_banner import VaultBanner
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import RowList
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class ModelsSection(Section):
    """The models that are set up, programs found on this computer, and how things stand with the keyring.

    Attributes:
        vault: says what is wrong with the keyring and what can be done.
        add: opens the dialog for a new model.
    """

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, slots: Slots) -> None:
        super().__init__(theme, "models", self.tr("Models"), "bot")
        self.slots = slots
        self._services, self._theme = services, theme
        self._local: tuple[ModelConfig, ...] = ()
        self.vault = VaultBanner(theme, services, slots)
        self._found = Banner(theme, Tone.INFO, icon="cpu")
        self._found.hide()
        self.add = Button(theme, self.tr("Add model…"), ButtonKind.PRIMARY, icon="plus")
        self._list = RowList(name=self.tr("Models"))
        lead = self.tr("A task uses its own model, else its workspace’s, else the default.")
        head = boxed(row((Label(lead, TextRole.MUTED, wrap=True), 1), self.add))
        body = boxed(column(self.vault, self._found, head, self._list, spacing=10))
        self.add_widget(body)
        self.add.clicked.connect(self._add)
        self._found.acted.connect(self._add_found)
        self.vault.settled.connect(self._read)
        bridge.models_changed.connect(self._read)
        self._read()

    def opened(self) -> None:
        """Look for local programs and at the keyring; nobody is asked for a password."""
        self.vault.look()
        self._look_around()

    @property
    def rows(self) -> tuple[ModelRow, ...]:
        """The models that are shown."""
        return tuple(each for each in self._list.rows if isinstance(each, ModelRow))

    @async_slot
    async def _read(self) -> None:
        models = await self._services.models.all()
        rows = [self._row(model, await self._key_words(model)) for model in models]
        self._list.set_rows(rows)
        self._offer_local([each.base_url for each in models])

    @async_slot
    async def _look_around(self) -> None:
        self._local = tuple(await self._services.models.detect_local())
        self._offer_local([each.base_url for each in await self._services.models.all()])

    def _offer_local(self, known: list[str]) -> None:
        new = [model for model in self._local if model.base_url not in known]
        self._found.setVisible(bool(new))
        if new:
            program = new[0].name.removesuffix(new[0].model_id).strip()
            title = self.tr("{program} runs on this computer").format(program=program)
            text = self.tr("Its models answer without a key and without the Internet.")
            self._found.set_message(title, text, action=self.tr("Set up…"))

    async def _key_words(self, model: ModelConfig) -> str:
        match await self._services.vault.source_of(plugin_of(model.name), KEY_NAME):
            case CredentialSource.KEYRING:
                return self.tr("key in the keyring")
            case CredentialSource.ENVIRONMENT:
                return self.tr("key from the environment")
            case CredentialSource.MEMORY:
                return self.tr("key kept for this session only")
            case None:
                return ""

    def _row(self, model: ModelConfig, key_from: str) -> ModelRow:
        made = ModelRow(self._theme, model, key_from=key_from)
        made.test.connect(self._test)
        made.make_default.connect(self._make_default)
        made.edit.connect(self._edit)
        made.remove.connect(self._remove)
        return made

    @async_slot
    async def _test(self, model: ModelConfig) -> None:
        shown = next(each for each in self.rows if each.model == model)
        shown.show_testing()
        check = await self._services.models.test(model.name)
        for each in self.rows:
            if each.model == model:
                each.show_check(check)
        self.vault.look()

    @async_slot
    async def _make_default(self, model: ModelConfig) -> None:
        await self._services.models.set_default(model.name)

    def _add(self) -> None:
        self._open(None)

    def _add_found(self) -> None:
        known = {each.model.base_url for each in self.rows}
        new = [model for model in self._local if model.base_url not in known]
        if new:
            dialog = self._open(new[0])
            dialog.offer(tuple(model.model_id for model in new if model.base_url == new[0].base_url))

    def _open(self, model: ModelConfig | None) -> ModelDialog:
        dialog = ModelDialog(self._theme, model, new=True, parent=self.window())
        ModelSetup(dialog, self._theme, self._services, self.slots, new=True)
        dialog.finished.connect(self.vault.look)
        dialog.open()
        return dialog

    @async_slot
    async def _edit(self, model: ModelConfig) -> None:
        kept = await self._key_words(model)
        dialog = ModelDialog(self._theme, model, new=False, key_kept=kept, parent=self.window())
        ModelSetup(dialog, self._theme, self._services, self.slots, new=False)
        dialog.finished.connect(self.vault.look)
        dialog.open()

    @async_slot
    async def _remove(self, model: ModelConfig) -> None:
        title = self.tr("Remove “{name}”?").format(name=model.name)
        text = self.tr("Its key is forgotten too. Tasks that name it will fail and say so.")
        question = Question(self._theme, title, text, {"no": self.tr("Keep it"), "yes": self.tr("Remove")},
                            icon="trash-2", tone=Tone.WARN, danger="yes", parent=self.window())  # fmt: skip
        if await asked(question) == "yes":
            remove = partial(self._services.models.remove, model.name)
            await with_keyring(remove, Wanted.USE, vault=self._services.vault, theme=self._theme, parent=self.window())

    def search(self, words: list[str]) -> bool:
        """Find the page by its title, by “key”, by a provider's or a model's name."""
        known = [each.model.name for each in self.rows] + [each.value for each in Provider]
        text = " ".join([self.title, self.tr("api key keyring provider local"), *known]).casefold()
        found = all(word in text for word in words)
        return super().search([] if found else words)
