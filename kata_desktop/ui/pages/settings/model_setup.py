"""What the model dialog does: checks, tests, fetches the list, keeps the model and its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from kata_desktop.agent.models import KEY_NAME, plugin_of
from kata_desktop.credentials.errors import KeyringTrouble
from kata_desktop.domain.errors import FieldError, InvalidInput, KataError
from kata_desktop.ui.dialogs.keyring_question import Wanted, with_keyring
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kata_desktop.ui.pages.settings.model_dialog import ModelDialog
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme

T = TypeVar("T")


class ModelSetup(QObject):
    """Belongs to one dialog and ends with it."""

    def __init__(self, dialog: ModelDialog, theme: Theme, services: Services, slots: Slots, *, new: bool) -> None:
        super().__init__(dialog)
        self.slots = slots
        self._theme = theme
        self._dialog, self._services, self._new = dialog, services, new
        dialog.save_wanted.connect(self._save)
        dialog.test_wanted.connect(self._test)
        dialog.list_wanted.connect(self._fetch)
        dialog.key.remove_wanted.connect(self._remove_key)

    @async_slot
    async def _save(self) -> None:
        try:
            await self._with_keyring(self._keep, Wanted.KEEP)
        except InvalidInput as refusal:
            self._dialog.show_errors(refusal.errors)
        except KeyringTrouble as trouble:
            self._show_key_trouble(trouble)
        else:
            self._dialog.accept()

    async def _keep(self) -> None:
        key = self._dialog.key.typed
        await self._services.models.add(self._dialog.model, key=key, replace_existing=not self._new)

    async def _with_keyring(self, do: Callable[[], Awaitable[T]], wanted: Wanted) -> T:
        return await with_keyring(do, wanted, vault=self._services.vault, theme=self._theme, parent=self._dialog)

    @async_slot
    async def _test(self) -> None:
        self._dialog.set_busy(True)
        try:
            self._dialog.show_check(await self._services.models.check(self._dialog.model, await self._key()))
        except KataError as error:
            self._dialog.say(error.sentence, Tone.BAD)
        finally:
            self._dialog.set_busy(False)

    @async_slot
    async def _fetch(self) -> None:
        self._dialog.set_busy(True)
        try:
            offered = await self._services.models.offered(self._dialog.model, await self._key())
        except KataError as error:
            self._dialog.say(error.sentence, Tone.BAD)
        else:
            self._dialog.offer(offered)
            if offered:
                self._dialog.say(self.tr("%n model(s) to choose from", "", len(offered)), Tone.MUTED)
            else:
                self._dialog.say(self.tr("It does not tell which models it has; type the name."), Tone.WARN)
        finally:
            self._dialog.set_busy(False)

    async def _key(self) -> str:
        """What was typed, else what is kept."""
        if self._new or self._dialog.key.typed:
            return self._dialog.key.typed
        return await self._with_keyring(self._kept_key, Wanted.USE)

    async def _kept_key(self) -> str:
        return await self._services.models.key(self._dialog.model)

    @async_slot
    async def _remove_key(self) -> None:
        try:
            await self._with_keyring(self._forget_key, Wanted.USE)
        except KeyringTrouble as trouble:
            self._show_key_trouble(trouble)
        else:
            self._dialog.key.set_kept("")

    async def _forget_key(self) -> None:
        await self._services.vault.delete(plugin_of(self._dialog.model.name), KEY_NAME)

    def _show_key_trouble(self, trouble: KeyringTrouble) -> None:
        error = FieldError(field="key", label=self.tr("Key"), reason=trouble.sentence)
        self._dialog.show_errors((error,))
