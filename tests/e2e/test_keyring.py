"""The vault and a keyring that asks a person for its password, in a real window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from kata_desktop.credentials.credential import Names, VaultState
from kata_desktop.credentials.errors import KeyringLocked, KeyringSilent
from kata_desktop.credentials.vault import Vault
from tests.support.desk.accessibility import ProgramNode
from tests.support.desk.desk import Desk
from tests.support.waiting import wait_for

pytestmark = pytest.mark.desk(keyring="locked", tray="none", notifications="none")


class Shelf:
    """A place for names."""

    def __init__(self) -> None:
        self.names: Names = ()

    async def load(self) -> Names:
        return self.names

    async def save(self, names: Names) -> None:
        self.names = names


@pytest.fixture
async def vault(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Vault]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desk.environment["DBUS_SESSION_BUS_ADDRESS"])
    shelf = Shelf()
    vault = Vault(load_names=shelf.load, save_names=shelf.save, on_secret=lambda _: None, environ={}, limit=4.0)
    yield vault
    vault.close()


async def question(desk: Desk) -> ProgramNode:
    prompter = desk.accessibility.named("gcr-prompter")
    await asyncio.to_thread(prompter.find, "password text")
    return prompter


def state_of(vault: Vault) -> VaultState:
    return vault.state


async def test_a_question_that_is_dismissed_and_one_that_is_answered(desk: Desk, vault: Vault) -> None:
    first = asyncio.ensure_future(vault.get("slack", "bot_token"))  # noqa: TID251 - while the person looks
    prompter = await question(desk)
    await asyncio.to_thread(prompter.find("push button", "Cancel").click)
    with pytest.raises(KeyringLocked):
        await first
    assert state_of(vault) is VaultState.LOCKED
    with pytest.raises(KeyringLocked):
        await vault.get("slack", "bot_token")
    assert not prompter.children(), "no second window"
    wanted = asyncio.ensure_future(vault.unlock())  # noqa: TID251 - while the person types
    await question(desk)
    desk.screen.type(desk.environment["VD_KEYRING_PASSWORD"])
    desk.screen.key("Return")
    await wanted
    assert state_of(vault) is VaultState.AVAILABLE
    await vault.set("slack", "bot_token", "xoxb")
    assert await vault.get("slack", "bot_token") == "xoxb"


async def test_a_question_that_nobody_answers_holds_up_nothing(desk: Desk, vault: Vault) -> None:
    with pytest.raises(KeyringSilent, match="window that asks for its password"):
        await vault.get("slack", "bot_token")
    assert state_of(vault) is VaultState.SILENT
    prompter = await question(desk)
    await asyncio.to_thread(prompter.find("push button", "Cancel").click)
    await asyncio.to_thread(wait_for, "the late answer", lambda: vault.state is VaultState.LOCKED)
