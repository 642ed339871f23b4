"""The vault with a real keyring in every state it can be in."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from kata_desktop.credentials.credential import Credential, CredentialSource, VaultState
from kata_desktop.credentials.errors import (
    FromEnvironment,
    KeyringLocked,
    KeyringMissing,
    KeyringSilent,
    KeyringTrouble,
    NotKept,
)
from kata_desktop.credentials.vault import Vault
from kata_desktop.domain.errors import InvalidInput
from kata_desktop.domain.events import VaultChanged
from tests.engine.credentials.conftest import Surroundings
from tests.support.session_bus import GnomeKeyring, SessionBus
from tests.support.waiting import wait_for

pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.usefixtures("gnome_keyring")
async def test_a_credential_is_kept_listed_and_forgotten(vault: Vault, around: Surroundings) -> None:
    assert await vault.get("slack", "bot_token") is None
    await vault.set("slack", "bot_token", "xoxb-ä\n€")
    assert await vault.get("slack", "bot_token") == "xoxb-ä\n€"
    assert await vault.get("whatsapp", "bot_token") is None, "another plugin's credential of the same name"
    assert around.names == (("slack", "bot_token"),)
    assert await vault.listing() == (Credential(plugin="slack", name="bot_token", source=CredentialSource.KEYRING),)
    assert "xoxb-ä\n€" in around.secrets
    assert vault.state is VaultState.AVAILABLE
    assert await vault.delete("slack", "bot_token")
    assert not await vault.delete("slack", "bot_token")
    assert await vault.get("slack", "bot_token") is None
    assert not around.names


@pytest.mark.usefixtures("gnome_keyring")
async def test_all_credentials_of_one_plugin_can_be_forgotten(vault: Vault, around: Surroundings) -> None:
    for plugin, name in (("slack", "app"), ("slack", "bot"), ("model:gpt", "api_key")):
        await vault.set(plugin, name, f"{plugin}-{name}")
    assert await vault.delete_all("slack") == 2
    assert around.names == (("model:gpt", "api_key"),)
    assert await vault.get("slack", "app") is None


@pytest.mark.usefixtures("gnome_keyring")
async def test_nothing_of_the_value_reaches_a_file_in_clear(vault: Vault, session: SessionBus) -> None:
    await vault.set("slack", "bot_token", "canary-in-a-coal-mine")
    home = Path(session.environment["HOME"])
    files = files_below(home)
    assert any("keyring" in path.name for path in files)
    assert not [path for path in files if b"canary-in-a-coal" in path.read_bytes()]


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_without_a_keyring_the_sentence_says_what_to_do(vault: Vault, around: Surroundings) -> None:
    with pytest.raises(KeyringMissing, match="There is no keyring"):
        await vault.set("slack", "bot_token", "xoxb")
    assert not around.names
    assert vault.state is VaultState.MISSING
    report = await vault.source()
    assert report.state is VaultState.MISSING
    assert report.keyring == ""


async def test_a_keyring_that_appears_later_is_found(vault: Vault, session: SessionBus) -> None:
    with pytest.raises(KeyringMissing):
        await vault.get("slack", "bot_token")
    late = GnomeKeyring(session)
    try:
        await vault.set("slack", "bot_token", "xoxb")
        assert (await vault.source()).keyring == "Secret Service"
    finally:
        late.close()


async def test_no_plain_text_backend_is_ever_used(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    vault = around.vault()
    with pytest.raises(KeyringMissing):
        await vault.set("slack", "bot_token", "canary")
    assert not (tmp_path / "data").exists()
    vault.close()


async def test_a_dismissed_question_is_not_asked_again_until_a_person_wants_it(
    vault: Vault, around: Surroundings, gnome_keyring: GnomeKeyring
) -> None:
    await vault.set("slack", "bot_token", "xoxb")
    gnome_keyring.lock()
    with pytest.raises(KeyringLocked, match="unlock it"):
        await vault.get("slack", "bot_token")
    assert state_of(vault) is VaultState.LOCKED
    with pytest.raises(KeyringLocked):
        await vault.set("slack", "bot_token", "new")
    assert around.names == (("slack", "bot_token"),), "it is still there, so its name is"
    assert (await vault.source()).state is VaultState.LOCKED
    with pytest.raises(KeyringLocked):
        await vault.unlock()
    gnome_keyring.restart()
    assert await vault.get("slack", "bot_token") == "xoxb", "unlocked elsewhere: noticed without asking"
    assert vault.state is VaultState.AVAILABLE


async def test_a_frozen_keyring_costs_one_limit_then_answers_come_at_once(
    around: Surroundings, gnome_keyring: GnomeKeyring
) -> None:
    vault = around.vault(limit=2.0)
    await vault.set("slack", "bot_token", "xoxb")
    gnome_keyring.freeze()
    ticks = asyncio.create_task(count_ticks())  # noqa: TID251 - a test of the loop itself
    with pytest.raises(KeyringSilent, match="does not answer"):
        await vault.get("slack", "bot_token")
    ticks.cancel()
    assert await ticks > 5, "the loop went on meanwhile"
    assert state_of(vault) is VaultState.SILENT
    before = time.monotonic()
    for _ in range(5):
        with pytest.raises(KeyringSilent):
            await vault.get("slack", "bot_token")
    assert time.monotonic() - before < 2.0, "not even one limit is waited out"
    gnome_keyring.thaw()
    await until_it_answers(vault)
    assert await vault.get("slack", "bot_token") == "xoxb"
    vault.close()


def state_of(vault: Vault) -> VaultState:
    return vault.state


async def until_it_answers(vault: Vault) -> None:
    await asyncio.to_thread(wait_for, "an answer", lambda: vault.state is not VaultState.SILENT)


async def count_ticks() -> int:
    count = 0
    try:
        while True:
            await asyncio.sleep(0.01)
            count += 1
    except asyncio.CancelledError:
        return count


async def test_a_keyring_that_dies_while_asked_gives_an_answer_and_a_new_one_works(
    around: Surroundings, gnome_keyring: GnomeKeyring
) -> None:
    vault = around.vault(limit=2.0)
    await vault.set("slack", "bot_token", "xoxb")
    gnome_keyring.freeze()
    with pytest.raises(KeyringSilent):
        await vault.get("slack", "bot_token")
    gnome_keyring.kill()
    await until_it_answers(vault)
    with pytest.raises(KeyringTrouble):
        await vault.get("slack", "bot_token")
    gnome_keyring.restart()
    assert await vault.get("slack", "bot_token") == "xoxb"
    vault.close()


async def test_memory_only_is_a_choice_that_ends_with_the_session(vault: Vault, around: Surroundings) -> None:
    vault.use_memory_only()
    assert vault.state is VaultState.MEMORY
    await vault.set("slack", "bot_token", "xoxb")
    assert await vault.get("slack", "bot_token") == "xoxb"
    (entry,) = await vault.listing()
    assert entry.source is CredentialSource.MEMORY
    assert not around.names, "nothing of it is stored"
    assert "memory" in (await vault.source()).sentence
    assert await vault.delete("slack", "bot_token")
    await vault.set("slack", "bot_token", "xoxb")
    vault.use_memory_only(on=False)
    with pytest.raises(KeyringMissing):
        await vault.get("slack", "bot_token")


async def test_the_environment_gives_credentials_that_cannot_be_changed(vault: Vault, around: Surroundings) -> None:
    around.environ["KATA_CREDENTIAL_MODEL_MY_GPT_4_API_KEY"] = "sk-from-outside"
    around.environ["KATA_CREDENTIAL_SLACK_BOT"] = ""
    assert await vault.get("model:my gpt-4", "api_key") == "sk-from-outside"
    assert "sk-from-outside" in around.secrets
    with pytest.raises(FromEnvironment, match="KATA_CREDENTIAL_MODEL_MY_GPT_4_API_KEY"):
        await vault.set("model:my gpt-4", "api_key", "other")
    with pytest.raises(FromEnvironment):
        await vault.delete("model:my gpt-4", "api_key")
    (entry,) = await vault.listing()
    assert (entry.source, entry.variable) == (
        CredentialSource.ENVIRONMENT,
        "KATA_CREDENTIAL_MODEL_MY_GPT_4_API_KEY",
    )
    assert await vault.source_of("model:my gpt-4", "api_key") is CredentialSource.ENVIRONMENT
    assert await vault.source_of("slack", "bot") is None


class Forgetful:
    """A keyring that says yes to everything and cuts every value in half."""

    label = "Forgetful"

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str] = {}
        self.deleted: list[str] = []

    def get(self, plugin: str, name: str) -> str | None:
        return self.values.get((plugin, name))

    def set(self, plugin: str, name: str, value: str) -> None:
        self.values[plugin, name] = value[: len(value) // 2]

    def delete(self, plugin: str, name: str) -> bool:
        self.deleted.append(name)
        return self.values.pop((plugin, name), None) is not None

    def locked(self) -> bool | None:
        return False


async def test_what_is_not_read_back_counts_as_not_kept(around: Surroundings) -> None:
    keyring = Forgetful()
    vault = Vault(
        load_names=around.load,
        save_names=around.save,
        on_secret=around.secrets.append,
        environ={},
        find=lambda: keyring,
    )
    with pytest.raises(NotKept, match="did not keep"):
        await vault.set("slack", "bot_token", "xoxb")
    assert not around.names
    assert keyring.deleted == ["bot_token"]
    vault.close()


class Asking(Forgetful):
    """A locked keyring whose question the person dismisses every time."""

    def __init__(self, *, tells: bool) -> None:
        super().__init__()
        self.tells = tells
        self.questions: list[str] = []

    def get(self, plugin: str, name: str) -> str | None:
        self.questions.append(f"{plugin} {name}")
        raise KeyringLocked

    def locked(self) -> bool | None:
        return True if self.tells else None


@pytest.mark.parametrize("tells", [True, False])
async def test_only_a_person_makes_it_ask_a_second_time(around: Surroundings, tells: bool) -> None:
    keyring = Asking(tells=tells)
    vault = Vault(
        load_names=around.load,
        save_names=around.save,
        on_secret=around.secrets.append,
        environ={},
        find=lambda: keyring,
    )
    for _ in range(3):
        with pytest.raises(KeyringLocked):
            await vault.get("slack", "bot_token")
        await vault.source()
    assert len(keyring.questions) == 1
    with pytest.raises(KeyringLocked):
        await vault.unlock()
    assert len(keyring.questions) == 2
    vault.close()


@pytest.mark.parametrize("value", ["", "a\0b", "x" * 70_000])
async def test_values_that_no_keyring_takes_are_refused(vault: Vault, value: str) -> None:
    with pytest.raises(InvalidInput, match="must not be empty") as refused:
        await vault.set("slack", "bot_token", value)
    assert "xxxx" not in str(refused.value)


async def test_it_tells_when_it_can_be_read_again_and_what_was_kept(around: Surroundings) -> None:
    keyring, told = Asking(tells=False), list[VaultChanged]()
    vault = Vault(
        load_names=around.load,
        save_names=around.save,
        on_secret=around.secrets.append,
        environ={},
        find=lambda: keyring,
        tell=told.append,
    )
    for _ in range(2):
        with pytest.raises(KeyringLocked):
            await vault.get("slack", "bot_token")
    assert told == []
    vault.use_memory_only()
    vault.use_memory_only()
    assert told == [VaultChanged(opened=True)]
    await vault.set("slack", "bot_token", "xoxb-1")
    await vault.delete("slack", "bot_token")
    assert told[1:] == [VaultChanged(plugin="slack", name="bot_token")] * 2
    vault.close()
