"""The two tokens: checked by their beginnings before anything is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from kata_desktop.credentials.errors import KeyringTrouble
from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.ui.dialogs.first_start.step import Step
from kata_desktop.ui.dialogs.keyring_question import Wanted, with_keyring
from kata_desktop.ui.dialogs.plugin_setup.credential_field import CredentialField, credential_form
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.widgets.form_row import ErrorLinks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.dialogs.slack_setup.link import PluginLink
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class TokensStep(Step):
    """A field for each credential; those that are kept already may stay.

    Attributes:
        fields: by the name of the credential.
    """

    def __init__(self, theme: Theme, link: PluginLink, slots: Slots, plugin: PluginRow) -> None:
        super().__init__(
            self.tr("Enter its two tokens"),
            self.tr("They are kept in your system’s keyring, never in Kata’s files, and never shown again."),
        )
        self.slots = slots
        self._theme, self._link = theme, link
        self.fields = {each.spec.name: CredentialField(theme, each) for each in plugin.credentials}
        self._forms = {name: credential_form(theme, field) for name, field in self.fields.items()}
        self._links = ErrorLinks(theme)
        self.arrange(*self._forms.values(), self._links)
        for field in self.fields.values():
            field.remove_wanted.connect(self._remove)

    def opened(self) -> None:
        """Look which are there, and bring the keyboard to the first that is not."""
        self._look()
        first = next((field for field in self.fields.values() if not field.line.isHidden()), None)
        if first is not None:
            first.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def error_of(self, name: str) -> str:
        """What is wrong with a token; empty when all is well."""
        return self._forms[name].error

    async def apply(self) -> bool:
        """Keep what was typed; False when something is missing or wrong."""
        errors = [error for each in await self._wrong() if (error := each) is not None]
        self._show_errors(errors)
        if errors:
            return False
        try:
            for name, field in self.fields.items():
                if field.typed:
                    await self._keep(name, field.typed)
        except InvalidInput as refusal:
            self._show_errors(refusal.errors)
            return False
        except KeyringTrouble as trouble:
            typed = next(each.spec for each in self.fields.values() if each.typed)
            self._show_errors([FieldError(field=typed.name, label=typed.label, reason=trouble.sentence)])
            return False
        await self._refresh()
        return True

    async def _wrong(self) -> list[FieldError | None]:
        kept = {each.spec.name for each in (await self._link.row()).credentials if each.present}
        missing = self.tr("It is needed; copy it from api.slack.com/apps")
        return [
            field.prefix_error()
            if field.typed or name in kept
            else FieldError(field=name, label=field.spec.label, reason=missing, example=f"{field.spec.prefix}…")
            for name, field in self.fields.items()
        ]

    async def _keep(self, name: str, value: str) -> None:
        link, plugins = self._link, self._link.services.plugins
        link.will_change()
        keep = partial(plugins.set_credential, link.workspace_id, link.plugin_id, name, value)
        await with_keyring(keep, Wanted.KEEP, vault=link.services.vault, theme=self._theme, parent=self.window())

    @async_slot
    async def _look(self) -> None:
        await self._refresh()

    async def _refresh(self) -> None:
        for status in (await self._link.row()).credentials:
            field = self.fields[status.spec.name]
            if not field.typed or status.present:
                field.set_status(status)

    @async_slot
    async def _remove(self, name: str) -> None:
        link, plugins = self._link, self._link.services.plugins
        forget = partial(plugins.remove_credential, link.workspace_id, link.plugin_id, name)
        await with_keyring(forget, Wanted.USE, vault=link.services.vault, theme=self._theme, parent=self.window())
        await self._refresh()

    def _show_errors(self, errors: Sequence[FieldError]) -> None:
        known = {error.field: error.sentence for error in errors}
        for name, form in self._forms.items():
            form.set_error(known.get(name, ""))
        self._links.set_rows(list(self._forms.values()))
        for name in list(known)[:1]:
            self._forms[name].focus_field()
