"""A look at several places on the web: each is looked at although another fails, and a new failure is told once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence

from kata_desktop.domain.handler import HandlerError, Result
from kata_desktop.plugins.contract import Memory
from kata_desktop.plugins.handler_context import HandlerContext

Look = Callable[[str, HandlerContext], Awaitable[str]]
"""Looks at one address and gives what is new there for people; empty when nothing is. Raises `HandlerError`."""


async def look_through(
    sources: Sequence[str], look: Look, context: HandlerContext, memory: Memory, *, failed_words: str, nothing: str
) -> Result:
    """What is new at all of them; delivered when something is, or when one fails that did not the last time.

    `failed_words` stand before the sentence of a failure, `nothing` is the output of a look without news. Raises
    `HandlerError` when every one failed.
    """
    told: list[str] = []
    failed: dict[str, HandlerError] = {}
    for done, url in enumerate(sources):
        context.report_progress(100 * done // len(sources), url)
        try:
            if text := await look(url, context):
                told.append(text)
        except HandlerError as error:
            failed[url] = error
            context.log("warning", f"{url}: {error.sentence}")
    if failed and failed.keys() >= {*sources}:
        first, again = failed[sources[0]], any(each.retryable for each in failed.values())
        raise HandlerError(first.sentence, kind=first.kind, retryable=again)
    is_new = await _is_new_trouble(memory, frozenset(failed)) or bool(told)
    told += [f"{failed_words}: {error.sentence}" for error in failed.values()]
    return Result(output="\n\n".join(told) or nothing, suppress="" if is_new else nothing)


async def _is_new_trouble(memory: Memory, failing: frozenset[str]) -> bool:
    """Whether one of these could be read the last time: that is told once, not at every look."""
    before = frozenset(json.loads(await memory.get("failing") or "[]"))
    if failing != before:
        await memory.put("failing", json.dumps(sorted(failing)))
    return not failing <= before
