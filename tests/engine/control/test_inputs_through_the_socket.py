"""What the one checker refuses is refused on the way from the command line too, with the same words."""

from __future__ import annotations

from dataclasses import asdict

from kata_desktop.bootstrap.kata import Kata
from tests.support.input_table import CRON, EVERY, NAME, PROMPT, ZONE, InputCase, task_input
from tests.support.rpc import Caller

TIMELESS = [*CRON, *EVERY, *NAME, *PROMPT, *ZONE]
"""Cases whose verdict does not hang on the present day or on what else exists."""


async def test_every_case_of_the_table(kata: Kata) -> None:
    caller = await Caller.connect(kata.paths.socket)
    for case in TIMELESS:
        given = {name: value for name, value in asdict(task_input(case)).items() if value is not None}
        answer = await caller.call("task.add", **given)
        if case.accepted:
            assert "result" in answer, (str(case), answer)
            await caller.result("task.delete", id=answer["result"]["id"])
        else:
            _refused(case, answer)
    assert await caller.result("task.list") == []
    await caller.close()


def _refused(case: InputCase, answer: dict[str, dict[str, dict[str, list[dict[str, str]]]]]) -> None:
    assert "error" in answer, str(case)
    (error,) = answer["error"]["data"]["errors"]
    assert error["field"] == case.error_field, str(case)
    assert case.fragment in error["reason"] + error["example"] or case.fragment in str(answer["error"]), str(case)
