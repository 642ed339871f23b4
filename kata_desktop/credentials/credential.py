"""The words of this room: a credential, where it comes from and how things stand with the keyring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kata_desktop.domain.errors import FieldError, InvalidInput

ENVIRONMENT_PREFIX = "KATA_CREDENTIAL_"
LONGEST_VALUE = 65_536

Names = tuple[tuple[str, str], ...]
"""Pairs of plugin and name, sorted: what exists, never the values."""


class VaultState(StrEnum):
    """How things stand with the keyring, as far as the last call showed."""

    UNTRIED = "untried"
    """Nobody asked yet."""
    AVAILABLE = "available"
    """It answered."""
    LOCKED = "locked"
    """A person dismissed its question; it is not asked again until a person wants that or it is open."""
    MISSING = "missing"
    """There is none that may be used."""
    SILENT = "silent"
    """It took a call and does not answer; calls fail at once until it does."""
    FAILING = "failing"
    """It answers with errors."""
    MEMORY = "memory-only"
    """A person chose to keep credentials in memory for this session."""


class CredentialSource(StrEnum):
    """Where a credential's value comes from."""

    KEYRING = "keyring"
    """The system's keyring."""
    ENVIRONMENT = "environment"
    """A variable; read-only."""
    MEMORY = "memory"
    """This session's memory; gone at the end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Credential:
    """That a credential exists; its value is not told."""

    plugin: str
    """Empty for an environment variable that fits no known credential."""
    name: str
    source: CredentialSource
    variable: str = ""
    """The environment variable, when that is the source."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VaultReport:
    """What ``doctor`` says about credentials."""

    state: VaultState
    sentence: str
    keyring: str = ""
    """Name of the keyring in use; empty when there is none."""
    variables: tuple[str, ...] = ()
    """Environment variables that give credentials."""


class Keyring(Protocol):
    """A keyring as the vault uses it, from one thread; every method may block and raises `KeyringTrouble`."""

    @property
    def label(self) -> str: ...
    def get(self, plugin: str, name: str) -> str | None: ...
    def set(self, plugin: str, name: str, value: str) -> None: ...
    def delete(self, plugin: str, name: str) -> bool: ...
    def locked(self) -> bool | None: ...


def variable_of(plugin: str, name: str) -> str:
    """Return the environment variable for a credential: upper case, everything but A–Z and 0–9 as ``_``."""
    return ENVIRONMENT_PREFIX + re.sub(r"[^A-Z0-9]", "_", f"{plugin}_{name}".upper())


def check(plugin: str, name: str, value: str) -> None:
    """Refuse what no keyring should be asked to keep. Raises InvalidInput; the value is not told."""
    for field, label, text in (("plugin", "Plugin", plugin), ("name", "Name", name)):
        if not text.strip() or not text.isprintable() or len(text) > 200:
            reason = "Printable characters are needed, at most 200"
            raise InvalidInput(FieldError(field=field, label=label, reason=reason, example="api_key"))
    if not value or "\0" in value or len(value) > LONGEST_VALUE:
        reason = f"It must not be empty, hold a NUL or be longer than {LONGEST_VALUE:,} characters"
        raise InvalidInput(FieldError(field="value", label="Value", reason=reason))
