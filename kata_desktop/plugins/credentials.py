"""A plugin's credentials in one workspace: its own names only, values never kept here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kata_desktop.domain.errors import Bug, FieldError, InvalidInput
from kata_desktop.domain.plugin import CredentialSpec, CredentialStatus

if TYPE_CHECKING:  # the keyring's room is entered by bootstrap alone
    from collections.abc import Callable

    from kata_desktop.credentials.vault import Vault
    from kata_desktop.plugins.manifest import Manifest


@dataclass(frozen=True, kw_only=True)
class BoundCredentials:
    """Bound to one workspace and plugin; see `CredentialsView`.

    A value is looked for under the workspace first, then under the plugin alone: that is where the command line keeps
    one without ``--workspace``, and where the environment gives one.
    """

    workspace_id: str
    """Empty for what holds in every workspace that has none of its own."""
    manifest: Manifest
    vault: Callable[[], Vault]

    async def get(self, name: str) -> str | None:
        """Return the value; None when there is none. Raises `Unavailable`, and `Bug` for an undeclared name."""
        self._declared(name)
        holder, _ = await self._holder(name)
        return await self.vault().get(holder, name) if holder else None

    async def status(self) -> tuple[CredentialStatus, ...]:
        """Which are there; asks no keyring."""
        found = []
        for spec in self.manifest.credentials:
            holder, source = await self._holder(spec.name)
            found.append(CredentialStatus(spec=spec, present=bool(holder), source=source))
        return tuple(found)

    async def missing(self) -> tuple[CredentialSpec, ...]:
        """Required ones that are not there; asks no keyring."""
        return tuple(each.spec for each in await self.status() if each.spec.required and not each.present)

    async def probe(self) -> None:
        """Ask for every one that is there, so that a locked keyring shows now. Raises `Unavailable`."""
        for each in await self.status():
            if each.present:
                await self.get(each.spec.name)

    async def set(self, name: str, value: str) -> None:
        """Keep or replace a value for this workspace. Raises `InvalidInput`, `Unavailable`."""
        spec = self._known(name)
        value = value.strip()
        if spec.prefix and not value.startswith(spec.prefix):
            reason = f"It must begin with {spec.prefix}"
            raise InvalidInput(FieldError(field=name, label=spec.label, reason=reason, example=f"{spec.prefix}…"))
        await self.vault().set(self._own, name, value)

    async def remove(self, name: str) -> bool:
        """Forget a value, wherever it is kept; False when there was none. Raises `Unavailable`."""
        self._known(name)
        holder, _ = await self._holder(name)
        return await self.vault().delete(holder, name) if holder else False

    @property
    def _own(self) -> str:
        return f"{self.workspace_id}/{self.manifest.id}" if self.workspace_id else self.manifest.id

    async def _holder(self, name: str) -> tuple[str, str]:
        """Under whose name a value is kept and where; both empty when there is none. Asks no keyring."""
        for holder in dict.fromkeys((self._own, self.manifest.id)):
            if (source := await self.vault().source_of(holder, name)) is not None:
                return holder, source.value
        return "", ""

    def _declared(self, name: str) -> CredentialSpec:
        if (spec := self.manifest.credential(name)) is None:
            raise Bug(f"{self.manifest.id} asked for the credential {name!r}, which its manifest does not declare")
        return spec

    def _known(self, name: str) -> CredentialSpec:
        if (spec := self.manifest.credential(name)) is None:
            offered = ", ".join(each.name for each in self.manifest.credentials) or "none"
            reason = f"{self.manifest.name} has no credential of that name; there is {offered}"
            raise InvalidInput(FieldError(field=name, label="Credential", reason=reason))
        return spec
