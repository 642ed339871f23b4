"""Makes handlers of what plugins write: async or plain functions that return a result, a text, nothing or a dict."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Mapping

from kata_desktop.domain.handler import Handler, HandlerError, Result, RunContext, Slice
from kata_desktop.plugins.errors import BadResult
from kata_desktop.plugins.handler_context import HandlerContext
from kata_desktop.plugins.worker_thread import in_thread

PluginWork = Callable[[HandlerContext], object]
"""Work of a plugin. Async or plain (then it is run in a thread and must look at `HandlerContext.cancelled`).

Returns `Result`, a text, None, or a dict of ``success``, ``output``, ``error`` and ``metrics``; sliced work returns
`HandlerContext.checkpoint` until it is done. Raises any error; a `HandlerError` says whether trying again can help.
"""

_KEYS = ("success", "output", "error", "metrics")
_STUCK = (
    "Its last run was stopped but still goes on, so it was not started beside it; "
    "restart Kata if that does not end by itself."
)

_NOT_SLICED = "It returned a checkpoint although its work is not sliced; mark it with sliced=True."


def adapted(work: PluginWork, *, plugin_id: str, sliced: bool = False) -> Handler:
    """The work as a handler of the scheduler; only `sliced` work may return what `HandlerContext.checkpoint` makes."""
    is_async = inspect.iscoroutinefunction(work) or inspect.iscoroutinefunction(getattr(work, "__call__", None))  # noqa: B004
    going: set[HandlerContext] = set()

    async def run(context: RunContext) -> Result | Slice:
        given = HandlerContext(context, plugin_id)
        got = work(given) if is_async else await _in_thread(work, given, going)
        if inspect.isawaitable(got):
            got = await got
        result = result_of(got)
        if isinstance(result, Slice) and not sliced:  # it would seem to work, and begin anew after a crash
            raise HandlerError(_NOT_SLICED, kind="bad-result", retryable=False)
        if isinstance(result, Result) and result.metrics != "{}":
            await context.note(f"Figures: {_figures(result.metrics)}")
        return result

    return run


async def _in_thread(work: PluginWork, given: HandlerContext, going: set[HandlerContext]) -> object:
    """Call a plain function; `going` are the calls of this handler that have not ended, stopped or not."""
    if any(each.task_id == given.task_id and each.cancelled for each in tuple(going)):
        raise HandlerError(_STUCK, kind="stuck")

    def call() -> object:
        try:
            return work(given)
        finally:
            going.discard(given)

    going.add(given)
    return await in_thread(call, name=f"{given.plugin_id}: {given.task_name}")


def result_of(value: object) -> Result | Slice:
    """What a handler returned, as the scheduler takes it.

    Raises:
        BadResult: it is nothing that a handler may return.
        HandlerError: it says that the work failed.
    """
    match value:
        case Result() | Slice():
            return value
        case None:
            return Result()
        case str():
            return Result(output=value)
        case Mapping():
            return _from_mapping(value)
        case _:
            raise BadResult(f"It returned {_shown(value)}")


def _from_mapping(value: Mapping[object, object]) -> Result:
    strange = [repr(key) for key in value if key not in _KEYS]
    if strange:
        raise BadResult(f"It returned a dict with {', '.join(strange[:3])}")
    output, error = value.get("output") or "", value.get("error") or ""
    success, metrics = value.get("success", not error), value.get("metrics") or {}
    if not isinstance(success, bool) or not isinstance(output, str) or not isinstance(error, str):
        wrong = next(
            key for key, kind in (("success", bool), ("output", str), ("error", str)) if not _is(value, key, kind)
        )
        raise BadResult(f"It returned a dict whose “{wrong}” is {_shown(value[wrong])}")
    text = _metrics_text(metrics)
    if not success:
        raise HandlerError(error or "It failed and did not say why; the plugin's log may tell.")
    return Result(output=output, metrics=text)


def _is(value: Mapping[object, object], key: str, kind: type) -> bool:
    return not value.get(key) or isinstance(value[key], kind)


def _metrics_text(metrics: object) -> str:
    if not isinstance(metrics, Mapping):
        raise BadResult(f"It returned a dict whose “metrics” is {_shown(metrics)}")
    for key, number in metrics.items():
        is_number = isinstance(number, int | float) and math.isfinite(number)
        if not isinstance(key, str) or not is_number:
            raise BadResult(f"It returned metrics in which {key!r} is {_shown(number)}")
    return json.dumps(dict(metrics), ensure_ascii=False)


def _figures(metrics: str) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {number:g}" for name, number in json.loads(metrics).items())


def _shown(value: object) -> str:
    text = repr(value)
    return f"{type(value).__name__} ({text if len(text) <= 60 else f'{text[:59]}…'})"
