"""Plugins as people see them: what one is, whether it is on in a workspace, and how it fares there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kata_desktop.domain.channel import ChannelStatus
from kata_desktop.domain.command import ServerStatus


class PluginKind(StrEnum):
    """Under which heading a plugin is listed."""

    CHANNEL = "channel"
    """Talks to people elsewhere."""
    TOOL = "tool"
    """Does or watches something."""
    SERVER = "server"
    """Keeps a program running."""


class PluginState(StrEnum):
    """How a plugin fares in one workspace."""

    OFF = "off"
    """Switched off here; listed all the same."""
    STARTING = "starting"
    """Being registered and initialised."""
    READY = "ready"
    """Works; for a channel: connected."""
    NEEDS_SETUP = "needs set-up"
    """A setting or credential is missing."""
    NEEDS_PAIRING = "needs pairing"
    """A device or account has to be linked."""
    WAITING_KEYRING = "waiting for keyring"
    """Its credentials are in a keyring that is locked, missing or silent."""
    REJECTED = "rejected"
    """The other side refused the credentials; replace them."""
    RATE_LIMITED = "rate-limited"
    """The other side asked for patience."""
    DEGRADED = "degraded"
    """Works in part: connection lost and tried again, or its server waits for a restart."""
    CRASHED = "crashed"
    """An error of its own; Restart and Log are offered."""
    INVALID = "invalid"
    """Its manifest is wrong; it cannot be switched on."""
    UNSUPPORTED = "unsupported"
    """Not for this operating system."""


NEEDS_CARE = frozenset(
    {
        PluginState.NEEDS_SETUP,
        PluginState.NEEDS_PAIRING,
        PluginState.WAITING_KEYRING,
        PluginState.REJECTED,
        PluginState.CRASHED,
        PluginState.INVALID,
    }
)
"""States that put the mark on the sidebar while the plugin is on."""


class SettingType(StrEnum):
    """What a setting of a plugin holds; decides its field on the screen."""

    TEXT = "text"
    """One line."""
    LONG_TEXT = "long-text"
    """Several lines."""
    NUMBER = "number"
    """A whole number."""
    SWITCH = "switch"
    """On or off."""
    CHOICE = "choice"
    """One of `SettingSpec.choices`."""
    LIST = "list"
    """Several short texts, one a line."""
    FOLDER = "folder"
    """A folder on this computer."""
    DURATION = "duration"
    """Such as ``30m``."""


SettingValue = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingSpec:
    """One setting that a manifest declares."""

    key: str
    label: str
    type: SettingType = SettingType.TEXT
    default: SettingValue = ""
    help: str = ""
    """One sentence under the field."""
    required: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    """A regular expression that a text, or each line of a list, has to match as a whole when it is typed."""
    example: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CredentialSpec:
    """One credential that a manifest declares; its value lives in the keyring alone."""

    name: str
    label: str
    help: str = ""
    prefix: str = ""
    """What a value starts with, such as ``xoxb-``; others are refused before they are kept."""
    required: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class CredentialStatus:
    """Whether a credential is there; never its value."""

    spec: CredentialSpec
    present: bool
    source: str = ""
    """``keyring``, ``environment`` or ``memory``; empty when there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PluginAction:
    """A button on a plugin's row that needs its own flow, such as pairing."""

    id: str
    """``pair``, ``setup``, ``test`` …; the screen knows those with a dialog of their own."""
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PluginRow:
    """One plugin in one workspace: everything that a row of the page or of ``plugin list`` shows."""

    id: str
    workspace_id: str
    name: str
    version: str
    description: str
    icon: str
    """Name of a vendored icon."""
    kind: PluginKind
    on: bool
    """The switch; what was chosen last."""
    state: PluginState
    sentence: str = ""
    """What a person reads about the state."""
    credentials: tuple[CredentialStatus, ...] = ()
    capabilities: tuple[str, ...] = ()
    settings: tuple[SettingSpec, ...] = ()
    commands: tuple[str, ...] = ()
    """Names that ``plugin run`` takes."""
    actions: tuple[PluginAction, ...] = ()
    channel: ChannelStatus | None = None
    server: ServerStatus | None = None
    tasks: int = 0
    """Active tasks that stop working when it is switched off here: its own, and those that deliver to it."""
    checked_at: datetime | None = None
    """When its state was last seen for certain (UTC)."""
    chosen: bool = False
    """Whether a person has switched it, set it up or given it credentials here; the others wait without alarm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PairingStep:
    """Where the linking of a device stands; the pairing dialog shows nothing else."""

    state: str
    """``starting``, ``waiting`` (show `code`), ``scanned``, ``linked``, ``expired``, ``failed``."""
    code: str = ""
    """Text of the QR code, or the code to type on the phone when `is_phone_code`."""
    is_phone_code: bool = False
    until: datetime | None = None
    """When `code` is replaced by a new one (UTC)."""
    sentence: str = ""
