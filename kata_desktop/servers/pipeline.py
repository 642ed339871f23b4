"""Pipelines: get, process, push of one or several plugins, one after the other, as one run."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from kata_desktop.domain.command import CommandResult, CommandSpec
from kata_desktop.domain.handler import HandlerError, Result, RunContext
from kata_desktop.servers.wording import ended_words, length_words

STEPS = ("get", "process", "push")
"""The order of the steps; a plugin may have any of them."""
MOST_LINES = 2_000
"""Lines of one step that go into a run's log; the rest is counted."""


class RunCommand(Protocol):
    """Runs a program to its end; see `CommandRunner.run`."""

    def __call__(
        self, spec: CommandSpec, *, on_line: Callable[[str], None] | None = None
    ) -> Awaitable[CommandResult]: ...


FindCommand = Callable[[str, str, str], Awaitable[CommandSpec | None]]
"""From workspace id, plugin id and step to the command; None when the plugin has no such step.

Raises `Refused` when the plugin is switched off or not there.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wish:
    plugins: tuple[str, ...]
    steps: tuple[str, ...]


class Pipeline:
    """The handler of pipeline tasks. Arguments: ``{"plugins": ["rss"], "steps": ["get", "push"]}``; without steps,
    all that a plugin has.
    """

    def __init__(self, find: FindCommand, run: RunCommand, *, plugins: tuple[str, ...] = ()) -> None:
        self._find = find
        self._run = run
        self._plugins = plugins

    async def __call__(self, context: RunContext) -> Result:
        """Run the steps in order; the first that fails ends it. Raises HandlerError."""
        wish = _read(context.arguments if context.arguments else context.spec.arguments, self._plugins)
        last, done = "", 0
        total = len(wish.plugins) * len(wish.steps)
        for plugin in wish.plugins:
            for step in wish.steps:
                result = await self._step(context, plugin, step)
                if result is not None:
                    last = result.output.strip() or last
                done += 1
                context.progress(100 * done // total, f"{plugin}: {step}")
        return Result(output=last)

    async def _step(self, context: RunContext, plugin: str, step: str) -> CommandResult | None:
        spec = await self._find(context.spec.workspace_id, plugin, step)
        if spec is None:
            return None
        written = 0

        def on_line(line: str) -> None:
            nonlocal written
            written += 1
            if written <= MOST_LINES:
                context.log("info", f"{plugin} {step}: {line}")

        result = await self._run(spec, on_line=on_line)
        if written > MOST_LINES:
            context.log("warning", f"{plugin} {step}: {written - MOST_LINES} further lines were left out")
        if result.timed_out:
            allowed = length_words(spec.timeout)
            raise HandlerError(f"{plugin}: {step} took longer than {allowed}, so it was stopped.", kind="timeout")
        if result.exit_code != 0:
            raise HandlerError(f"{plugin}: {step} failed. {_why(result)}", kind="command-failed")
        await context.note(f"{plugin}: {step} finished in {result.seconds:.1f} s")
        return result


def _why(result: CommandResult) -> str:
    """The last thing it complained about, or else how it ended."""
    from datetime import timedelta

    said = [line.strip() for line in result.errors.splitlines() if line.strip()]
    return said[-1][:500] if said else ended_words(result.exit_code, timedelta(seconds=result.seconds))


def _read(arguments: str, plugins: tuple[str, ...]) -> _Wish:
    content = json.loads(arguments or "{}")
    given = content if isinstance(content, dict) else {}
    wanted = tuple(str(name) for name in given.get("plugins", ())) or plugins
    steps = tuple(str(name) for name in given.get("steps", ())) or STEPS
    if not wanted or any(step not in STEPS for step in steps):
        sentence = "The pipeline names no plugin, or a step that is none of get, process and push; edit the task."
        raise HandlerError(sentence, kind="bad-arguments", retryable=False)
    return _Wish(plugins=wanted, steps=steps)
