"""Runs one prompt against one model and streams the answer. Imported only when a prompt runs: it is heavy."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime

import httpx2
from pydantic import ValidationError
from pydantic_ai import Agent, AgentRunResultEvent, ModelMessagesTypeAdapter, PartDeltaEvent, PartStartEvent
from pydantic_ai.exceptions import AgentRunError, ModelConnectionError, UserError
from pydantic_ai.messages import ModelMessage, ModelRequest, TextPart, TextPartDelta, UserPromptPart
from pydantic_ai.run import AgentRunResult
from pydantic_ai.settings import ModelSettings
from pydantic_core import PydanticSerializationError

from kata_desktop.agent.errors import ModelProblem, ProblemKind
from kata_desktop.agent.metering import Meter
from kata_desktop.agent.prices import PriceTable
from kata_desktop.agent.providers import build, http_client, offered
from kata_desktop.agent.reach import Reach, reach_of
from kata_desktop.agent.request import Patience, Reply, Request
from kata_desktop.agent.translation import Situation, translated
from kata_desktop.domain.model import ModelConfig

MOST_MESSAGES = 80
"""A continued conversation forgets its oldest turns beyond this."""

_STUMBLES = (httpx2.HTTPError, LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What the libraries raise, untranslated, over an answer that breaks their protocol: null, lists, endless nesting."""

_log = logging.getLogger(__name__)


async def run(
    request: Request, on_text: Callable[[str], None], *, prices: PriceTable, now: Callable[[], datetime]
) -> Reply:
    """Send the prompt and stream the answer to `on_text`. Cancelling stops it at once, also while connecting.

    Raises:
        ModelProblem: whatever went wrong, with what was consumed until then.
    """
    client = await asyncio.to_thread(http_client, request.model, request.patience)
    meter = Meter(request.model, prices, characters_in=_length(request))
    try:
        # in a thread as well: the first use of the libraries builds schemas
        agent, history = await asyncio.to_thread(_prepare, request, client)
        _check(meter, request)
        result = await _streamed(agent, history, request, meter, on_text)
        conversation = await asyncio.to_thread(_dumped, result.all_messages())
        return Reply(text=str(result.output), history=conversation, usage=meter.usage, is_estimate=meter.is_estimate)
    except AgentRunError as error:
        reach = await _reach(request, error)
        raise translated(error, Situation(model=request.model, now=now(), usage=meter.usage, reach=reach)) from error
    except _STUMBLES as error:
        _log.warning("What %s sent was no answer", request.model.name, exc_info=True)
        sentence = (
            f"{request.model.name} sent something that is no answer ({type(error).__name__}); "
            "test the model in Settings, Models."
        )
        raise ModelProblem(ProblemKind.BAD_ANSWER, sentence, usage=meter.usage) from error
    except UserError as error:
        sentence = f"{request.model.name} cannot be used like this ({error}); look at its settings."
        raise ModelProblem(ProblemKind.BAD_REQUEST, sentence) from error
    finally:
        await client.aclose()


async def models_of(model: ModelConfig, key: str, patience: Patience) -> tuple[str, ...]:
    """Ask the service which models it offers; empty when it does not tell."""
    client = await asyncio.to_thread(http_client, model, patience)
    async with client:
        return await offered(model, key, client)


async def _reach(request: Request, error: AgentRunError) -> Reach:
    if not isinstance(error, ModelConnectionError):
        return Reach.NO_NETWORK
    return await reach_of(request.model.base_url, error, request.lookup)


async def _streamed(
    agent: Agent[None, str],
    history: list[ModelMessage],
    request: Request,
    meter: Meter,
    on_text: Callable[[str], None],
) -> AgentRunResult[str]:
    async with agent.run_stream_events(
        request.prompt, message_history=history, toolsets=list(request.toolsets)
    ) as events:
        async for event in events:
            match event:
                # the first piece comes with the start of its part
                case (
                    PartStartEvent(part=TextPart(content=text))
                    | PartDeltaEvent(delta=TextPartDelta(content_delta=text))
                ) if text:
                    meter.came(text)
                    on_text(text)
                    _check(meter, request)
                case AgentRunResultEvent():
                    meter.reported(event.result.usage.input_tokens, event.result.usage.output_tokens)
                    return event.result
                case _:
                    pass
    raise ModelProblem(ProblemKind.BAD_ANSWER, f"{request.model.name} ended without an answer.", usage=meter.usage)


def _check(meter: Meter, request: Request) -> None:
    if sentence := meter.beyond(request.caps):
        raise ModelProblem(ProblemKind.OVER_BUDGET, sentence, usage=meter.usage)


def _prepare(request: Request, client: httpx2.AsyncClient) -> tuple[Agent[None, str], list[ModelMessage]]:
    settings = ModelSettings(max_retries=0)  # retries are the scheduler's: recorded, and no silent second bill
    if request.thinking in {"low", "medium", "high"}:
        settings["thinking"] = request.thinking  # type: ignore[typeddict-item]  # one of the three, as just checked
    agent = Agent(
        build(request.model, request.key, client),
        name="kata",
        instructions=request.instructions,
        model_settings=settings,
    )
    return agent, _recent(_history(request.history))


def _history(stored: bytes) -> list[ModelMessage]:
    try:
        return ModelMessagesTypeAdapter.validate_json(stored) if stored else []
    except ValidationError:
        _log.warning("A stored conversation cannot be read any more; this run starts a fresh one", exc_info=True)
        return []


def _dumped(messages: list[ModelMessage]) -> bytes:
    try:
        return ModelMessagesTypeAdapter.dump_json(messages)
    except PydanticSerializationError:  # half a character, which some models emit, becomes a question mark
        document = ModelMessagesTypeAdapter.dump_python(messages, mode="json")
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def _recent(messages: list[ModelMessage]) -> list[ModelMessage]:
    """Keep the newest turns; a history must begin with a person's words."""
    start = max(0, len(messages) - MOST_MESSAGES)
    while start < len(messages) and not _begins_turn(messages[start]):
        start += 1
    return messages[start:]


def _begins_turn(message: ModelMessage) -> bool:
    return isinstance(message, ModelRequest) and any(isinstance(part, UserPromptPart) for part in message.parts)


def _length(request: Request) -> int:
    return len(request.prompt) + len(request.instructions) + len(request.history) // 2  # half of it is markup
