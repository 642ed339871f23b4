"""What windows, socket and command line ask about plugins, channels and conversations; bootstrap hands it over.

Every verb raises the domain's errors, whose sentences are fit for people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from kata_desktop.domain.channel import InboxItem, InboxState, Sender, TargetSuggestion
from kata_desktop.domain.command import CommandResult
from kata_desktop.domain.plugin import PairingStep, PluginRow, SettingValue
from kata_desktop.domain.task import Task


class PluginVerbs(Protocol):
    """Plugins, per workspace. A change is durable when its verb returns; `PluginsChanged` tells what follows."""

    def ids(self) -> tuple[str, ...]:
        """Ids of every bundled plugin, in the order of `rows`. Reads nothing."""
        ...

    async def rows(self, workspace_id: str) -> list[PluginRow]:
        """Every bundled plugin, switched on or not, in a fixed order. Asks no keyring."""
        ...

    async def row(self, workspace_id: str, plugin_id: str) -> PluginRow:
        """One plugin. Raises NotFound."""
        ...

    async def switch(self, workspace_id: str, plugin_id: str, *, on: bool) -> PluginRow:
        """Switch it on or off here, at once; quick changes end in the last one. Raises `Refused` when it cannot be."""
        ...

    async def dependants(self, workspace_id: str, plugin_id: str) -> list[Task]:
        """Active tasks that stop working when it is switched off here."""
        ...

    async def settings(self, workspace_id: str, plugin_id: str) -> Mapping[str, SettingValue]:
        """Every declared setting with its value here."""
        ...

    async def change(self, workspace_id: str, plugin_id: str, values: Mapping[str, str]) -> PluginRow:
        """Set some of its settings from what a person typed (LIST: lines); it is set up again if it is on.

        Raises `InvalidInput` with every refused field; nothing is changed then.
        """
        ...

    async def set_credential(self, workspace_id: str, plugin_id: str, name: str, value: str) -> None:
        """Keep or replace a credential for this workspace; with an empty id for all that have none of their own.

        Where the plugin is on it is set up again. Raises `InvalidInput`, `NotFound`, `Unavailable`.
        """
        ...

    async def remove_credential(self, workspace_id: str, plugin_id: str, name: str) -> None:
        """Forget it; the workspace as for `set_credential`. Raises `NotFound`, `Unavailable`."""
        ...

    async def run_command(
        self, workspace_id: str, plugin_id: str, command: str, on_line: Callable[[str], None] | None = None
    ) -> CommandResult:
        """Run one of its commands by hand, whether it is on or not."""
        ...

    async def restart(self, workspace_id: str, plugin_id: str) -> PluginRow:
        """Stop and start it here: forgets crashes, asks a dismissed keyring again."""
        ...

    async def act(self, workspace_id: str, plugin_id: str, action: str) -> str:
        """Press one of its buttons; returns what to tell the person."""
        ...

    async def check(self, workspace_id: str) -> None:
        """Look at every plugin here anew: connections, credentials, servers."""
        ...

    async def start_pairing(self, workspace_id: str, plugin_id: str, phone_number: str = "") -> None: ...
    async def cancel_pairing(self, workspace_id: str, plugin_id: str) -> None: ...
    def pairing(self, workspace_id: str, plugin_id: str) -> PairingStep | None:
        """Where its linking stands; None when none goes on."""
        ...

    def log_file(self, plugin_id: str) -> Path:
        """Today's log of a plugin; it may not exist yet."""
        ...

    async def log_tail(self, plugin_id: str, lines: int = 200) -> list[str]:
        """The last lines of its newest log."""
        ...


class ChannelVerbs(Protocol):
    """People who write, and what came in."""

    async def senders(self, workspace_id: str, channel: str = "") -> list[Sender]:
        """Everybody the owner decided about or who waits, those who wait first."""
        ...

    async def allow(self, sender: Sender, *, direct: bool, group: bool) -> Sender:
        """Let somebody write; the message that asked is not processed, they write again."""
        ...

    async def block(self, sender: Sender) -> Sender: ...
    async def forget(self, sender: Sender) -> None:
        """As if they had never written."""
        ...

    async def inbox(
        self, workspace_id: str = "", *, states: tuple[InboxState, ...] = (), search: str = "", limit: int = 100,
        offset: int = 0,
    ) -> list[InboxItem]:  # fmt: skip
        """What came in, newest first; all words of `search` are somewhere in it."""
        ...

    async def inbox_counts(self, workspace_id: str, *, search: str = "") -> Mapping[InboxState, int]:
        """How many messages of a workspace with these words are in each state; zeros are left out."""
        ...

    async def targets(self, workspace_id: str) -> list[TargetSuggestion]:
        """Where results may be sent because somebody wrote from there, the last first."""
        ...

    async def retry(self, inbox_id: str) -> InboxItem:
        """Take on a failed message again."""
        ...

    async def reset(self, session_id: str) -> None:
        """Let the conversation of a session begin anew with its next message; what was said stays readable."""
        ...
