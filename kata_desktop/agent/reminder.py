"""The built-in model that is none: it delivers the prompt itself."""

from __future__ import annotations

from kata_desktop.domain.handler import Result
from kata_desktop.domain.model import REMINDER_MODEL, ModelConfig, Provider
from kata_desktop.domain.run import Usage

REMINDER = ModelConfig(name=REMINDER_MODEL, provider=Provider.REMINDER)


def remind(prompt: str) -> Result:
    """Return the prompt, its variables filled in, as the result."""
    return Result(output=prompt, model=REMINDER_MODEL, usage=Usage(cost_microdollars=0))
