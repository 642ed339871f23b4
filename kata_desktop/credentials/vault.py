"""Credentials: in the system's keyring, read-only from the environment, or in memory when a person chose that."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping

from kata_desktop.credentials.credential import (
    ENVIRONMENT_PREFIX,
    Credential,
    CredentialSource,
    Keyring,
    Names,
    VaultReport,
    VaultState,
    check,
    variable_of,
)
from kata_desktop.credentials.errors import (
    FromEnvironment,
    KeyringSilent,
    KeyringTrouble,
    NotKept,
)
from kata_desktop.credentials.listening import Signals
from kata_desktop.credentials.questions import Questions, label_of
from kata_desktop.domain.events import VaultChanged

ANSWER_LIMIT = 30.0
"""Seconds a keyring may take, the person's typing of its password included."""


def _find_system_keyring() -> Keyring:
    from kata_desktop.credentials.backend import find_keyring  # imports the keyring library: in the vault's thread

    return find_keyring()


class Vault:
    """Gets, keeps and forgets credentials. Never blocks the loop and never asks a keyring on a timer.

    Order of sources: this session's memory, the environment, the keyring. While the keyring cannot be used, `listen`
    gives the signals (called in the vault's thread) after which it is looked at again without asking anybody.
    """

    def __init__(
        self,
        *,
        load_names: Callable[[], Awaitable[Names]],
        save_names: Callable[[Names], Awaitable[None]],
        on_secret: Callable[[str], None],
        environ: Mapping[str, str] = os.environ,
        find: Callable[[], Keyring] = _find_system_keyring,
        limit: float = ANSWER_LIMIT,
        tell: Callable[[VaultChanged], None] = lambda _: None,
        listen: Callable[[], Signals | None] = lambda: None,
    ) -> None:
        self._load_names = load_names
        self._save_names = save_names
        self._on_secret = on_secret
        self._environ = environ
        self._tell = tell
        self._questions = Questions(
            find=find, limit=limit, listen=listen, opened=lambda: tell(VaultChanged(opened=True))
        )
        self._memory: dict[tuple[str, str], str] | None = None
        self._names_lock = asyncio.Lock()

    @property
    def state(self) -> VaultState:
        """How things stand, without asking the keyring."""
        return VaultState.MEMORY if self._memory is not None else self._questions.state

    async def get(self, plugin: str, name: str) -> str | None:
        """Return the value, None when there is none anywhere.

        Raises:
            KeyringTrouble: the keyring is missing, locked, silent or failing; in memory-only mode it is not asked.
        """
        value = self._environ.get(variable_of(plugin, name), "") or None
        if self._memory is not None:
            value = self._memory.get((plugin, name), value)
        elif value is None:
            value = await self._questions.ask(lambda keyring: keyring.get(plugin, name))
        if value is not None:
            self._on_secret(value)
        return value

    async def set(self, plugin: str, name: str, value: str) -> None:
        """Keep a value and read it back; when this returns, it is where `source_of` says.

        Raises:
            InvalidInput: an empty or overlong value, or one with a NUL.
            FromEnvironment: the environment gives this credential.
            KeyringTrouble: it is not kept (`KeyringSilent`: it may still be, when the keyring comes back).
        """
        check(plugin, name, value)
        self._on_secret(value)
        self._refuse_environment(plugin, name)
        if self._memory is not None:
            self._memory[plugin, name] = value
            self._tell(VaultChanged(plugin=plugin, name=name))
            return
        # the name first: a value without a name would be one that nobody can find to remove
        was_new = await self._note_name(plugin, name, exists=True)
        try:
            kept = await self._questions.ask(lambda keyring: _set_and_read(keyring, plugin, name, value))
        except KeyringSilent:
            raise
        except KeyringTrouble:
            if was_new:
                await self._note_name(plugin, name, exists=False)
            raise
        if kept != value:
            await self.delete(plugin, name)
            raise NotKept(plugin, name)
        self._tell(VaultChanged(plugin=plugin, name=name))

    def keep_quiet(self, value: str) -> None:
        """Let nothing tell a value that a person typed but that is not kept, such as a key that is only tried."""
        if value:
            self._on_secret(value)

    async def delete(self, plugin: str, name: str) -> bool:
        """Forget a value; False when there was none.

        Raises:
            FromEnvironment: the environment gives this credential.
            KeyringTrouble: it is still there.
        """
        self._refuse_environment(plugin, name)
        if self._memory is not None:
            existed = self._memory.pop((plugin, name), None) is not None
        else:
            existed = await self._questions.ask(lambda keyring: keyring.delete(plugin, name))
            await self._note_name(plugin, name, exists=False)
        self._tell(VaultChanged(plugin=plugin, name=name))
        return existed

    async def delete_all(self, plugin: str) -> int:
        """Forget every value of a plugin or model; returns how many there were. Raises like `delete`."""
        kept = [entry for entry in await self.listing() if entry.plugin == plugin]
        mine = [entry for entry in kept if entry.source is not CredentialSource.ENVIRONMENT]
        return sum([await self.delete(entry.plugin, entry.name) for entry in mine])

    async def listing(self) -> tuple[Credential, ...]:
        """Tell which credentials exist, by plugin and name; asks no keyring."""
        names = set(await self._load_names()) | set(self._memory or ())
        found = [self._credential(plugin, name) for plugin, name in sorted(names)]
        known = {entry.variable for entry in found}
        rest = [variable for variable in self._variables() if variable not in known]
        strangers = [
            Credential(plugin="", name="", source=CredentialSource.ENVIRONMENT, variable=variable) for variable in rest
        ]
        return (*found, *strangers)

    async def source_of(self, plugin: str, name: str) -> CredentialSource | None:
        """Tell where a credential would come from; None when none is known of. Asks no keyring."""
        if variable_of(plugin, name) in self._variables() or (plugin, name) in (self._memory or {}):
            return self._credential(plugin, name).source
        return CredentialSource.KEYRING if (plugin, name) in await self._load_names() else None

    async def source(self) -> VaultReport:
        """Look at the keyring without asking anybody for a password; never raises for what it finds."""
        label = ""
        if self._memory is None:
            try:
                label = await self._questions.ask(label_of)
                sentence = f"Credentials are kept in the keyring ({label})."
            except KeyringTrouble as trouble:
                sentence = trouble.sentence
        else:
            sentence = "Credentials are kept in memory for this session only; they are gone when the program ends."
        variables = self._variables()
        if variables:
            sentence += f" {len(variables)} come read-only from the environment."
        return VaultReport(state=self.state, sentence=sentence, keyring=label, variables=variables)

    async def unlock(self) -> None:
        """Ask the keyring again after a person dismissed its question or its trouble was mended.

        Only for a person's click: it may open a password prompt. Raises `KeyringTrouble`.
        """
        self._questions.may_prompt()
        await self._questions.ask(lambda keyring: keyring.get("kata-desktop", "unlock"))

    def use_memory_only(self, *, on: bool = True) -> None:
        """Keep credentials in memory for this session, because a person chose that; switching it off forgets them."""
        if on and self._memory is None:
            self._memory = {}
            self._tell(VaultChanged(opened=True))
        elif not on:
            self._memory = None

    def close(self) -> None:
        """Let the thread go; a hanging call does not hold up the end."""
        self._questions.close()

    async def _note_name(self, plugin: str, name: str, *, exists: bool) -> bool:
        async with self._names_lock:
            names = set(await self._load_names())
            wanted = names | {(plugin, name)} if exists else names - {(plugin, name)}
            if wanted != names:
                await self._save_names(tuple(sorted(wanted)))
            return wanted != names

    def _credential(self, plugin: str, name: str) -> Credential:
        variable = variable_of(plugin, name)
        if (plugin, name) in (self._memory or {}):
            return Credential(plugin=plugin, name=name, source=CredentialSource.MEMORY)
        if variable in self._variables():
            return Credential(plugin=plugin, name=name, source=CredentialSource.ENVIRONMENT, variable=variable)
        return Credential(plugin=plugin, name=name, source=CredentialSource.KEYRING)

    def _variables(self) -> tuple[str, ...]:
        return tuple(
            sorted(key for key, value in self._environ.items() if key.startswith(ENVIRONMENT_PREFIX) and value)
        )

    def _refuse_environment(self, plugin: str, name: str) -> None:
        if (variable := variable_of(plugin, name)) in self._variables():
            raise FromEnvironment(plugin, name, variable)


def _set_and_read(keyring: Keyring, plugin: str, name: str, value: str) -> str | None:
    keyring.set(plugin, name, value)
    return keyring.get(plugin, name)
