"""What to do when the keyring does not give or take a key: unlock it, or do without it for this session."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, TypeVar, assert_never

from PySide6.QtCore import QCoreApplication

from kata_desktop.credentials.credential import VaultState
from kata_desktop.credentials.errors import FromEnvironment, KeyringTrouble
from kata_desktop.ui.dialogs.question import Question, asked
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from PySide6.QtWidgets import QWidget

    from kata_desktop.credentials.vault import Vault
    from kata_desktop.ui.theme.theme import Theme

T = TypeVar("T")

UNLOCK, MEMORY, CANCEL = "unlock", "memory", "cancel"


class Wanted(enum.Enum):
    """What was to be done with a key; it decides which ways out there are."""

    KEEP = "keep"
    """To store it: memory will do for this session."""
    USE = "use"
    """To read or to forget the one in the keyring: memory has none."""


async def with_keyring(
    do: Callable[[], Awaitable[T]], wanted: Wanted, *, vault: Vault, theme: Theme, parent: QWidget
) -> T:
    """Do something that needs the keyring; where that does not work, ask the person how to go on, and try once more.

    Nothing is written in plain text whatever the answer. Raises what `do` raises, and `KeyringTrouble` when the
    person let it be or unlocking did not help.
    """
    try:
        return await do()
    except FromEnvironment:
        raise
    except KeyringTrouble as trouble:
        answer = await asked(_question(trouble, wanted, vault.state, theme, parent))
        if answer == UNLOCK:
            await vault.unlock()
        elif answer == MEMORY:
            vault.use_memory_only()
        else:
            raise
    return await do()


def _question(trouble: KeyringTrouble, wanted: Wanted, state: VaultState, theme: Theme, parent: QWidget) -> Question:
    words = QCoreApplication.translate
    locked = state is VaultState.LOCKED
    answers = {CANCEL: words("Keyring", "Cancel")}
    match wanted:
        case Wanted.KEEP:
            answers[MEMORY] = words("Keyring", "Keep for this session only")
        case Wanted.USE:
            pass
        case _:
            assert_never(wanted)
    answers[UNLOCK] = words("Keyring", "Unlock…") if locked else words("Keyring", "Try again")
    title = words("Keyring", "Your keyring is locked") if locked else words("Keyring", "The keyring cannot be used")
    return Question(
        theme, title, _text(trouble, wanted, locked=locked), answers, icon="lock", tone=Tone.WARN, primary=UNLOCK,
        parent=parent,
    )  # fmt: skip


def _text(trouble: KeyringTrouble, wanted: Wanted, *, locked: bool) -> str:
    words = QCoreApplication.translate
    what = words("Keyring", "Keys are kept in your system’s keyring.") if locked else trouble.sentence
    if wanted is Wanted.USE:
        return words("Keyring", "{what} Unlocking may ask for its password.").format(what=what) if locked else what
    instead = words(
        "Keyring",
        "Kept for this session only, keys stay in memory and are gone when Kata ends; "
        "those in the keyring are not used until then. They are never written to a file.",
    )
    return f"{what} {instead}"
