"""Prices, caps, variables and instructions: no model needed."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kata_desktop.agent.instructions import instructions, reports_nothing
from kata_desktop.agent.metering import Caps, Meter
from kata_desktop.agent.prices import PriceTable
from kata_desktop.agent.reminder import REMINDER
from kata_desktop.agent.variables import changed_since, date_and_time, fill, used_in
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.domain.run import Source, Usage

MINI = ModelConfig(name="m", provider=Provider.OPENAI, model_id="gpt-4o-mini")


def model(ident: str, provider: Provider = Provider.OPENAI) -> ModelConfig:
    return ModelConfig(name="m", provider=provider, model_id=ident)


@pytest.mark.parametrize(
    "ident,provider,known",
    [
        ("gpt-4o-mini", Provider.OPENAI, True),
        ("gpt-4o-mini-2024-07-18", Provider.OPENAI, True),
        ("GPT-4o-mini", Provider.OPENAI, True),
        ("gpt-4o-mini-audio", Provider.OPENAI, False),
        ("claude-sonnet-4-5-20250929", Provider.ANTHROPIC, True),
        ("claude-sonnet-4-5@20250929", Provider.ANTHROPIC, True),
        ("models/gemini-2.5-pro", Provider.GOOGLE, True),
        ("gemini-2.5-flash-preview-09-2025", Provider.GOOGLE, True),
        ("qwen3", Provider.OPENAI_COMPATIBLE, False),
        ("gpt-4o-mini", Provider.OPENAI_COMPATIBLE, False),
    ],
)
def test_a_price_is_known_by_name_and_version(ident: str, provider: Provider, known: bool) -> None:
    cost = PriceTable.load().cost(model(ident, provider), Usage(input_tokens=1000, output_tokens=1000))
    assert (cost is not None) == known


def test_a_version_costs_what_its_model_costs_not_a_shorter_name() -> None:
    table = PriceTable.load()
    assert table.price(model("gpt-4o-mini-2024-07-18")) == table.price(model("gpt-4o-mini"))
    assert table.price(model("gpt-4o-mini")) != table.price(model("gpt-4o"))


def test_ones_own_prices_come_first_and_a_broken_file_harms_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = tmp_path / "prices.toml"
    free = '[openai-compatible]\n"qwen3" = { input = 0, output = 0 }\n'
    own.write_text(f'[openai]\n"gpt-4o-mini" = {{ input = 1, output = 2 }}\n{free}')
    usage = Usage(input_tokens=10, output_tokens=100)
    table = PriceTable.load(own)
    assert table.cost(MINI, usage) == 210
    assert table.cost(model("qwen3", Provider.OPENAI_COMPATIBLE), usage) == 0
    assert table.cost(model("gpt-4o"), usage) is not None, "the rest is as shipped"
    for broken in ("not toml", '[openai]\n"x" = 3', '[openai]\n"x" = { input = -1, output = 2 }', '"a" = "b"'):
        own.write_text(broken)
        with caplog.at_level(logging.WARNING):
            assert PriceTable.load(own).cost(MINI, usage) is not None
        assert "cannot be used" in caplog.text
        caplog.clear()
    assert table.cost(REMINDER, Usage()) == 0


def test_the_meter_reckons_until_the_service_counts() -> None:
    meter = Meter(MINI, PriceTable.load(), characters_in=400)
    meter.came("x" * 40)
    assert meter.is_estimate
    assert (meter.usage.input_tokens, meter.usage.output_tokens) == (100, 10)
    assert meter.beyond(Caps(tokens=110)) == ""
    assert "limit of tokens" in meter.beyond(Caps(tokens=109))
    assert meter.beyond(Caps(microdollars=21)) == ""
    assert "limit of money" in meter.beyond(Caps(microdollars=20))
    meter.reported(0, 0)
    assert meter.usage.input_tokens == 100, "zeros are no count"
    meter.reported(7, 3)
    assert meter.usage == Usage(input_tokens=7, output_tokens=3, cost_microdollars=3)


def test_money_cannot_cap_what_has_no_price() -> None:
    meter = Meter(model("qwen3", Provider.OPENAI_COMPATIBLE), PriceTable.load(), characters_in=4_000_000)
    assert meter.usage.cost_microdollars is None
    assert meter.beyond(Caps(microdollars=1)) == ""


def test_only_variables_are_filled_and_values_are_not_looked_into() -> None:
    prompt = "{date} {time} {last_result} {{date}} {date!r} {0} {workspace.__class__} {unknown} {"
    filled = fill(prompt, {"date": "D", "time": "T", "last_result": "{time} {workspace}"})
    assert filled == "D T {time} {workspace} {D} {date!r} {0} {workspace.__class__} {unknown} {"
    assert used_in(prompt) == {"date", "time", "last_result"}


def test_date_and_time_are_the_wall_clocks() -> None:
    instant = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
    assert date_and_time(instant, "Europe/Berlin") == {"date": "Monday, 2026-03-30", "time": "00:30"}
    assert date_and_time(instant, "UTC") == {"date": "Sunday, 2026-03-29", "time": "22:30"}


def test_changed_files_are_those_since_then_newest_first(tmp_path: Path) -> None:
    for number, name in enumerate(["old.txt", "new.txt", "newer.txt", ".hidden"]):
        file = tmp_path / name
        file.write_text("x")
        os.utime(file, (1_000_000 + number, 1_000_000 + number))
    assert changed_since(tmp_path, datetime.fromtimestamp(1_000_000, UTC)) == "newer.txt\nnew.txt"
    assert changed_since(tmp_path, datetime.fromtimestamp(2_000_000, UTC)) == "(none)"
    assert changed_since(tmp_path / "missing", None) == "(none)"
    for number in range(250):
        (tmp_path / f"many{number}").write_text("x")
    assert changed_since(tmp_path, datetime.fromtimestamp(2_000_000, UTC)).endswith("… and 50 more")


@pytest.mark.parametrize("said", ["NOTHING_TO_REPORT", " `NOTHING_TO_REPORT`.\n", "**NOTHING_TO_REPORT**"])
def test_the_word_is_understood_in_any_dress(said: str) -> None:
    assert reports_nothing(said)


@pytest.mark.parametrize("said", ["", "I would say NOTHING_TO_REPORT but", "nothing to report", "NOTHING_TO_REPORT: 3"])
def test_the_word_inside_a_report_is_a_report(said: str) -> None:
    assert not reports_nothing(said)


@pytest.mark.parametrize("source", Source)
def test_all_but_conversations_are_told_that_nobody_is_there(source: Source) -> None:
    alone = "Nobody is present" in instructions(source)
    assert alone == (source is not Source.MESSAGE)
