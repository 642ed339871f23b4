"""What simulated tasks do: handlers that follow a script and remember what was asked of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from kata_desktop.domain.handler import HandlerSpec, Result, RunContext, Slice
from kata_desktop.domain.run import Source
from kata_desktop.runtime.clock import Clock

Script = Callable[[RunContext], Awaitable[Result | Slice]]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One attempt as its handler saw it."""

    task: str
    run: str
    attempt: int
    slot: datetime
    source: Source
    at: datetime
    prompt: str


@dataclass(kw_only=True)
class Work:
    """A handler that takes `seconds` and then says `output`, or does what `script` says.

    Attributes:
        calls: Every attempt, in order.
        ended: Runs whose handler came to its end by itself.
    """

    clock: Clock
    name: str = "prompt"
    seconds: float = 1.0
    output: str = "done"
    script: Script | None = None
    sliced: bool = False
    limited: bool = True
    calls: list[Call] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    @property
    def spec(self) -> HandlerSpec:
        """To be registered."""
        return HandlerSpec(name=self.name, run=self, sliced=self.sliced, limited=self.limited)

    async def __call__(self, ctx: RunContext) -> Result | Slice:
        self.calls.append(
            Call(
                task=ctx.task_id,
                run=ctx.run_id,
                attempt=ctx.attempt,
                slot=ctx.slot,
                source=ctx.source,
                at=self.clock.now(),
                prompt=ctx.spec.prompt,
            )
        )
        if self.script is not None:
            outcome = await self.script(ctx)
        else:
            await self.clock.sleep(self.seconds)
            outcome = Result(output=self.output)
        self.ended.append(ctx.run_id)
        return outcome
