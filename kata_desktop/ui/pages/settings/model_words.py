"""Providers in words, and what each of them needs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.model import ModelConfig, Provider

EXAMPLES = {
    Provider.OPENAI: "gpt-4o-mini",
    Provider.ANTHROPIC: "claude-sonnet-4-5",
    Provider.GOOGLE: "gemini-2.5-flash",
    Provider.OPENAI_COMPATIBLE: "llama3.2",
}
"""A model's id as an example, by provider."""


def provider_words() -> dict[str, str]:
    """Return the providers that a person can set up."""
    return {
        Provider.OPENAI.value: QCoreApplication.translate("Models", "OpenAI"),
        Provider.ANTHROPIC.value: QCoreApplication.translate("Models", "Anthropic"),
        Provider.GOOGLE.value: QCoreApplication.translate("Models", "Google Gemini"),
        Provider.OPENAI_COMPATIBLE.value: QCoreApplication.translate("Models", "OpenAI-compatible (Ollama …)"),
    }


def model_line(model: ModelConfig) -> str:
    """Return the line below a model's name."""
    if model.provider is Provider.REMINDER:
        return QCoreApplication.translate("Models", "No model: the prompt itself is delivered, like an alarm clock.")
    provider = {
        Provider.OPENAI: QCoreApplication.translate("Models", "OpenAI"),
        Provider.ANTHROPIC: QCoreApplication.translate("Models", "Anthropic"),
        Provider.GOOGLE: QCoreApplication.translate("Models", "Google Gemini"),
    }.get(model.provider, "")
    return " · ".join(part for part in (provider, model.model_id, model.base_url) if part)
