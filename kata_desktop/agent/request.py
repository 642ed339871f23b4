"""What goes to the runner and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kata_desktop.agent.metering import Caps
from kata_desktop.agent.reach import Lookup, system_lookup
from kata_desktop.domain.model import ModelConfig
from kata_desktop.domain.run import Usage

if TYPE_CHECKING:
    from pydantic_ai.toolsets import AbstractToolset


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long to wait for a service, in seconds."""

    connect: float = 10.0
    silence: float = 300.0
    """Between two pieces of an answer; a local model may think long before the first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One prompt to one model."""

    model: ModelConfig
    key: str
    """Empty where the endpoint needs none."""
    prompt: str
    instructions: str
    history: bytes = b""
    """The conversation so far, as an earlier reply gave it; empty for a fresh one."""
    thinking: str = ""
    toolsets: Sequence[AbstractToolset[Any]] = ()
    caps: Caps = field(default_factory=Caps)
    patience: Patience = field(default_factory=Patience)
    lookup: Lookup = system_lookup
    """Asked about names of hosts when a service is out of reach."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """The answer."""

    text: str
    history: bytes
    """The conversation with this turn."""
    usage: Usage
    is_estimate: bool
    """True when the service did not count, so `usage` is reckoned from the length of the texts."""
