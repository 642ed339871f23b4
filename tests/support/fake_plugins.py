"""Plugins and people without an engine behind them: they keep what they are told, refuse as they are told, and tell
the bus, as the real ones do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kata_desktop.domain.channel import InboxItem, InboxState, Sender, SenderState
from kata_desktop.domain.command import CommandResult
from kata_desktop.domain.errors import FieldError, InvalidInput, NotFound, Refused
from kata_desktop.domain.events import PairingChanged, PluginsChanged, SendersChanged
from kata_desktop.domain.plugin import (
    CredentialSpec,
    CredentialStatus,
    PairingStep,
    PluginAction,
    PluginKind,
    PluginRow,
    PluginState,
    SettingSpec,
    SettingType,
    SettingValue,
)
from kata_desktop.domain.task import Task
from kata_desktop.plugins.setting_values import empty_value, typed_value
from kata_desktop.runtime.bus import EventBus

CHECKED = datetime(2026, 3, 24, 8, 12, tzinfo=UTC)
BOT = CredentialSpec(
    name="bot_token", label="Bot token", prefix="xoxb-", help="OAuth & Permissions: Bot User OAuth Token."
)
APP = CredentialSpec(name="app_token", label="App token", prefix="xapp-", help="Basic Information, App-Level Tokens.")
PASSWORD = CredentialSpec(name="password", label="Password")
GITHUB = CredentialSpec(name="token", label="Access token", prefix="ghp_")
FEEDS = SettingSpec(key="feeds", label="Feeds", type=SettingType.LIST, help="One address a line.",
                    example="https://example.org/feed.xml")  # fmt: skip
EVERY_TYPE = (
    SettingSpec(key="place", label="Place", required=True, example="#general", help="Where results go."),
    SettingSpec(key="notes", label="Notes", type=SettingType.LONG_TEXT),
    SettingSpec(key="most", label="At most", type=SettingType.NUMBER, default=7, least=1, most=90, example="7"),
    SettingSpec(key="pairing", label="Strangers may ask to be let in", type=SettingType.SWITCH, default=False,
                help="Somebody who is not on the list gets a code, and you decide."),
    SettingSpec(key="write", label="Write", type=SettingType.CHOICE, choices=("markdown", "json", "both"),
                default="markdown"),
    SettingSpec(key="allow", label="May write directly", type=SettingType.LIST, default=(), example="U0123456789",
                help="Ids of people whose direct messages are answered, one a line."),
    SettingSpec(key="folder", label="Start in", type=SettingType.FOLDER, example="/srv/notes"),
    SettingSpec(key="every", label="Look every", type=SettingType.DURATION, default="30m", example="30m"),
)  # fmt: skip
SLACK_ACTIONS = tuple(
    PluginAction(id=ident, label=label)
    for ident, label in (
        ("test", "Test connection"), ("channels", "List channels"), ("test-message", "Send test message"),
        ("app-manifest", "Show app manifest"), ("new-app", "Create the app in Slack"),
    )
)  # fmt: skip


def plugin(
    ident: str, name: str, kind: PluginKind, state: PluginState = PluginState.READY, **more: object
) -> PluginRow:
    """A row in the workspace ``ws_acme``; fields of it by name."""
    facts: dict[str, object] = {
        "id": ident, "workspace_id": "ws_acme", "name": name, "version": "1.0", "description": f"{name} for tests",
        "icon": "plug", "kind": kind, "on": state is not PluginState.OFF, "state": state,
    }  # fmt: skip
    return PluginRow(**(facts | more))  # type: ignore[arg-type]


def kept(*specs: CredentialSpec, present: bool = True) -> tuple[CredentialStatus, ...]:
    """Credentials that are all in the keyring, or all missing."""
    return tuple(CredentialStatus(spec=spec, present=present, source="keyring" if present else "") for spec in specs)


def morning_rows() -> list[PluginRow]:
    """One plugin for every sort of state, on the morning that the pictures show."""
    channel, tool, server = PluginKind.CHANNEL, PluginKind.TOOL, PluginKind.SERVER
    return [
        plugin("slack", "Slack", channel, icon="hash", sentence="Connected as @kata in Acme.", tasks=3, chosen=True,
               description="Post results, answer mentions and direct messages", credentials=kept(BOT, APP),
               settings=EVERY_TYPE, actions=SLACK_ACTIONS, checked_at=CHECKED),
        plugin("whatsapp", "WhatsApp", channel, PluginState.NEEDS_PAIRING, icon="message-circle", chosen=True,
               description="Send results to yourself or a chat you choose", settings=EVERY_TYPE[-3:-2],
               actions=(PluginAction(id="pair", label="Pair phone…"),)),
        plugin("github", "GitHub", tool, PluginState.REJECTED, icon="git-pull-request", chosen=True, tasks=1,
               description="Read repositories, comment on pull requests", credentials=kept(GITHUB),
               sentence="GitHub refused the token; it may have expired."),
        plugin("calendar", "Calendar", tool, icon="calendar", description="Read your agenda from a CalDAV account",
               credentials=kept(PASSWORD), chosen=True),
        plugin("rss", "RSS and Atom", tool, icon="rss", settings=(FEEDS,),
               description="Tells what is new in feeds, so that tasks can react"),
        plugin("history", "Browser history", tool, PluginState.OFF, icon="history", commands=("get", "process", "push"),
               description="Writes what you read on the web into a file a day", settings=EVERY_TYPE[2:3]),
        plugin("matrix", "Matrix", channel, PluginState.NEEDS_SETUP, icon="grid-2x2", credentials=kept(PASSWORD,
               present=False), description="Answer in rooms and direct messages", settings=EVERY_TYPE[:1],
               sentence="Enter its “Password”."),
        plugin("service", "Local service", server, PluginState.CRASHED, icon="server", chosen=True,
               description="Keeps a program of yours running", settings=EVERY_TYPE[:1],
               sentence="It crashed five times in quick succession (exit code 1)."),
    ]  # fmt: skip


class FakePlugins:
    """Implements `PluginVerbs`.

    Attributes:
        calls: what was asked for, in order.
        gate: switching, commands and the start of a linking wait for it; open at first.
        refusals: sentences with which switching a plugin is refused, by its id.
        answers: what actions say, by their id; an exception is raised.
        tasks: what depends on a plugin, by its id.
        lines: of every log.
        numbers: phone numbers given to the linking.
    """

    def __init__(self, bus: EventBus, rows: list[PluginRow], folder: Path, workspaces: tuple[str, ...] = ("ws_acme",)):
        self._bus = bus
        self._folder = folder
        self._order = tuple(row.id for row in rows)
        self._rows = {(place, row.id): replace(row, workspace_id=place) for place in workspaces for row in rows}
        self._values: dict[tuple[str, str], dict[str, SettingValue]] = {}
        self._secrets: dict[tuple[str, str, str], str] = {}
        self._step: PairingStep | None = None
        self.calls: list[tuple[object, ...]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.refusals: dict[str, str] = {}
        self.answers: dict[str, str | Exception] = {}
        self.tasks: dict[str, list[Task]] = {}
        self.lines: list[str] = []
        self.numbers: list[str] = []

    # -- in the hands of a test

    def put(self, plugin_id: str, workspace_id: str = "ws_acme", **facts: object) -> None:
        """Something about a plugin is different now."""
        self._rows[workspace_id, plugin_id] = replace(self._rows[workspace_id, plugin_id], **facts)  # type: ignore[arg-type]
        self._tell(workspace_id, plugin_id)

    def pair_to(self, step: PairingStep | None, plugin_id: str = "whatsapp") -> None:
        """The linking got on."""
        self._step = step
        self._bus.publish(PairingChanged(workspace_id="ws_acme", plugin_id=plugin_id))

    def kept(self, plugin_id: str, name: str) -> str:
        """What the keyring holds; empty for nothing."""
        return self._secrets.get(("ws_acme", plugin_id, name), "")

    # -- what windows ask

    def ids(self) -> tuple[str, ...]:
        return self._order

    async def rows(self, workspace_id: str) -> list[PluginRow]:
        found = [self._rows[workspace_id, ident] for ident in self._order]
        for _ in range(4):  # what was read may be old when it arrives
            await asyncio.sleep(0)
        return found

    async def row(self, workspace_id: str, plugin_id: str) -> PluginRow:
        if (workspace_id, plugin_id) not in self._rows:
            raise NotFound("plugin", plugin_id)
        return self._rows[workspace_id, plugin_id]

    async def switch(self, workspace_id: str, plugin_id: str, *, on: bool) -> PluginRow:
        self.calls.append(("switch", workspace_id, plugin_id, on))
        await self.gate.wait()
        if (why := self.refusals.get(plugin_id)) is not None:
            raise Refused(why)
        state = PluginState.READY if on else PluginState.OFF
        self.put(plugin_id, workspace_id, on=on, state=state, chosen=True, sentence="")
        return await self.row(workspace_id, plugin_id)

    async def dependants(self, workspace_id: str, plugin_id: str) -> list[Task]:
        self.calls.append(("dependants", workspace_id, plugin_id))
        return self.tasks.get(plugin_id, [])

    async def settings(self, workspace_id: str, plugin_id: str) -> Mapping[str, SettingValue]:
        row = await self.row(workspace_id, plugin_id)
        given = self._values.get((workspace_id, plugin_id), {})
        return {spec.key: given.get(spec.key, spec.default or empty_value(spec)) for spec in row.settings}

    async def change(self, workspace_id: str, plugin_id: str, values: Mapping[str, str]) -> PluginRow:
        self.calls.append(("change", workspace_id, plugin_id, dict(values)))
        row = await self.row(workspace_id, plugin_id)
        checked: dict[str, SettingValue] = {}
        errors: list[FieldError] = []
        for spec in row.settings:
            if spec.key in values:
                try:
                    checked[spec.key] = typed_value(spec, values[spec.key])
                except InvalidInput as error:
                    errors.extend(error.errors)
        if errors:
            raise InvalidInput(*errors)
        self._values.setdefault((workspace_id, plugin_id), {}).update(checked)
        self.put(plugin_id, workspace_id, checked_at=None)
        return row

    async def set_credential(self, workspace_id: str, plugin_id: str, name: str, value: str) -> None:
        self.calls.append(("set_credential", workspace_id, plugin_id, name))
        row = await self.row(workspace_id, plugin_id)
        spec = next(each.spec for each in row.credentials if each.spec.name == name)
        if not value.startswith(spec.prefix):
            raise InvalidInput(FieldError(field=name, label=spec.label, reason=f"It must begin with {spec.prefix}"))
        self._secrets[workspace_id, plugin_id, name] = value
        self._put_credential(row, name, present=True)

    async def remove_credential(self, workspace_id: str, plugin_id: str, name: str) -> None:
        self._secrets.pop((workspace_id, plugin_id, name), None)
        self._put_credential(await self.row(workspace_id, plugin_id), name, present=False)

    async def run_command(
        self, workspace_id: str, plugin_id: str, command: str, on_line: Callable[[str], None] | None = None
    ) -> CommandResult:
        self.calls.append(("run", workspace_id, plugin_id, command))
        for line in self.lines:
            if on_line is not None:
                on_line(line)
        await self.gate.wait()
        return CommandResult(exit_code=0 if command == "get" else 2, output="\n".join(self.lines), seconds=1.5)

    async def restart(self, workspace_id: str, plugin_id: str) -> PluginRow:
        self.calls.append(("restart", workspace_id, plugin_id))
        self.put(plugin_id, workspace_id, state=PluginState.READY, sentence="")
        return await self.row(workspace_id, plugin_id)

    async def act(self, workspace_id: str, plugin_id: str, action: str) -> str:
        self.calls.append(("act", workspace_id, plugin_id, action))
        await asyncio.sleep(0)
        answer = self.answers.get(action, "Done.")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def check(self, workspace_id: str) -> None:
        self.calls.append(("check", workspace_id))

    async def start_pairing(self, workspace_id: str, plugin_id: str, phone_number: str = "") -> None:
        self.calls.append(("start_pairing", workspace_id, plugin_id))
        self.numbers.append(phone_number)
        await self.gate.wait()
        if isinstance(refusal := self.answers.get("start_pairing"), Exception):
            raise refusal

    async def cancel_pairing(self, workspace_id: str, plugin_id: str) -> None:
        self.calls.append(("cancel_pairing", workspace_id, plugin_id))
        self._step = None

    def pairing(self, workspace_id: str, plugin_id: str) -> PairingStep | None:
        return self._step if (workspace_id, plugin_id) in self._rows else None

    def log_file(self, plugin_id: str) -> Path:
        return self._folder / f"{plugin_id}.log"

    async def log_tail(self, plugin_id: str, lines: int = 200) -> list[str]:
        return self.lines[-lines:] if plugin_id in self._order else []

    # -- how

    def _put_credential(self, row: PluginRow, name: str, *, present: bool) -> None:
        source = "keyring" if present else ""
        credentials = tuple(
            replace(each, present=present, source=source) if each.spec.name == name else each
            for each in row.credentials
        )
        self.put(row.id, row.workspace_id, credentials=credentials, checked_at=None)

    def _tell(self, workspace_id: str, plugin_id: str) -> None:
        self._bus.publish(PluginsChanged(workspace_id=workspace_id, plugin_id=plugin_id))


def asks(ident: str, name: str, code: str, **more: object) -> Sender:
    """Somebody who waits to be let in on Slack."""
    facts: dict[str, object] = {
        "workspace_id": "ws_acme", "channel": "slack", "account": "T1/U0", "id": ident, "name": name, "code": code,
        "state": SenderState.PENDING, "expires_at": CHECKED + timedelta(hours=3), "created_at": CHECKED,
    }  # fmt: skip
    return Sender(**(facts | more))  # type: ignore[arg-type]


class FakeChannels:
    """Implements `ChannelVerbs` as far as people go; nothing comes in by itself.

    Attributes:
        people: everybody who wrote.
    """

    def __init__(self, bus: EventBus, people: list[Sender]) -> None:
        self._bus = bus
        self.people = people

    def wrote(self, sender: Sender) -> None:
        """Somebody new asks."""
        self.people.append(sender)
        self._tell(sender)

    async def senders(self, workspace_id: str, channel: str = "") -> list[Sender]:
        found = [each for each in self.people if each.workspace_id == workspace_id and channel in ("", each.channel)]
        return sorted(found, key=lambda each: each.state is not SenderState.PENDING)

    async def allow(self, sender: Sender, *, direct: bool, group: bool) -> Sender:
        return self._decided(sender, SenderState.ALLOWED, direct=direct, group=group)

    async def block(self, sender: Sender) -> Sender:
        return self._decided(sender, SenderState.BLOCKED, direct=False, group=False)

    async def forget(self, sender: Sender) -> None:
        self.people = [each for each in self.people if each.id != sender.id]
        self._tell(sender)

    async def inbox(
        self, workspace_id: str = "", *, states: tuple[InboxState, ...] = (), search: str = "", limit: int = 100,
        offset: int = 0,
    ) -> list[InboxItem]:  # fmt: skip
        raise NotFound("inbox", f"{workspace_id} {states} {search} {limit} {offset}")

    async def retry(self, inbox_id: str) -> InboxItem:
        raise NotFound("message", inbox_id)

    async def reset(self, session_id: str) -> None:
        raise NotFound("session", session_id)

    def _decided(self, sender: Sender, state: SenderState, *, direct: bool, group: bool) -> Sender:
        decided = replace(sender, state=state, direct=direct, group=group, code="", expires_at=None)
        self.people = [each for each in self.people if each.id != sender.id] + [decided]
        self._tell(sender)
        return decided

    def _tell(self, sender: Sender) -> None:
        self._bus.publish(SendersChanged(workspace_id=sender.workspace_id, channel=sender.channel))
