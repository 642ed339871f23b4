"""A keyring that is locked until a person answers its question, and a shelf for the names of what is kept."""

from __future__ import annotations

from kata_desktop.credentials.credential import Names
from kata_desktop.credentials.errors import KeyringLocked


class AskingKeyring:
    """Asks for its password whenever something of it is wanted while it is locked.

    Attributes:
        kept: what is in it.
        open: whether it is unlocked.
        answered: whether its question is answered with the right password.
        asked: how often it has asked.
    """

    label = "Test keyring"

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.open = self.answered = False
        self.asked = 0

    def locked(self) -> bool:
        return not self.open

    def get(self, plugin: str, name: str) -> str | None:
        self._ask()
        return self.kept.get((plugin, name))

    def set(self, plugin: str, name: str, value: str) -> None:
        self._ask()
        self.kept[plugin, name] = value

    def delete(self, plugin: str, name: str) -> bool:
        self._ask()
        return self.kept.pop((plugin, name), None) is not None

    def _ask(self) -> None:
        self.asked += not self.open
        self.open = self.open or self.answered
        if not self.open:
            raise KeyringLocked


class Shelf:
    """A place for the names of credentials."""

    def __init__(self) -> None:
        self.names: Names = ()

    async def load(self) -> Names:
        return self.names

    async def save(self, names: Names) -> None:
        self.names = names
