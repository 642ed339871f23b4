"""The one alarm on the loop of Qt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.support.alarm_cases import CASES


@pytest.mark.parametrize("case", CASES)
async def test_alarm(case: Callable[[], Awaitable[None]]) -> None:
    await case()
