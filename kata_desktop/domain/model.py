"""Configured models: how prompts are answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Provider(StrEnum):
    """Who answers."""

    OPENAI = "openai"
    """OpenAI's own service."""
    ANTHROPIC = "anthropic"
    """Anthropic's own service."""
    GOOGLE = "google"
    """Google's Gemini service."""
    OPENAI_COMPATIBLE = "openai-compatible"
    """Anything that speaks OpenAI's chat protocol: Ollama, LM Studio, llama.cpp, vLLM, a gateway."""
    REMINDER = "reminder"
    """No model at all: the prompt itself is delivered."""


REMINDER_MODEL = "Reminder"
"""Name of the built-in model that is always there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelConfig:
    """A model a person set up; its key lives in the keyring as ``model:NAME`` / ``api_key``, never here."""

    name: str
    """Unique, chosen by the person."""
    provider: Provider
    model_id: str = ""
    """The provider's own name for it, such as ``gpt-4o-mini``."""
    base_url: str = ""
    """Needed for OpenAI-compatible endpoints; replaces the service's address otherwise."""
    thinking: str = ""
    """``low``, ``medium``, ``high``; empty means the model's default."""
    is_default: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelCheck:
    """What a test of a model showed."""

    ok: bool
    sentence: str
    """For a person: "Answered in 0.8 s" or what is wrong and what to do."""
    seconds: float = 0.0
    models: tuple[str, ...] = ()
    """Model ids that the endpoint offers, when it tells."""
