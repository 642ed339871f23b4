"""The system's keyring, reached synchronously; the only file that knows the keyring library."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import keyring.backends.kwallet
import keyring.backends.macOS
import keyring.backends.SecretService
import keyring.backends.Windows
from keyring.backend import KeyringBackend

from kata_desktop.credentials.errors import KeyringFailed, KeyringLocked, KeyringMissing, KeyringTrouble


class SecretService(keyring.backends.SecretService.Keyring):
    """The library's own way, except that a connection is closed when something goes wrong.

    WORKAROUND: keyring 25.7 leaves the socket open when the keyring is locked or fails. Goes when it closes it.
    """

    def get_preferred_collection(self) -> Any:
        """Open the default collection; a locked one asks the person for its password."""
        import secretstorage  # is there on Linux only

        connection = secretstorage.dbus_init()
        try:
            collection = secretstorage.get_default_collection(connection)
            if collection.is_locked():
                collection.unlock()
                if collection.is_locked():
                    raise KeyringLocked
        except BaseException:
            connection.close()
            raise
        return collection


ALLOWED: tuple[tuple[type[KeyringBackend], str], ...] = (
    (keyring.backends.macOS.Keyring, "macOS Keychain"),
    (keyring.backends.Windows.WinVaultKeyring, "Windows Credential Manager"),
    (keyring.backends.kwallet.DBusKeyring, "KWallet"),
    (SecretService, "Secret Service"),
)
"""Stores that encrypt. Anything else that may be installed or configured (plain files, null, fail) is never used."""

_PREFIX = "kata-desktop"


class SystemKeyring:
    """One allowed keyring. Every method may block for as long as the keyring likes: call it in a thread.

    All methods raise `KeyringTrouble`.
    """

    def __init__(self, backend: KeyringBackend, label: str) -> None:
        self._backend = backend
        self.label = label
        """What a person calls it, such as "Secret Service"."""

    def get(self, plugin: str, name: str) -> str | None:
        """Return the value, None when there is none. A locked keyring asks the person for its password."""
        try:
            return self._backend.get_password(_service(plugin), name)
        except Exception as error:
            raise _translated(error) from error

    def set(self, plugin: str, name: str, value: str) -> None:
        """Store the value."""
        try:
            self._backend.set_password(_service(plugin), name, value)
        except Exception as error:
            raise _translated(error) from error

    def delete(self, plugin: str, name: str) -> bool:
        """Remove the value; False when there was none."""
        try:
            if self._backend.get_password(_service(plugin), name) is None:
                return False
            self._backend.delete_password(_service(plugin), name)
        except Exception as error:
            raise _translated(error) from error
        return True

    def locked(self) -> bool | None:
        """Tell whether it is locked, without asking anybody for a password; None where that cannot be known."""
        if not isinstance(self._backend, SecretService):
            return None
        import secretstorage  # is there on Linux only

        try:
            with closing(secretstorage.dbus_init()) as connection:
                return bool(secretstorage.Collection(connection).is_locked())
        except secretstorage.ItemNotFoundException:
            return False  # it has no default collection yet, so the first value makes one
        except Exception as error:
            raise _translated(error) from error


def find_keyring() -> SystemKeyring:
    """Return the best allowed keyring that is there now; a keyring that appears later is found by asking again.

    Raises:
        KeyringMissing: there is none.
    """
    found = []
    for kind, label in ALLOWED:
        try:
            found.append((float(kind.priority), label, kind))
        except Exception:  # noqa: BLE001, S112 - the library says "not here" by whatever its import or connection raised
            continue
    if not found:
        raise KeyringMissing
    _, label, kind = max(found, key=lambda entry: entry[0])
    return SystemKeyring(kind(), label)


def _service(plugin: str) -> str:
    return f"{_PREFIX}:{plugin}"


def _translated(error: Exception) -> KeyringTrouble:
    """Six systems, each with errors of its own: told apart once, here. The texts carry no values."""
    match type(error).__name__:
        case "KeyringLocked" | "LockedException" | "PromptDismissedException":
            return KeyringLocked()
        case "SecretServiceNotAvailableException" | "NoKeyringError" | "InitError":
            return KeyringMissing(_short(error))
        case _ if isinstance(error, OSError | EOFError):
            return KeyringMissing(_short(error))
        case _:
            return KeyringFailed(_short(error))


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:200] or type(error).__name__
