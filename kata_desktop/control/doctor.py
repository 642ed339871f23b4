"""Looks at everything Kata depends on and says what is wrong and how to mend it; works without a running app."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kata_desktop.control.desktop_checks import check_display, check_notifications, check_tray
from kata_desktop.control.findings import Finding, ok, problem
from kata_desktop.control.whatsapp_check import check_whatsapp
from kata_desktop.credentials.credential import Names, VaultReport, VaultState, variable_of
from kata_desktop.credentials.vault import Vault
from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.model import REMINDER_MODEL, Provider
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import credentials, models
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreTrouble
from kata_desktop.store.header import APPLICATION_ID, read_header
from kata_desktop.store.migrations.runner import LATEST

LEAST_FREE = 200 * 1024 * 1024
"""Bytes; below that a backup or a busy day may not fit."""
KEYRING_LIMIT = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Examination:
    """What is looked at, and with which eyes."""

    paths: Paths
    clock: Clock
    trouble: str = ""
    """What the running app says about its store; empty when it is content or does not run."""
    refused: str = ""
    """Why the data folder cannot be used by anybody, one sentence; empty when it can."""
    environ: Mapping[str, str]

    def findings(self) -> list[Finding]:
        """Look at everything; takes seconds at most, changes nothing, raises nothing."""
        return [
            self._keyring(),
            check_tray(self.environ),
            check_notifications(self.environ),
            check_display(self.environ),
            *self._store_and_model(),
            self._clock(),
            self._disk(),
        ]

    def _keyring(self) -> Finding:
        report = asyncio.run(_vault_report(self.environ))
        if report.state is VaultState.AVAILABLE:
            return ok("keyring", report.sentence)
        fix = "start a keyring such as GNOME Keyring or KWallet and unlock it"
        if report.variables:
            return ok("keyring", f"{report.sentence} Source in use: the environment ({', '.join(report.variables)}).")
        return problem("keyring", report.sentence, f"{fix}, or set KATA_CREDENTIAL_<PLUGIN>_<NAME> on a server")

    def _store_and_model(self) -> list[Finding]:
        path = self.paths.store
        if self.refused:
            return [problem("store", self.refused, "put that right and look again")]
        if self.trouble:
            return [problem("store", self.trouble, "free some space or check the disk; it goes on by itself")]
        if not path.exists():
            return [ok("store", f"None yet in {self.paths.data_dir}; the first start makes one.")]
        try:
            header = read_header(path)
            if header is None or header.application_id != APPLICATION_ID:
                return [problem("store", f"{path} is damaged.", "start Kata: it restores the newest backup")]
            if header.user_version > LATEST:
                return [problem("store", f"A newer Kata wrote {path}.", "install the newer version again")]
            return self._opened(path)
        except (OSError, StoreTrouble) as error:
            return [problem("store", str(error), "close the program that holds it, or check the disk")]

    def _opened(self, path: Path) -> list[Finding]:
        connection = Connection(path, patience=1.0, read_only=True)
        try:
            verdict = connection.value("PRAGMA quick_check(1)")
            if verdict != "ok":
                return [problem("store", f"{path} is damaged ({verdict}).", "start Kata: it restores a backup")]
            tasks = connection.value("SELECT count(*) FROM tasks WHERE state != 'deleted'")
            store = ok("store", f"{path}, {tasks:,} task{'s' * (tasks != 1)}, undamaged.")
            whatsapp = check_whatsapp(self.paths, connection)
            return [store, self._model(connection), *([whatsapp] if whatsapp is not None else [])]
        finally:
            connection.close()

    def _model(self, connection: Connection) -> Finding:
        default = models.default(connection)
        if default is None:
            sentence = f"Only the built-in {REMINDER_MODEL}: prompts are delivered as they are, nobody answers them."
            return ok("model", sentence, "kata-desktop model add NAME --provider openai, then credential set")
        known = set(credentials.names(connection))
        needs_key = default.provider is not Provider.REMINDER and not default.base_url
        if needs_key and (f"model:{default.name}", "api_key") not in known and not self._in_environment(default.name):
            fix = f"kata-desktop credential set “model:{default.name}” api_key"
            return problem("model", f"The default model {default.name} has no key.", fix)
        return ok("model", f"{default.name} ({default.provider.value}) is the default; “model test” asks it.")

    def _in_environment(self, name: str) -> bool:
        return bool(self.environ.get(variable_of(f"model:{name}", "api_key")))

    def _clock(self) -> Finding:
        now, zone = self.clock.now(), self.clock.zone_name()
        written = self.paths.store.stat().st_mtime if self.paths.store.exists() else 0.0
        if now.timestamp() < written - 60:
            return problem("clock", "The clock is behind the last change of Kata's data.", "set the computer's clock")
        return ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, time zone {zone}.")

    def _disk(self) -> Finding:
        folder = next(each for each in (self.paths.data_dir, *self.paths.data_dir.parents) if each.exists())
        if not os.access(folder, os.W_OK):
            return problem("disk", f"{folder} cannot be written.", "give your user the right, or use --data-dir")
        free = shutil.disk_usage(folder).free
        sentence = f"{free / 1e9:.1f} GB free for {self.paths.data_dir}."
        return ok("disk", sentence) if free >= LEAST_FREE else problem("disk", sentence, "free some space")


async def _vault_report(environ: Mapping[str, str]) -> VaultReport:
    vault = Vault(
        load_names=_no_names, save_names=_keep_nothing, on_secret=_forget, environ=environ, limit=KEYRING_LIMIT
    )
    try:
        return await vault.source()
    finally:
        vault.close()


async def _no_names() -> Names:
    return ()


async def _keep_nothing(_: Names) -> None:
    """Looking stores nothing."""


def _forget(_: str) -> None:
    """Looking learns no secret."""
