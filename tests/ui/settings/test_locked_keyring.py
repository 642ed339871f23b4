"""A locked keyring while a model is set up: the way out is offered, and a key is never anywhere in plain text."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kata_desktop.agent.models import KEY_NAME, plugin_of
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.credentials.credential import VaultState
from kata_desktop.credentials.errors import KeyringMissing
from kata_desktop.credentials.vault import Vault
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.dialogs.keyring_question import Wanted, _question
from kata_desktop.ui.dialogs.question import Question
from kata_desktop.ui.pages.settings.model_dialog import ModelDialog
from kata_desktop.ui.pages.settings.models import ModelsSection
from kata_desktop.ui.slots import Slots
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import Label
from tests.support.eventually import eventually
from tests.support.locked_keyring import AskingKeyring, Shelf
from tests.support.named import named

KEY = "canary-key-0123456789"
WAYS_OUT = ["Cancel", "Keep for this session only", "Unlock…"]


@pytest.fixture
def keyring() -> AskingKeyring:
    return AskingKeyring()


@pytest_asyncio.fixture
async def vault(kata: Kata, keyring: AskingKeyring) -> AsyncIterator[Vault]:
    shelf = Shelf()
    made = Vault(load_names=shelf.load, save_names=shelf.save, on_secret=kata.redactor.add, environ={},
                 find=lambda: keyring)  # fmt: skip
    kata.vault.close()
    kata.vault = made
    await made.source()
    assert state_of(made) is VaultState.LOCKED
    yield made
    made.close()


@pytest_asyncio.fixture
async def models(vault: Vault, kata: Kata, theme: Theme, bridge: Bridge, qtbot: QtBot) -> ModelsSection:
    assert kata.vault is vault
    section = ModelsSection(kata, theme, bridge, _slots(kata, bridge))
    qtbot.addWidget(section)
    section.show()
    await eventually("the models", lambda: section.rows)
    return section


def _slots(kata: Kata, bridge: Bridge) -> Slots:
    return Slots(kata.spawner, bridge.told.emit)


def state_of(vault: Vault) -> VaultState:
    return vault.state


def filled(models: ModelsSection) -> ModelDialog:
    models.add.click()
    dialog = next(each for each in models.window().findChildren(ModelDialog) if each.isVisible())
    named(dialog, QLineEdit, "Name").setText("Mine")
    named(dialog, QLineEdit, "Key").setText(KEY)
    named(dialog, QComboBox, "Model").setCurrentText("gpt-4o-mini")
    named(dialog, Button, "Add model").click()
    return dialog


async def question_of(dialog: ModelDialog) -> Question:
    return await eventually("the question", lambda: dialog.findChild(Question))


def answers(question: Question) -> list[str]:
    return [each.text() for each in question.findChildren(Button) if each.isVisible()]


async def added(models: ModelsSection) -> ModelConfig:
    return await eventually("the model", lambda: next((r.model for r in models.rows if r.model.name == "Mine"), None))


async def test_adding_a_model_offers_to_unlock_the_keyring(models: ModelsSection, keyring: AskingKeyring) -> None:
    question = await question_of(filled(models))
    assert answers(question) == WAYS_OUT
    assert not keyring.asked, "nobody is asked for a password before they want that"
    keyring.answered = True
    named(question, Button, "Unlock…").click()
    await added(models)
    assert keyring.kept == {(plugin_of("Mine"), KEY_NAME): KEY}


async def test_keeping_the_key_for_this_session_is_a_choice(
    models: ModelsSection, kata: Kata, keyring: AskingKeyring
) -> None:
    question = await question_of(filled(models))
    named(question, Button, "Keep for this session only").click()
    await added(models)
    assert state_of(kata.vault) is VaultState.MEMORY
    assert await kata.vault.get(plugin_of("Mine"), KEY_NAME) == KEY
    assert not keyring.kept
    await eventually("the choice to stay in sight", models.vault.isVisible)
    assert all(KEY.encode() not in file.read_bytes() for file in kata.paths.data_dir.rglob("*") if file.is_file())


async def test_cancel_leaves_the_dialog_as_it_was(models: ModelsSection, kata: Kata, keyring: AskingKeyring) -> None:
    dialog = filled(models)
    named(await question_of(dialog), Button, "Cancel").click()
    await eventually("the reason", lambda: "locked" in dialog.error_of("key"))
    assert dialog.isVisible()
    assert dialog.key.typed == KEY
    assert [each.name for each in await kata.models.all()] == ["Reminder"]
    assert not keyring.asked


async def test_a_dismissed_password_says_so_at_the_key(
    models: ModelsSection, kata: Kata, keyring: AskingKeyring
) -> None:
    dialog = filled(models)
    named(await question_of(dialog), Button, "Unlock…").click()
    await eventually("the reason", lambda: "locked" in dialog.error_of("key"))
    assert keyring.asked == 1, "one click, one question"
    assert [each.name for each in await kata.models.all()] == ["Reminder"]


async def test_removing_a_kept_key_offers_no_memory(models: ModelsSection, kata: Kata, keyring: AskingKeyring) -> None:
    keyring.open = True
    mine = await kata.models.add(ModelConfig(name="Mine", provider=Provider.OPENAI, model_id="a"), key=KEY)
    await added(models)
    keyring.open = False
    await kata.vault.source()
    models._edit(mine)
    dialog = await eventually("the dialog", lambda: models.window().findChild(ModelDialog))
    named(dialog, Button, "Remove").click()
    question = await question_of(dialog)
    assert answers(question) == ["Cancel", "Unlock…"]
    keyring.answered = True
    named(question, Button, "Unlock…").click()
    await eventually("the line", dialog.key.line.isVisible)
    assert not keyring.kept


async def test_long_reasons_are_in_sight_as_a_whole(theme: Theme, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    question = _question(KeyringMissing(), Wanted.KEEP, VaultState.MISSING, theme, holder)
    question.show()
    words = next(each for each in question.findChildren(Label) if "There is no keyring" in each.text())
    await eventually("the room", lambda: words.height() >= words.heightForWidth(words.width()))
    question.close()
