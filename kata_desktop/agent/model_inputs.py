"""What is accepted as a model's settings; the dialog and the command line give the same answers. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from urllib.parse import urlsplit

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.model import REMINDER_MODEL, ModelConfig, Provider

LONGEST_NAME = 60
_THINKING = frozenset({"", "low", "medium", "high"})


def check_model(model: ModelConfig) -> ModelConfig:
    """Return the model with surrounding space taken off its fields. Raises InvalidInput with every refused field."""
    trimmed = replace(
        model,
        name=unicodedata.normalize("NFC", model.name.strip()),
        model_id=model.model_id.strip(),
        base_url=model.base_url.strip(),
    )
    errors = [*_name(trimmed.name), *_model_id(trimmed), *_base_url(trimmed)]
    if trimmed.thinking not in _THINKING:
        errors.append(_error("thinking", "Thinking", "Only low, medium and high are allowed", "medium"))
    if errors:
        raise InvalidInput(*errors)
    return trimmed


def _name(name: str) -> list[FieldError]:
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        return [_error("name", "Name", f"1 to {LONGEST_NAME} printable characters are needed", "My GPT")]
    if name.casefold() == REMINDER_MODEL.casefold():
        return [_error("name", "Name", f"“{REMINDER_MODEL}” is built in; choose another name", "My GPT")]
    return []


def _model_id(model: ModelConfig) -> list[FieldError]:
    if model.provider is Provider.REMINDER:
        return []
    if not model.model_id or not model.model_id.isprintable() or len(model.model_id) > 200:
        return [_error("model_id", "Model", "The provider's own name of the model is needed", "gpt-4o-mini")]
    return []


def _base_url(model: ModelConfig) -> list[FieldError]:
    example = "http://127.0.0.1:11434/v1"
    if not model.base_url:
        if model.provider is Provider.OPENAI_COMPATIBLE:
            return [_error("base_url", "Address", "The address of the endpoint is needed", example)]
        return []
    try:
        parts = urlsplit(model.base_url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, fits = None, False
    if not fits or not model.base_url.isprintable() or " " in model.base_url:
        return [_error("base_url", "Address", "An address that begins with http:// or https:// is needed", example)]
    if parts is not None and (parts.username or parts.password or parts.query or parts.fragment):
        reason = "Leave out user names, keys and everything after ? or #; the key has a field of its own"
        return [_error("base_url", "Address", reason, example)]
    return []


def _error(field: str, label: str, reason: str, example: str) -> FieldError:
    return FieldError(field=field, label=label, reason=reason, example=example)
