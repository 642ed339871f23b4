"""Services that answer with anything but an answer: each becomes a sentence, none gets another's key or the loop."""

from __future__ import annotations

import asyncio
import gzip
import json

import pytest

from kata_desktop.agent.errors import ModelProblem
from kata_desktop.agent.local import models_at
from kata_desktop.agent.request import Patience
from kata_desktop.domain.model import ModelConfig, Provider
from tests.engine.agent.conftest import MODEL_IDS, PROVIDERS, Desk, context, heartbeat
from tests.support.hostile_service import answering, hostile_service, streaming

KEY = "sk-canary-0123456789abcdef"


def event(text: str) -> bytes:
    """One piece of a streamed answer of the OpenAI protocol."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    row = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(row).encode() + b"\n\n"


_LAST = {"index": 0, "delta": {}, "finish_reason": "stop"}
DONE = b"data: " + json.dumps({"id": "1", "created": 1, "model": "m", "choices": [_LAST]}).encode() + b"\n\n"
DONE += b"data: [DONE]\n\n"

NO_ANSWERS = {
    "a page": (b"<html><script>alert(1)</script></html>", "text/html"),
    "nothing": (b"", "text/event-stream"),
    "null": (b"null", "application/json"),
    "a list": (b"[]", "application/json"),
    "an object": (b"{}", "application/json"),
    "broken JSON": (b"data: {\n\n", "text/event-stream"),
    "JSON null in the stream": (b"data: null\n\n", "text/event-stream"),
    "a list in the stream": (b"data: [1]\n\n", "text/event-stream"),
    "a text in the stream": (b'data: "x"\n\n', "text/event-stream"),
    "nested without end": (b"data: " + b"[" * 100_000 + b"\n\n", "text/event-stream"),
    "no UTF-8": (b"data: \xff\xfe\n\n", "text/event-stream"),
    "a picture": (b"\x89PNG\r\n\x1a\n" * 100, "image/png"),
    "5,000 digits": (b'data: {"id": ' + b"9" * 5000 + b"}\n\n", "text/event-stream"),
    "an error in the stream": (b'event: error\ndata: {"error": {"message": "no"}}\n\n', "text/event-stream"),
    "a choice without a message": (b'data: {"choices": [{"delta": null}]}\n\n', "text/event-stream"),
    "a type of its own": (b'event: x\ndata: {"type": "message_start", "message": 5}\n\n', "text/event-stream"),
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("name", NO_ANSWERS)
async def test_what_is_no_answer_becomes_a_sentence(desk: Desk, provider: Provider, name: str) -> None:
    body, kind = NO_ANSWERS[name]
    async with hostile_service(answering(body, kind=kind)) as service:
        await desk.add_model(service.url, provider, key=KEY)
        with pytest.raises(ModelProblem) as caught:
            await desk.handler(patience=Patience(silence=5))(context("hello"))
    assert KEY not in str(caught.value)
    assert len(caught.value.sentence) < 500


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
async def test_a_service_cannot_send_prompt_and_key_elsewhere(desk: Desk, provider: Provider, status: str) -> None:
    async with hostile_service(answering(b"{}", kind="application/json")) as other:
        elsewhere = f"Location: {other.url.replace('127.0.0.1', 'localhost')}/v1\r\n"
        async with hostile_service(answering(b"", status=status, extra=elsewhere)) as service:
            model = await desk.add_model(service.url, provider, key=KEY)
            with pytest.raises(ModelProblem):
                await desk.handler(patience=Patience(silence=5))(context("hello"))
            assert await desk.models.offered(model, KEY) == ()
            assert service.requests
        assert other.requests == []


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "status", ["400 Bad", "401 No", "403 No", "404 No", "413 Big", "429 Many", "500 Oops", "599 ?"]
)
async def test_an_endless_complaint_becomes_a_short_sentence(desk: Desk, provider: Provider, status: str) -> None:
    body = json.dumps({"error": {"message": f"Wrong key {KEY}? " + "x\n\x1b[2J" * 200_000}}).encode()
    async with hostile_service(answering(body, kind="application/json", status=status)) as service:
        await desk.add_model(service.url, provider, key=KEY)
        with pytest.raises(ModelProblem) as caught:
            await desk.handler(patience=Patience(silence=5))(context("hello"))
    assert len(caught.value.sentence) < 500
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_an_answer_packed_wrongly_becomes_a_sentence(desk: Desk, provider: Provider) -> None:
    async with hostile_service(answering(b"no gzip", extra="Content-Encoding: gzip\r\n")) as service:
        await desk.add_model(service.url, provider, key=KEY)
        with pytest.raises(ModelProblem) as caught:
            await desk.handler(patience=Patience(silence=5))(context("hello"))
    assert len(caught.value.sentence) < 500


async def test_half_a_character_in_an_answer_is_taken(desk: Desk) -> None:
    body = event("half \ud800 here") + DONE
    async with hostile_service(answering(body)) as service:
        await desk.add_model(service.url)
        result = await desk.handler()(context("hello"))
    assert result.output == "half \ud800 here"
    assert "half ? here" in result.session_state.decode("utf-8")
    await desk.keep_session(result)
    assert "half ? here" in (await desk.sessions.messages(result.session_id))[1].text


async def test_a_stream_without_end_is_stopped_by_its_cap_and_leaves_the_loop_free(desk: Desk) -> None:
    async with hostile_service(streaming(event("word " * 200))) as service:
        await desk.add_model(service.url)
        gaps: list[float] = []
        watch = asyncio.ensure_future(heartbeat(gaps))  # noqa: TID251 - beside the run
        try:
            with pytest.raises(ModelProblem, match="limit of tokens"):
                await desk.handler()(context("hello", max_tokens_per_day=300_000))
        finally:
            watch.cancel()
    assert sorted(gaps)[-2] < 0.1
    assert max(gaps) < 0.25


async def test_a_million_characters_arrive_and_leave_the_loop_free(desk: Desk) -> None:
    async with hostile_service(streaming(event("x" * 500), 2_000, end=DONE)) as service:
        await desk.add_model(service.url)
        await desk.handler()(context("warm up, the libraries are loaded"))
        gaps: list[float] = []
        watch = asyncio.ensure_future(heartbeat(gaps))  # noqa: TID251 - beside the run
        try:
            result = await desk.handler()(context("hello"))
        finally:
            watch.cancel()
    assert len(result.output) == 1_000_000
    assert sorted(gaps)[-2] < 0.1


async def test_ten_megabytes_in_one_piece_end_with_the_run(desk: Desk) -> None:
    async with hostile_service(answering(event("x" * 10_000_000) + DONE)) as service:
        await desk.add_model(service.url)
        with pytest.raises(ModelProblem, match="limit of tokens"):
            await desk.handler()(context("hello"))


async def test_a_stream_of_nothing_is_stopped_by_whoever_stops_the_run(desk: Desk) -> None:
    async with hostile_service(streaming(b": still there\n\n")) as service:
        await desk.add_model(service.url)
        run = asyncio.ensure_future(desk.handler()(context("hello")))  # noqa: TID251 - the engine's part here
        async with asyncio.timeout(30):
            while not service.requests:  # noqa: ASYNC110 - the other side of a socket
                await asyncio.sleep(0.01)
        run.cancel()
        await asyncio.wait({run}, timeout=20)
        assert run.cancelled()


LISTS = {
    "a number": b'{"data": 5}',
    "a text": b'{"data": "models"}',
    "numbers": b'{"data": [1, null, [], {"id": 5}, {"id": null}, {"id": "a\\nb"}, {"id": "\\u202ex"}]}',
    "nested without end": b"[" * 200_000,
    "a list": b"[1]",
    "no UTF-8": b'{"data": "\xff"}',
    "5,000 digits": b'{"data": ' + b"9" * 5000 + b"}",
    "a name without end": b'{"data": [{"id": "' + b"x" * 100_000 + b'"}]}',
    "larger than any list": b'{"data": "' + b"x" * 6_000_000 + b'"}',
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("name", LISTS)
async def test_what_is_no_list_of_models_offers_none(desk: Desk, provider: Provider, name: str) -> None:
    async with hostile_service(answering(LISTS[name], kind="application/json")) as service:
        model = ModelConfig(name="M", provider=provider, model_id=MODEL_IDS[provider], base_url=service.url)
        assert await desk.models.offered(model, "") == ()
        assert await models_at("Ollama", int(service.url.rpartition(":")[2])) == []


async def test_a_packed_list_that_unpacks_without_end_offers_none(desk: Desk) -> None:
    bomb = gzip.compress(b'{"data": "' + b"0" * 300_000_000)
    async with hostile_service(answering(bomb, kind="application/json", extra="Content-Encoding: gzip\r\n")) as service:
        model = ModelConfig(name="M", provider=Provider.OPENAI, model_id="m", base_url=service.url)
        assert await desk.models.offered(model, "") == ()
