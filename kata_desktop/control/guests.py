"""People whom a channel's settings let write, before they ever did."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kata_desktop.control.plugin_services import PluginVerbs
from kata_desktop.domain.channel import Sender, SenderState
from kata_desktop.domain.errors import NotFound, Refused
from kata_desktop.domain.plugin import PluginKind, SettingValue
from kata_desktop.domain.workspace import Workspace

DIRECT, GROUP = "allow", "allow_in_groups"
"""The settings of channels that hold their ids."""


class Guests:
    """Those of the channels of one workspace."""

    def __init__(self, plugins: PluginVerbs, workspace: Workspace) -> None:
        self._plugins = plugins
        self._workspace = workspace

    async def listed(self, channel: str = "", *, but: Collection[Sender] = ()) -> list[Sender]:
        """Everybody whom the settings name, but those about whom the owner decided otherwise."""
        known = {(each.channel, each.id) for each in but}
        rows = await self._plugins.rows(self._workspace.id)
        channels = [row.id for row in rows if row.kind is PluginKind.CHANNEL and channel in {"", row.id}]
        named = {each: await self._plugins.settings(self._workspace.id, each) for each in channels}
        return [
            self._guest(each, ident, settings)
            for each, settings in named.items()
            for ident in dict.fromkeys((*_ids(settings, DIRECT), *_ids(settings, GROUP)))
            if (each, ident) not in known
        ]

    async def allow(self, channel: str, ident: str, *, group: bool) -> Sender:
        """Let somebody write directly, and in groups too if wished.

        Raises `NotFound` for what is no channel or was meant as a pairing code, `InvalidInput` for what is no id.
        """
        settings = await self._settings(channel)
        if _is_like_a_code(ident):
            raise self._nobody(channel, ident, "look at senders list for codes that still hold")
        keys = (DIRECT, GROUP) if group else (DIRECT,)
        wished = {key: _lines((*_ids(settings, key), ident)) for key in keys if ident not in _ids(settings, key)}
        if wished:
            await self._plugins.change(self._workspace.id, channel, wished)
        return self._guest(channel, ident, await self._settings(channel))

    async def forget(self, channel: str, ident: str) -> Sender:
        """Let somebody write no more; returns how it was. Raises `NotFound`."""
        settings = await self._settings(channel)
        wished = {
            key: _lines(tuple(each for each in _ids(settings, key) if each != ident))
            for key in (DIRECT, GROUP)
            if ident in _ids(settings, key)
        }
        if not wished:
            raise self._nobody(channel, ident, "look at senders list to see whom there is")
        await self._plugins.change(self._workspace.id, channel, wished)
        return self._guest(channel, ident, settings)

    async def unblockable(self, channel: str, ident: str) -> Refused | NotFound:
        """Why nobody who has not written can be blocked."""
        settings = await self._settings(channel)
        if ident in {*_ids(settings, DIRECT), *_ids(settings, GROUP)}:
            return Refused(f"“{ident}” has not written yet; senders forget {channel} {ident} takes the leave to write.")
        return self._nobody(channel, ident, "whoever is not allowed is not answered anyway")

    async def _settings(self, channel: str) -> Mapping[str, SettingValue]:
        if (await self._plugins.row(self._workspace.id, channel)).kind is not PluginKind.CHANNEL:
            raise NotFound("channel", channel, f"“{channel}” is no channel; plugin list says which there are.")
        return await self._plugins.settings(self._workspace.id, channel)

    def _guest(self, channel: str, ident: str, settings: Mapping[str, SettingValue]) -> Sender:
        return Sender(
            workspace_id=self._workspace.id,
            channel=channel,
            account="",
            id=ident,
            state=SenderState.ALLOWED,
            direct=ident in _ids(settings, DIRECT),
            group=ident in _ids(settings, GROUP),
        )

    def _nobody(self, channel: str, ident: str, advice: str) -> NotFound:
        who = f"Nobody of {channel} in {self._workspace.name} has asked with the id or code “{ident}”"
        return NotFound("sender", ident, f"{who}; {advice}.")


def _ids(settings: Mapping[str, SettingValue], key: str) -> tuple[str, ...]:
    value = settings.get(key)
    return value if isinstance(value, tuple) else ()


def _lines(ids: tuple[str, ...]) -> str:
    return "\n".join(ids)


def _is_like_a_code(ident: str) -> bool:
    from kata_desktop.channels.policy import CODE_LENGTH, CODE_LETTERS  # most commands are about others

    return len(ident) == CODE_LENGTH and not ident.isdigit() and set(ident.upper()) <= set(CODE_LETTERS)
