"""From the errors of the model libraries to ours: once, here. Imported only when the libraries are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic_ai import exceptions as theirs

from kata_desktop.agent.addresses import host_of, is_on_this_computer
from kata_desktop.agent.errors import ModelProblem, ProblemKind
from kata_desktop.agent.reach import Reach
from kata_desktop.domain.model import ModelConfig
from kata_desktop.domain.run import Usage

_CONTEXT_WORDS = re.compile(
    r"(?i)context (length|window)|prompt is too long|too many tokens|maximum.{0,30}(context|tokens)"
    r"|input token count.{0,60}exceeds"
)
_QUOTA_WORDS = re.compile(r"(?i)insufficient[_ ]quota|exceeded your current quota|credit balance|billing")
_REFUSAL_WORDS = re.compile(r"(?i)content[_ ](filter|policy)|safety (system|setting)|flagged|prohibited")
_SHORTEST_WAIT = timedelta(seconds=1)
_TURNED_AWAY = frozenset(
    {
        ProblemKind.BAD_KEY,
        ProblemKind.NO_QUOTA,
        ProblemKind.RATE_LIMITED,
        ProblemKind.OFFLINE,
        ProblemKind.UNKNOWN_HOST,
        ProblemKind.NOT_RUNNING,
        ProblemKind.MODEL_UNKNOWN,
        ProblemKind.CONTEXT_TOO_LONG,
        ProblemKind.BAD_REQUEST,
    }
)
"""Kinds where the service never began to work on the prompt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """What is known where an error comes up."""

    model: ModelConfig
    now: datetime
    """UTC."""
    usage: Usage
    """What was consumed until then."""
    reach: Reach = Reach.NO_NETWORK
    """Where no connection came about: why."""


def translated(error: theirs.AgentRunError, at: Situation) -> ModelProblem:
    """Say in our words what went wrong; never raises."""
    for kind, say in _SAYINGS:
        if isinstance(error, kind):
            return say(error, at)
    return _odd(error, at)


def _problem(
    kind: ProblemKind,
    sentence: str,
    at: Situation,
    *,
    wait_for_network: bool = False,
    retry_at: datetime | None = None,
) -> ModelProblem:
    # the estimate counts the prompt from the start; nobody bills one that was turned away before any answer
    usage = Usage() if kind in _TURNED_AWAY and not at.usage.output_tokens else at.usage
    return ModelProblem(kind, sentence, usage=usage, wait_for_network=wait_for_network, retry_at=retry_at)


def _no_quota(_: object, at: Situation) -> ModelProblem:
    sentence = f"The account of {at.model.name} has no quota or credit left; top it up there, or choose another model."
    return _problem(ProblemKind.NO_QUOTA, sentence, at)


def _too_long(_: object, at: Situation) -> ModelProblem:
    sentence = (
        f"The prompt and its conversation are too long for {at.model.name}; "
        "shorten the prompt or start a fresh conversation."
    )
    return _problem(ProblemKind.CONTEXT_TOO_LONG, sentence, at)


def _bad_key(_: object, at: Situation) -> ModelProblem:
    return _problem(ProblemKind.BAD_KEY, f"{at.model.name} refused the key; enter a valid one in Settings, Models.", at)


def _unknown(error: theirs.AgentRunError, at: Situation) -> ModelProblem:
    suggested = getattr(error, "suggested_model_id", None)
    hint = f" Did you mean “{suggested}”?" if suggested else ""
    sentence = f"{_where(at.model)} does not know the model “{at.model.model_id}”; choose one that it offers.{hint}"
    return _problem(ProblemKind.MODEL_UNKNOWN, sentence, at)


def _rate_limited(error: theirs.ModelAPIError, at: Situation) -> ModelProblem:
    if _QUOTA_WORDS.search(str(error)):
        return _no_quota(error, at)
    if error.retry_after is None:
        sentence = f"{at.model.name} gets too many requests now; it is tried again later."
        return _problem(ProblemKind.RATE_LIMITED, sentence, at)
    until = at.now + max(timedelta(seconds=error.retry_after), _SHORTEST_WAIT)
    sentence = f"{at.model.name} takes no requests until {until:%H:%M:%S} UTC; it is tried again then."
    return _problem(ProblemKind.RATE_LIMITED, sentence, at, retry_at=until)


def _rejected(error: theirs.ModelAPIError, at: Situation) -> ModelProblem:
    text = str(error)
    if _CONTEXT_WORDS.search(text):
        return _too_long(error, at)
    if _QUOTA_WORDS.search(text):
        return _no_quota(error, at)
    if _REFUSAL_WORDS.search(text):
        return _refused(at)
    sentence = f"{at.model.name} refused the request ({_their_words(error)}); test the model in Settings, Models."
    return _problem(ProblemKind.BAD_REQUEST, sentence, at)


def _refused(at: Situation) -> ModelProblem:
    sentence = f"{at.model.name} refused to answer because of the prompt's content; change the prompt."
    return _problem(ProblemKind.REFUSED, sentence, at)


def _unreachable(error: theirs.ModelConnectionError, at: Situation) -> ModelProblem:
    if error.phase == "read" or (error.phase is None and isinstance(error, theirs.ModelTimeoutError)):
        if isinstance(error, theirs.ModelTimeoutError):
            return _silent(error, at)
        sentence = f"The connection to {at.model.name} broke before the answer was complete; it is tried again."
        return _problem(ProblemKind.DROPPED, sentence, at)
    if is_on_this_computer(at.model.base_url):
        sentence = f"Nothing answers at {at.model.base_url}; start the program that serves {at.model.name} there."
        return _problem(ProblemKind.NOT_RUNNING, sentence, at)
    return _out_of_reach(at)


def _out_of_reach(at: Situation) -> ModelProblem:
    match at.reach:
        case Reach.NO_SUCH_HOST:
            sentence = (
                f"The network knows no “{host_of(at.model.base_url)}”, where {at.model.name} should be; "
                "correct its address in Settings, Models, or connect to the network that knows it."
            )
            return _problem(ProblemKind.UNKNOWN_HOST, sentence, at)
        case Reach.NOBODY_THERE:
            sentence = (
                f"Nothing answers at {at.model.base_url}; start what serves {at.model.name} there, "
                "or correct its address in Settings, Models."
            )
            return _problem(ProblemKind.NOT_RUNNING, sentence, at)
        case Reach.NO_NETWORK:
            pass
    sentence = f"{_where(at.model)} cannot be reached; the run waits until there is a network."
    return _problem(ProblemKind.OFFLINE, sentence, at, wait_for_network=True)


def _silent(_: object, at: Situation) -> ModelProblem:
    return _problem(ProblemKind.TIMEOUT, f"{at.model.name} did not answer in time; it is tried again later.", at)


def _failed(error: theirs.ModelAPIError, at: Situation) -> ModelProblem:
    busy = isinstance(error, theirs.ModelUnavailableError)
    status = f" (HTTP {error.status_code})" if isinstance(error, theirs.ModelHTTPError) else ""
    state = "is overloaded or down for now" if busy else "failed on its own side"
    after = None if error.retry_after is None else at.now + timedelta(seconds=error.retry_after)
    sentence = f"{_where(at.model)} {state}{status}; it is tried again later."
    return _problem(ProblemKind.SERVER, sentence, at, retry_at=after)


def _odd(error: theirs.AgentRunError, at: Situation) -> ModelProblem:
    if isinstance(error, theirs.ContentFilterError):
        return _refused(at)
    sentence = f"{at.model.name} gave no usable answer ({_their_words(error)}); test the model in Settings, Models."
    return _problem(ProblemKind.BAD_ANSWER, sentence, at)


def _their_words(error: theirs.AgentRunError) -> str:
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else body
    words = inner.get("message") if isinstance(inner, dict) else None
    return " ".join(str(words or error).split())[:200]


def _where(model: ModelConfig) -> str:
    host = host_of(model.base_url)
    return f"{model.name} at {host}" if host else model.name


_SAYINGS: tuple[tuple[type[theirs.AgentRunError], Callable[[Any, Situation], ModelProblem]], ...] = (
    (theirs.ModelQuotaExceededError, _no_quota),
    (theirs.ModelRateLimitError, _rate_limited),
    (theirs.ModelAuthenticationError, _bad_key),
    (theirs.ModelNotFoundError, _unknown),
    (theirs.ModelContextWindowExceededError, _too_long),
    (theirs.ModelRequestRejectedError, _rejected),
    (theirs.ModelConnectionError, _unreachable),
    (theirs.ModelRequestTimeout, _silent),
    (theirs.ModelAPIError, _failed),
)
"""The narrow kinds before the wide ones."""
