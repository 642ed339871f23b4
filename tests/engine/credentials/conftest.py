from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kata_desktop.credentials.credential import Names
from kata_desktop.credentials.vault import Vault
from tests.support.private_home import private_environment
from tests.support.session_bus import GnomeKeyring, SessionBus


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    """A session bus that this process uses too; there is no keyring on it."""
    place = Path(tempfile.mkdtemp(prefix="kr-", dir="/tmp"))
    session = SessionBus(place, private_environment(tmp_path / "home"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session.address)
    yield session
    session.close()
    shutil.rmtree(place)


@pytest.fixture
def gnome_keyring(session: SessionBus) -> Iterator[GnomeKeyring]:
    """A real, unlocked keyring."""
    gnome_keyring = GnomeKeyring(session)
    yield gnome_keyring
    gnome_keyring.close()


@dataclass
class Surroundings:
    """What the vault is given: a place for names, the log's redactor and the environment."""

    names: Names = ()
    secrets: list[str] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)

    async def load(self) -> Names:
        return self.names

    async def save(self, names: Names) -> None:
        self.names = names

    def vault(self, *, limit: float = 10.0) -> Vault:
        return Vault(
            load_names=self.load,
            save_names=self.save,
            on_secret=self.secrets.append,
            environ=self.environ,
            limit=limit,
        )


@pytest.fixture
def around() -> Surroundings:
    return Surroundings()


@pytest.fixture
async def vault(around: Surroundings) -> AsyncIterator[Vault]:
    vault = around.vault()
    yield vault
    vault.close()
