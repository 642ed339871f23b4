"""Plugins, senders and incoming messages as JSON: a stable contract, see the documentation of the command line."""

from __future__ import annotations

from collections.abc import Sequence

from kata_desktop.control.shapes import Shape, time_text
from kata_desktop.domain.channel import InboxItem, Sender
from kata_desktop.domain.command import CommandResult, ServerStatus
from kata_desktop.domain.plugin import CredentialStatus, PairingStep, PluginRow, SettingValue
from kata_desktop.domain.task import Task


def plugin_shape(row: PluginRow, workspace: str) -> Shape:
    """A plugin in a workspace, as a list shows it."""
    return {
        "id": row.id,
        "name": row.name,
        "version": row.version,
        "kind": row.kind.value,
        "workspace": workspace,
        "on": row.on,
        "state": row.state.value,
        "sentence": row.sentence,
    }


def plugin_details(
    row: PluginRow, workspace: str, settings: dict[str, SettingValue], given_up: Sequence[Task]
) -> Shape:
    """Everything about a plugin in a workspace; credentials by name and source, never by value.

    `given_up` are its tasks that were paused for failing.
    """
    return {
        **plugin_shape(row, workspace),
        "description": row.description,
        "capabilities": list(row.capabilities),
        "settings": {key: list(value) if isinstance(value, tuple) else value for key, value in settings.items()},
        "credentials": [_credential_shape(each) for each in row.credentials],
        "commands": list(row.commands),
        "actions": [each.id for each in row.actions],
        "account": (row.channel.account or None) if row.channel else None,
        "server": None if row.server is None else _server_shape(row.server),
        "tasks": row.tasks,
        "paused_tasks": [{"id": task.id, "name": task.spec.name, "reason": task.state_reason} for task in given_up],
        "checked": time_text(row.checked_at),
    }


def _credential_shape(status: CredentialStatus) -> Shape:
    return {
        "name": status.spec.name,
        "present": status.present,
        "source": status.source or None,
        "required": status.spec.required,
    }


def _server_shape(status: ServerStatus) -> Shape:
    return {
        "state": status.state.value,
        "sentence": status.sentence,
        "pid": status.pid,
        "fast_crashes": status.fast_crashes,
        "exit_code": status.exit_code,
        "until": time_text(status.until),
    }


def command_shape(result: CommandResult) -> Shape:
    """How a command of a plugin ended."""
    return {
        "exit_code": result.exit_code,
        "output": result.output,
        "errors": result.errors,
        "timed_out": result.timed_out,
        "duration_s": round(result.seconds, 3),
    }


def pairing_shape(step: PairingStep | None) -> Shape:
    """Where the linking of a device stands."""
    if step is None:
        return {"state": "none", "code": None, "phone_code": False, "until": None, "sentence": ""}
    return {
        "state": step.state,
        "code": step.code or None,
        "phone_code": step.is_phone_code,
        "until": time_text(step.until),
        "sentence": step.sentence,
    }


def sender_shape(sender: Sender, workspace: str) -> Shape:
    """Somebody who wrote, and what the owner decided."""
    return {
        "workspace": workspace,
        "channel": sender.channel,
        "account": sender.account,
        "id": sender.id,
        "name": sender.name,
        "state": sender.state.value,
        "direct": sender.direct,
        "group": sender.group,
        "code": sender.code or None,
        "expires": time_text(sender.expires_at),
        "created": time_text(sender.created_at),
    }


def inbox_shape(item: InboxItem, workspace: str, run_status: str | None) -> Shape:
    """A message that came in, with what became of the run that answers it."""
    message = item.message
    return {
        "id": item.id,
        "workspace": workspace,
        "channel": message.channel,
        "sender": message.sender,
        "sender_name": message.sender_name,
        "conversation": message.conversation,
        "thread": message.thread or None,
        "text": message.text,
        "written": time_text(message.at),
        "received": time_text(item.received_at),
        "state": item.state.value,
        "reason": item.reason or None,
        "run": item.run_id or None,
        "run_status": run_status,
    }
