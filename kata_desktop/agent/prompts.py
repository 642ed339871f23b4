"""The handler of prompt tasks: fills in the prompt, asks the model, hands back what goes into history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kata_desktop.agent import loading
from kata_desktop.agent.arguments import Asked, read_arguments
from kata_desktop.agent.budget import caps_for
from kata_desktop.agent.errors import ModelProblem, NoSuchModel, ProblemKind
from kata_desktop.agent.instructions import instructions, reports_nothing
from kata_desktop.agent.metering import Caps
from kata_desktop.agent.models import Models
from kata_desktop.agent.prices import PriceTable
from kata_desktop.agent.reach import Lookup, system_lookup
from kata_desktop.agent.reminder import remind
from kata_desktop.agent.request import Patience, Reply, Request
from kata_desktop.agent.sessions import Sessions
from kata_desktop.agent.variables import changed_since, date_and_time, fill, used_in
from kata_desktop.domain.errors import Unavailable
from kata_desktop.domain.handler import HandlerError, Result, RunContext
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.listing import RunQuery
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.domain.run import Source
from kata_desktop.domain.session import title_from
from kata_desktop.domain.task import SessionUse
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import listing, workspaces
from kata_desktop.store.database import Database

if TYPE_CHECKING:
    from pydantic_ai.toolsets import AbstractToolset

PER_RUN = Caps(tokens=2_000_000)
"""No single run may consume more, whatever task and workspace allow."""

ToolsetFactory = Callable[[RunContext], "Sequence[AbstractToolset[Any]]"]
"""Gives the tools that a run may use, already narrowed to its capabilities."""


def no_tools(_: RunContext) -> Sequence[AbstractToolset[Any]]:
    """Give a run no tools: it can answer and nothing else."""
    return ()


class PromptHandler:
    """Runs the prompt of a task through the model that its spec, its workspace or the settings name."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        models: Models,
        sessions: Sessions,
        prices: PriceTable,
        toolsets: ToolsetFactory = no_tools,
        per_run: Caps = PER_RUN,
        patience: Patience | None = None,
        lookup: Lookup = system_lookup,
    ) -> None:
        self._database = database
        self._clock = clock
        self._models = models
        self._sessions = sessions
        self._prices = prices
        self._toolsets = toolsets
        self._per_run = per_run
        self._patience = patience or Patience()
        self._lookup = lookup

    async def __call__(self, ctx: RunContext) -> Result:
        """Do one attempt. Raises HandlerError (mostly ModelProblem); cancelling stops it within a second."""
        asked = read_arguments(ctx.arguments)
        targets = None if asked.to is None else (asked.to,)
        prompt = _spoken(asked) or await self._filled(ctx, asked)
        model = await self._model(ctx)
        if model.provider is Provider.REMINDER:
            await ctx.note("Reminder delivered without a model")
            return replace(remind(prompt), targets=targets)
        session_id = await self._session(ctx)
        history = await self._sessions.state(session_id) if session_id else b""
        request = Request(
            model=model,
            key=await self._key(model),
            prompt=prompt,
            instructions=instructions(ctx.source, asked, await self._standing(ctx, asked)),
            history=history,
            thinking=model.thinking,
            toolsets=self._toolsets(ctx),
            caps=await self._caps(ctx),
            patience=self._patience,
            lookup=self._lookup,
        )
        await ctx.note(f"Prompt sent to {model.name}")
        runner = await loading.runner()
        reply: Reply = await runner.run(request, ctx.emit, prices=self._prices, now=self._clock.now)
        await ctx.note(_replied(reply))
        return Result(
            output=reply.text,
            usage=reply.usage,
            suppress=_suppressed(ctx, reply.text),
            session_id=session_id or new_id("ses"),
            session_title="" if history else title_from(asked.reply or prompt),
            session_state=reply.history,
            model=model.name,
            targets=targets,
        )

    async def _standing(self, ctx: RunContext, asked: Asked) -> str:
        """What the owner wants to be heeded with every message: the prompt of the task that answers them."""
        return "" if asked.writer is None else await self._filled(ctx, asked)

    async def _model(self, ctx: RunContext) -> ModelConfig:
        try:
            return await self._models.resolve(ctx.spec)
        except NoSuchModel as error:
            sentence = f"There is no model “{error.ident}” any more; choose another one for this task."
            raise ModelProblem(ProblemKind.NO_MODEL, sentence) from error

    async def _key(self, model: ModelConfig) -> str:
        try:
            key = await self._models.key(model)
        except Unavailable as error:  # the keyring
            raise HandlerError(error.sentence, kind="keyring") from error
        if not key and not model.base_url:
            sentence = f"{model.name} needs a key and none is stored; enter it in Settings, Models."
            raise ModelProblem(ProblemKind.NO_KEY, sentence)
        return key

    async def _session(self, ctx: RunContext) -> str:
        if ctx.session_id or ctx.spec.session is not SessionUse.CONTINUE or ctx.source is Source.TEST:
            return ctx.session_id
        return await self._sessions.latest_of_task(ctx.task_id)

    async def _caps(self, ctx: RunContext) -> Caps:
        now, zone = self._clock.now(), self._clock.zone_name()
        return await self._database.read(
            lambda db: caps_for(db, ctx.task_id, ctx.spec, self._per_run, now=now, zone=zone)
        )

    async def _filled(self, ctx: RunContext, asked: Asked) -> str:
        prompt = ctx.spec.prompt
        used = used_in(prompt)
        if not used:
            return prompt
        values = date_and_time(self._clock.now(), self._clock.zone_name())
        values |= {"last_result": ctx.last_output, "event": asked.event}
        if used & {"workspace", "changed_files"}:
            workspace = await self._database.read(lambda db: workspaces.get(db, ctx.spec.workspace_id))
            values["workspace"] = workspace.name
            if "changed_files" in used:
                values["changed_files"] = await self._changed_files(ctx.task_id, Path(workspace.folder))
        return fill(prompt, values)

    async def _changed_files(self, task_id: str, folder: Path) -> str:
        query = RunQuery(task_id=task_id, status="succeeded", limit=1)
        runs = await self._database.read(lambda db: listing.run_rows(db, query))
        return await asyncio.to_thread(changed_since, folder, runs[0].started_at if runs else None)


def _spoken(asked: Asked) -> str:
    """What a person says; in a group with the name of who says it, since there are several."""
    if asked.writer is not None and asked.writer.in_group and asked.writer.name and asked.reply:
        return f"{asked.writer.name} wrote:\n{asked.reply}"
    return asked.reply


def _replied(reply: Reply) -> str:
    tokens = reply.usage.input_tokens + reply.usage.output_tokens
    about = "about " if reply.is_estimate else ""
    return f"Model replied ({about}{tokens:,} tokens)"


def _suppressed(ctx: RunContext, output: str) -> str:
    if reports_nothing(output):
        return "There was nothing to report."
    if ctx.spec.only_when_changed and ctx.last_output and output.split() == ctx.last_output.split():
        return "The result is the same as last time."
    return ""
