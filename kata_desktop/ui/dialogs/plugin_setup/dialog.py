"""Settings and credentials of a plugin in one workspace: a form made from what its manifest declares."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from kata_desktop.credentials.errors import KeyringTrouble
from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.plugin import PluginKind
from kata_desktop.ui.dialogs.discard_question import ask_discard
from kata_desktop.ui.dialogs.keyring_question import Wanted, with_keyring
from kata_desktop.ui.dialogs.plugin_setup.credential_field import CredentialField, credential_form
from kata_desktop.ui.dialogs.plugin_setup.setting_field import SettingField
from kata_desktop.ui.pages.plugins.plugin_view import plugin_icon
from kata_desktop.ui.pages.plugins.repairs import Verb, has_wizard
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.form_row import ErrorLinks, FormRow
from kata_desktop.ui.widgets.frames import Divider, Panel
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.scrolled import scrolled
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from kata_desktop.domain.plugin import PluginRow, SettingValue
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.dialogs.question import Question
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_WIDTH, _MOST = 560, 640


class PluginSetup(QDialog):
    """Credentials first, then settings. Refusals stand at their fields; nothing is kept while one is wrong.

    Attributes:
        credentials: the fields of credentials, by name.
        settings: the fields of settings, by key.

    Signals:
        wanted: (plugin id, verb) something else is to be done with the plugin.
    """

    wanted = Signal(str, str)

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, row_: PluginRow,
        values: Mapping[str, SettingValue], parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """Make the form of a plugin; `values` are its settings as they are."""
        super().__init__(parent)
        self._services, self._theme, self._plugin = services, theme, row_
        self.slots = Slots(services.spawner, bridge.told.emit)
        self.setWindowTitle(self.tr("Configure {name}").format(name=row_.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.credentials = {each.spec.name: CredentialField(theme, each) for each in row_.credentials}
        self.settings = {
            spec.key: SettingField(theme, spec, values.get(spec.key, spec.default), self.slots)
            for spec in row_.settings
        }
        self._forms: dict[str, FormRow] = {
            **{name: credential_form(theme, field) for name, field in self.credentials.items()},
            **{key: field.form for key, field in self.settings.items()},
        }
        self._links = ErrorLinks(theme)
        self._question: Question | None = None
        self._arrange()
        for field in self.credentials.values():
            field.remove_wanted.connect(self._remove)
        self._take_keyboard()

    @property
    def dirty(self) -> bool:
        """Whether something was typed or chosen that is not kept."""
        fields = self.settings.values()
        return any(each.changed for each in fields) or any(each.typed for each in self.credentials.values())

    def reject(self) -> None:
        """Close, or ask first when something would be lost."""
        if not self.dirty:
            super().reject()
        elif self._question is None:
            self._question = ask_discard(self._theme, self, self._discard)
            self._question.destroyed.connect(self._question_gone)

    def go_to_credentials(self) -> None:
        """Bring the keyboard to the first credential, ready for a new value."""
        for field in list(self.credentials.values())[:1]:
            field.type_anew()

    def error_of(self, field: str) -> str:
        """What is wrong with a field; empty when all is well."""
        return self._forms[field].error

    def _arrange(self) -> None:
        theme, plugin = self._theme, self._plugin
        words = column(Label(plugin.name, TextRole.H2), Label(plugin.description, TextRole.MUTED, wrap=True), spacing=2)
        head = row(Tile(theme, plugin_icon(plugin.icon), size=42), (words, 1), spacing=13)
        parts: list[QWidget] = [boxed(head), *self._ways()]
        if self.credentials:
            note = self.tr("Kept in your system’s keyring, never in Kata’s files, and never shown again.")
            parts += [
                Divider(),
                Label(self.tr("Credentials"), TextRole.SECTION),
                Label(note, TextRole.SMALL, wrap=True),
            ]
            parts += [self._forms[name] for name in self.credentials]
        if self.settings:
            parts += [Divider(), Label(self.tr("Settings in this workspace"), TextRole.SECTION)]
            parts += [self._forms[key] for key in self.settings]
        body = boxed(column(*parts, None, margins=(24, 20, 24, 16), spacing=12))
        self._body = body
        self._area = scrolled(body, self.windowTitle())
        links = boxed(column(self._links, margins=(24, 0, 24, 8)))
        foot = self._foot()
        boxed(column((self._area, 1), links, foot, spacing=0), self)
        self._fit(foot.sizeHint().height() + links.sizeHint().height())

    def _ways(self) -> list[QWidget]:
        """Links to what is set up elsewhere."""
        ways = []
        if has_wizard(self._plugin):
            ways.append((Verb.SET_UP, self.tr("Set it up step by step…")))
        if self._plugin.kind is PluginKind.CHANNEL:
            ways.append((Verb.PEOPLE, self.tr("People who wrote…")))
        if not ways:
            return []
        links = []
        for verb, text in ways:
            link = Button(self._theme, text, ButtonKind.LINK)
            link.clicked.connect(partial(self._want, verb))
            links.append(link)
        return [boxed(row(*links, None, spacing=14))]

    def _foot(self) -> Panel:
        cancel = Button(self._theme, self.tr("Cancel"))
        self._save_button = Button(self._theme, self.tr("Save"), ButtonKind.PRIMARY)
        self._save_button.setDefault(True)
        cancel.clicked.connect(self.reject)
        self._save_button.clicked.connect(self._save)
        return Panel(row(None, cancel, self._save_button, margins=(20, 11, 20, 11), spacing=9), "footer")

    def _want(self, verb: Verb, _down: bool = False) -> None:
        """Begin something else; a form in which something was typed stays open behind it."""
        self.wanted.emit(self._plugin.id, verb.value)
        if not self.dirty:
            self.reject()

    def _discard(self) -> None:
        super().reject()

    def _question_gone(self) -> None:
        self._question = None

    @async_slot
    async def _save(self) -> None:
        self._show_errors(())
        wrong = [error for field in self.credentials.values() if (error := field.prefix_error()) is not None]
        if wrong:
            self._show_errors(wrong)
            return
        self._save_button.setEnabled(False)
        try:
            await self._keep()
        except InvalidInput as refusal:
            self._show_errors(refusal.errors)
        except KeyringTrouble as trouble:
            self._blame_keyring(trouble)
        else:
            self.accept()
        finally:
            self._save_button.setEnabled(True)

    async def _keep(self) -> None:
        """Settings first: they may be refused, and then nothing was kept."""
        plugins, plugin = self._services.plugins, self._plugin
        values = {key: field.text for key, field in self.settings.items() if field.changed}
        if values:
            await plugins.change(plugin.workspace_id, plugin.id, values)
        for name, field in self.credentials.items():
            if field.typed:
                keep = partial(plugins.set_credential, plugin.workspace_id, plugin.id, name, field.typed)
                await self._with_keyring(keep, Wanted.KEEP)

    @async_slot
    async def _remove(self, name: str) -> None:
        plugins, plugin = self._services.plugins, self._plugin
        try:
            forget = partial(plugins.remove_credential, plugin.workspace_id, plugin.id, name)
            await self._with_keyring(forget, Wanted.USE)
        except KeyringTrouble as trouble:
            self._blame_keyring(trouble, name)
            return
        fresh = await plugins.row(plugin.workspace_id, plugin.id)
        for status in fresh.credentials:
            if status.spec.name == name:
                self.credentials[name].set_status(status)

    async def _with_keyring(self, do: Callable[[], Awaitable[None]], wanted: Wanted) -> None:
        await with_keyring(do, wanted, vault=self._services.vault, theme=self._theme, parent=self)

    def _blame_keyring(self, trouble: KeyringTrouble, name: str = "") -> None:
        typed = [each.spec.name for each in self.credentials.values() if each.typed]
        field = self.credentials[name or typed[0]]
        self._show_errors((FieldError(field=field.spec.name, label=field.spec.label, reason=trouble.sentence),))

    def _show_errors(self, errors: Sequence[FieldError]) -> None:
        known = {error.field: error for error in errors}
        for field, form in self._forms.items():
            form.set_error(known[field].sentence if field in known else "")
        self._links.set_rows(list(self._forms.values()))
        first = next((form for form in self._forms.values() if form.error), None)
        if first is not None:
            first.focus_field()
            QTimer.singleShot(0, partial(self._area.ensureWidgetVisible, first))

    def _take_keyboard(self) -> None:
        """Begin where something is missing, else at the first setting."""
        missing = [self._forms[name] for name, field in self.credentials.items() if not field.line.isHidden()]
        for form in (missing + [each.form for each in self.settings.values()])[:1]:
            form.focus_field()

    def _fit(self, below: int) -> None:
        """Take the room that the form needs with `below` pixels under it, as far as the screen has it."""
        room = self.screen().availableGeometry().size() - QSize(40, 80)
        width = min(self._theme.px(_WIDTH), room.width())
        self.setMinimumWidth(min(self._theme.px(420), width))
        inner = self._body.layout()
        wanted = (inner.totalHeightForWidth(width) if inner is not None else 0) + below
        self.resize(width, min(wanted, self._theme.px(_MOST), room.height()))
