"""A handler that waits until the test lets it go."""

from __future__ import annotations

import asyncio

from kata_desktop.domain.handler import HandlerSpec, Result, RunContext
from kata_desktop.domain.task import PROMPT_HANDLER


def slow_handler(gate: asyncio.Event) -> HandlerSpec:
    """Takes the place of the prompt handler; runs end when the gate opens."""

    async def run(context: RunContext) -> Result:
        context.progress(40, "step 1")
        await gate.wait()
        return Result(output=context.spec.prompt)

    return HandlerSpec(name=PROMPT_HANDLER, run=run)
