"""Models: the list, the dialog with its errors and keys, tests against a real server, and the keyring's troubles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest_asyncio
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from kata_desktop.agent.models import KEY_NAME, plugin_of
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.credentials.credential import Names
from kata_desktop.credentials.errors import KeyringLocked
from kata_desktop.credentials.vault import Vault
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.ui.dialogs.question import Question
from kata_desktop.ui.pages.settings.model_dialog import ModelDialog
from kata_desktop.ui.pages.settings.model_row import ModelRow
from kata_desktop.ui.pages.settings.models import ModelsSection
from kata_desktop.ui.pages.settings.page import SettingsPage
from kata_desktop.ui.pages.settings.vault_banner import VaultBanner
from kata_desktop.ui.slots import Slots
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import Label
from kata_desktop.ui.widgets.pill import Pill
from tests.support.eventually import eventually
from tests.support.model_server.model_server import ModelServer
from tests.support.named import named

KEY = "canary-key-0123456789"


@pytest_asyncio.fixture
async def models(page: SettingsPage) -> ModelsSection:
    page.show_section("models")
    section = page.sections["models"]
    assert isinstance(section, ModelsSection)
    return section


def texts(widget: QWidget) -> str:
    return " | ".join(each.text() for each in widget.findChildren(Label) if each.isVisible())


def row_of(models: ModelsSection, name: str) -> ModelRow | None:
    return next((each for each in models.rows if each.model.name == name), None)


def dialog_of(models: ModelsSection) -> ModelDialog:
    return next(each for each in models.window().findChildren(ModelDialog) if each.isVisible())


def action(row: ModelRow, text: str) -> None:
    menu = QMenu()
    row._fill(menu)
    next(each for each in menu.actions() if each.text() == text).trigger()


async def test_the_reminder_is_there_and_explained(models: ModelsSection) -> None:
    row = row_of(models, "Reminder")
    assert row is not None
    assert "the prompt itself is delivered" in texts(row)
    assert [each.text() for each in row.findChildren(Pill) if each.isVisible()] == ["Default"]


async def test_adding_a_model_keeps_its_key_out_of_sight(models: ModelsSection, kata: Kata) -> None:
    models.add.click()
    dialog = dialog_of(models)
    named(dialog, QLineEdit, "Name").setText("Mine")
    named(dialog, QLineEdit, "Key").setText(KEY)
    named(dialog, QComboBox, "Model").setCurrentText("gpt-4o-mini")
    named(dialog, Button, "Add model").click()
    row = await eventually("the model", lambda: row_of(models, "Mine"))
    assert "key kept for this session only" in texts(row)
    assert await kata.vault.get(plugin_of("Mine"), KEY_NAME) == KEY
    action(row, "Edit…")
    again = await eventually("the dialog", lambda: models.window().findChild(ModelDialog))
    assert KEY not in texts(again)
    assert all(KEY not in each.text() for each in again.findChildren(QLineEdit))


async def test_wrong_fields_are_named_at_the_fields(models: ModelsSection) -> None:
    models.add.click()
    dialog = dialog_of(models)
    named(dialog, Button, "Add model").click()
    await eventually("the errors", lambda: dialog.error_of("name"))
    assert "for example “My GPT”" in dialog.error_of("name")
    assert dialog.error_of("model_id")
    assert "2 field" in texts(dialog)
    assert dialog.isVisible()


async def test_a_test_against_a_real_server_says_that_it_answered(
    models: ModelsSection, kata: Kata, start_model_server: Callable[..., ModelServer]
) -> None:
    url = start_model_server({"match": {"userMessage": "OK"}, "response": {"content": "OK"}}).openai_url
    await kata.models.add(
        ModelConfig(name="Local", provider=Provider.OPENAI_COMPATIBLE, model_id="gpt-4", base_url=url)
    )
    row = await eventually("the model", lambda: row_of(models, "Local"))
    await eventually("its buttons", row.isVisible)
    named(row, Button, "Test Local").click()
    await eventually("the sentence", lambda: (shown := row_of(models, "Local")) is not None and shown.result)
    shown = row_of(models, "Local")
    assert shown is not None
    assert shown.result.startswith("Answered in")


async def test_the_default_moves_and_a_model_is_removed_with_its_key(models: ModelsSection, kata: Kata) -> None:
    await kata.models.add(ModelConfig(name="One", provider=Provider.OPENAI, model_id="a"), key=KEY)
    await kata.models.add(ModelConfig(name="Two", provider=Provider.OPENAI, model_id="b"))
    two = await eventually("the models", lambda: row_of(models, "Two"))
    action(two, "Use as the default")
    await eventually("the default", lambda: (row := row_of(models, "Two")) is not None and row.model.is_default)
    one = row_of(models, "One")
    assert one is not None
    action(one, "Remove…")
    question = await eventually("the question", lambda: models.window().findChild(Question))
    next(each for each in question.findChildren(Button) if each.text() == "Remove").click()
    await eventually("its end", lambda: row_of(models, "One") is None)
    assert await kata.vault.get(plugin_of("One"), KEY_NAME) is None


async def test_a_kept_key_can_be_removed_in_the_dialog(models: ModelsSection, kata: Kata) -> None:
    await kata.models.add(ModelConfig(name="One", provider=Provider.OPENAI, model_id="a"), key=KEY)
    row = await eventually("the model", lambda: row_of(models, "One"))
    action(row, "Edit…")
    dialog = await eventually("the dialog", lambda: models.window().findChild(ModelDialog))
    named(dialog, Button, "Remove").click()
    line = await eventually("the line", lambda: dialog.key.line if dialog.key.line.isVisible() else None)
    assert line.text() == ""
    assert await kata.vault.get(plugin_of("One"), KEY_NAME) is None


class LockableKeyring:
    """A keyring that is locked until somebody opens it."""

    label = "Test keyring"

    def __init__(self) -> None:
        self.open = False

    def locked(self) -> bool:
        return not self.open

    def get(self, plugin: str, name: str) -> str | None:
        if not self.open:
            raise KeyringLocked
        return None

    def set(self, plugin: str, name: str, value: str) -> None:
        raise KeyringLocked

    def delete(self, plugin: str, name: str) -> bool:
        return False


@pytest_asyncio.fixture
async def keyring() -> LockableKeyring:
    return LockableKeyring()


@pytest_asyncio.fixture
async def locked_vault(keyring: LockableKeyring) -> AsyncIterator[Vault]:
    async def load() -> Names:
        return ()

    async def save(_: Names) -> None:
        return None

    made = Vault(load_names=load, save_names=save, on_secret=lambda _: None, environ={}, find=lambda: keyring)
    yield made
    made.close()


class OnlyVault:
    """Services of which the banner uses one."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault


async def test_a_locked_keyring_offers_to_unlock_and_the_choice_of_memory(
    kata: Kata, theme: Theme, qtbot: QtBot, locked_vault: Vault, keyring: LockableKeyring
) -> None:
    slots = Slots(kata.spawner, lambda _: None)
    banner = VaultBanner(theme, OnlyVault(locked_vault), slots)  # type: ignore[arg-type]
    holder = QWidget()
    qtbot.addWidget(holder)
    banner.setParent(holder)
    holder.show()
    banner.look()
    await eventually("the banner", banner.isVisible)
    assert "Your keyring is locked" in texts(banner)
    assert banner.banner.button.text() == "Unlock…"
    banner.memory.click()
    await eventually("the other words", lambda: "memory for this session only" in texts(banner))
    banner.banner.button.click()
    await eventually("locked again", lambda: "is locked" in texts(banner))
    keyring.open = True
    banner.banner.button.click()
    await eventually("no banner", lambda: not banner.isVisible())
