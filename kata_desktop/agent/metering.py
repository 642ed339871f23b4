"""Counts what a run consumes while the answer comes, and stops it at a cap. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kata_desktop.agent.prices import PriceTable
from kata_desktop.domain.model import ModelConfig
from kata_desktop.domain.run import Usage

_CHARACTERS_PER_TOKEN = 4
"""A rule of thumb, until the service tells the real count with the end of its answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caps:
    """What a run may consume; None means no limit."""

    tokens: int | None = None
    """Input and output together."""
    microdollars: int | None = None
    whose: str = "The run"
    """Whose limit is the nearest, for the sentence."""


class Meter:
    """Estimates until the service reports; its report then counts."""

    def __init__(self, model: ModelConfig, prices: PriceTable, *, characters_in: int) -> None:
        self._model = model
        self._prices = prices
        self._input = -(-characters_in // _CHARACTERS_PER_TOKEN)
        self._characters_out = 0
        self._reported: Usage | None = None

    @property
    def is_estimate(self) -> bool:
        """True while the service has not told its own count."""
        return self._reported is None

    @property
    def usage(self) -> Usage:
        """What was consumed so far, with its cost."""
        usage = self._reported or Usage(
            input_tokens=self._input, output_tokens=-(-self._characters_out // _CHARACTERS_PER_TOKEN)
        )
        return replace(usage, cost_microdollars=self._prices.cost(self._model, usage))

    def came(self, text: str) -> None:
        """Count a piece of the answer."""
        self._characters_out += len(text)

    def reported(self, input_tokens: int, output_tokens: int) -> None:
        """Take the service's own count; zeros mean that it keeps none."""
        if input_tokens or output_tokens:
            self._reported = Usage(input_tokens=input_tokens, output_tokens=output_tokens)

    def beyond(self, caps: Caps) -> str:
        """Return the sentence for a cap that is exceeded; empty while there is room."""
        usage = self.usage
        tokens = usage.input_tokens + usage.output_tokens
        if caps.tokens is not None and tokens > caps.tokens:
            return f"{caps.whose} reached its limit of tokens ({max(caps.tokens, 0):,} were left), so it was stopped."
        cost = usage.cost_microdollars
        if caps.microdollars is not None and cost is not None and cost > caps.microdollars:
            left = max(caps.microdollars, 0) / 1e6
            return f"{caps.whose} reached its limit of money (${left:.4f} were left), so it was stopped."
        return ""
