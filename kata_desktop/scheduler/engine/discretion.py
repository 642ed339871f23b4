"""What a handler brought, without the secrets that slipped into it: results and errors are kept for long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kata_desktop.domain.handler import Result, Slice
from kata_desktop.scheduler.engine.finishing import Failure

Hide = Callable[[str], str]
"""Takes secrets out of a text."""

LONG = 65_536
"""Characters from which hiding is work for a thread."""


def size(outcome: object) -> int:
    """About how many characters there are to look through."""
    match outcome:
        case Result():
            return len(outcome.output) + len(outcome.session_state)
        case Slice():
            return len(outcome.output) + (size(outcome.result) if outcome.result else 0)
        case _:
            return 0


def discreet_result(result: Result, hide: Hide) -> Result:
    """Return the result as it may be stored and delivered."""
    return replace(
        result,
        output=hide(result.output),
        title=hide(result.title),
        session_title=hide(result.session_title),
        session_state=hide(result.session_state.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"),
    )


def discreet_slice(piece: Slice, hide: Hide) -> Slice:
    """Return a step of sliced work as it may be stored; its cursor is the handler's own and stays."""
    result = discreet_result(piece.result, hide) if piece.result else None
    return replace(piece, text=hide(piece.text), output=hide(piece.output), result=result)


def discreet_failure(failure: Failure, hide: Hide) -> Failure:
    """Return the failure with a sentence that may be stored."""
    return replace(failure, sentence=hide(failure.sentence))
