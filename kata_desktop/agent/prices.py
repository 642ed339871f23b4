"""What tokens cost, from a table that people can correct."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kata_desktop.desktop.regular_files import read_regular
from kata_desktop.desktop.resources import resources_dir
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.domain.run import Usage

_LARGEST = 1_000_000
"""Bytes of a price table."""
_log = logging.getLogger(__name__)
_VERSION = re.compile(r"(?:-(?:latest|preview))?(?:[-@]\d[\d-]*)?")
"""What may follow a model's name without making it another model."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """US dollars per million tokens, which is the same as millionths of a dollar per token."""

    input: float
    output: float


Table = Mapping[str, Mapping[str, Price]]
"""Provider, then model."""


def shipped_prices() -> Path:
    """Return the price table that comes with the program, from a checkout or an installation."""
    return resources_dir() / "prices.toml"


class PriceTable:
    """Prices by provider and model; a person's own file takes precedence, line by line."""

    def __init__(self, *tables: Table) -> None:
        self._tables = tables

    @classmethod
    def load(cls, own: Path | None = None, shipped: Path | None = None) -> PriceTable:
        """Read both tables; one that is absent or broken counts as empty, and a broken one is logged."""
        files = [path for path in (own, shipped or shipped_prices()) if path is not None]
        return cls(*(_read(path) for path in files))

    def cost(self, model: ModelConfig, usage: Usage) -> int | None:
        """Return the cost in millionths of a dollar, rounded; None when the price is not known."""
        if model.provider is Provider.REMINDER:
            return 0
        price = self.price(model)
        if price is None:
            return None
        return round(usage.input_tokens * price.input + usage.output_tokens * price.output)

    def price(self, model: ModelConfig) -> Price | None:
        """Return the price of a model: by its exact name, else by the name without its date."""
        name = model.model_id.removeprefix("models/").lower()
        for table in self._tables:
            rows = table.get(model.provider.value, {})
            if name in rows:
                return rows[name]
            fitting = [row for row in rows if name.startswith(row) and _VERSION.fullmatch(name[len(row) :])]
            if fitting:
                return rows[max(fitting, key=len)]
        return None


def _read(path: Path) -> Table:
    try:
        content = tomllib.loads(read_regular(path, most=_LARGEST).decode("utf-8"))
        return {
            provider: {name.lower(): _price(row) for name, row in rows.items()} for provider, rows in content.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        _log.warning("The price table %s cannot be used (%s); costs come from the other one", path, error)
        return {}


def _price(row: Mapping[str, float]) -> Price:
    price = Price(input=float(row["input"]), output=float(row["output"]))
    if not (0 <= price.input < 1e6 and 0 <= price.output < 1e6):
        raise ValueError("a price must be a number of dollars from 0 up")
    return price
