"""Everything that authors of plugins import: the contract, the words of channels and tasks, and the errors to raise."""

from __future__ import annotations

from kata_desktop.channels.adapter import ChannelAdapter, ChannelError, ChannelTraits, Connected, Marks, OnMessage
from kata_desktop.domain.channel import (
    Attachment,
    ChannelRules,
    ChannelState,
    ChannelStatus,
    ConversationKind,
    Message,
)
from kata_desktop.domain.command import CommandResult, CommandSpec, ServerSpec, ServerStatus
from kata_desktop.domain.errors import FieldError, InvalidInput, KataError, NotFound, Refused, Unavailable
from kata_desktop.domain.handler import EffectHandle, Handler, HandlerError, Result, RunContext, Slice
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.domain.plugin import PairingStep, SettingValue
from kata_desktop.domain.run import Run, RunState, Usage
from kata_desktop.domain.task import Target, Task, TaskState
from kata_desktop.plugins import markdown
from kata_desktop.plugins.contract import (
    ChannelSenderApi,
    ClockView,
    CommandsApi,
    CredentialsView,
    EventsApi,
    Hook,
    HookEvent,
    HookPoint,
    Memory,
    NotifierApi,
    Pairing,
    Plugin,
    PluginContext,
    Registrar,
    SettingsView,
    Tool,
)
from kata_desktop.plugins.errors import SetupMissing
from kata_desktop.plugins.handler_context import HandlerContext
from kata_desktop.plugins.inline_html import inline_html
from kata_desktop.plugins.programs import LinkedProgram, ProgramsApi
from kata_desktop.plugins.scheduled import scheduled
from kata_desktop.plugins.scheduler_api import SchedulerApi, TaskDeclaration
from kata_desktop.plugins.sources import look_through
from kata_desktop.plugins.web import FetchFailed, Page, fetch
from kata_desktop.runtime.importing import import_beside
from kata_desktop.runtime.watching.changes import ChangeKind, FileChange
from kata_desktop.runtime.watching.watch import watch_folders

__all__ = [
    "Attachment",
    "ChangeKind",
    "ChannelAdapter",
    "ChannelError",
    "ChannelRules",
    "ChannelSenderApi",
    "ChannelState",
    "ChannelStatus",
    "ChannelTraits",
    "ClockView",
    "CommandResult",
    "CommandSpec",
    "CommandsApi",
    "Connected",
    "ConversationKind",
    "CredentialsView",
    "DeliveryError",
    "EffectHandle",
    "EventsApi",
    "FetchFailed",
    "FieldError",
    "FileChange",
    "Handler",
    "HandlerContext",
    "HandlerError",
    "Hook",
    "HookEvent",
    "HookPoint",
    "InvalidInput",
    "KataError",
    "LinkedProgram",
    "Marks",
    "Memory",
    "Message",
    "NotFound",
    "NotifierApi",
    "OnMessage",
    "Page",
    "Pairing",
    "PairingStep",
    "Plugin",
    "PluginContext",
    "ProgramsApi",
    "Refused",
    "Registrar",
    "Result",
    "Run",
    "RunContext",
    "RunState",
    "SchedulerApi",
    "ServerSpec",
    "ServerStatus",
    "SettingValue",
    "SettingsView",
    "SetupMissing",
    "Slice",
    "Target",
    "Task",
    "TaskDeclaration",
    "TaskState",
    "Tool",
    "Unavailable",
    "Usage",
    "fetch",
    "import_beside",
    "inline_html",
    "look_through",
    "markdown",
    "scheduled",
    "watch_folders",
]
