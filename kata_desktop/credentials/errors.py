"""What can be wrong with the keyring, each with its sentence."""

from __future__ import annotations

from kata_desktop.domain.errors import Unavailable

INSTEAD = "or keep credentials in memory for this session only (Settings, Models)"


class KeyringTrouble(Unavailable):
    """Base: a credential could not be read or kept."""


class KeyringMissing(KeyringTrouble):
    """No keyring that may be used."""

    def __init__(self, why: str = "") -> None:
        detail = f" ({why})" if why else ""
        super().__init__(
            f"There is no keyring to keep credentials in{detail}; "
            f"start one such as GNOME Keyring or KWallet, {INSTEAD}, "
            "or on a server set KATA_CREDENTIAL_<PLUGIN>_<NAME> for Kata's process."
        )


class KeyringLocked(KeyringTrouble):
    """The keyring is locked, and the question for its password was dismissed or nobody can be asked."""

    def __init__(self) -> None:
        super().__init__(f"The keyring is locked; unlock it and try again, {INSTEAD}.")


class KeyringSilent(KeyringTrouble):
    """The keyring did not answer within the limit, and has not since."""

    def __init__(self, limit: float) -> None:
        super().__init__(
            f"The keyring does not answer (not within {limit:g} s); "
            "look for a window that asks for its password, or log out and in again if it hangs."
        )


class KeyringFailed(KeyringTrouble):
    """The keyring answered with an error of its own."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The keyring refused ({why}); look whether it works in other programs and try again.")


class NotKept(KeyringTrouble):
    """The keyring said that it stored a value, but does not give the same value back."""

    def __init__(self, plugin: str, name: str) -> None:
        super().__init__(
            f"The keyring did not keep “{name}” of “{plugin}”: reading it back gave something else; "
            f"try another keyring, {INSTEAD}."
        )


class FromEnvironment(KeyringTrouble):
    """A credential that comes from the environment can only be changed there."""

    def __init__(self, plugin: str, name: str, variable: str) -> None:
        super().__init__(
            f"“{name}” of “{plugin}” comes from the environment variable {variable}; change or remove it there."
        )
