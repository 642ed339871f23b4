"""The model server of the tests answers, streams, refuses and remembers."""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPResponse

import pytest

from tests.support.model_server.model_server import ModelServer


def ask(server: ModelServer, text: str, *, stream: bool = False) -> HTTPResponse:
    body = {"model": "test", "stream": stream, "messages": [{"role": "user", "content": text}]}
    request = urllib.request.Request(
        f"{server.openai_url}/chat/completions",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    answer = urllib.request.urlopen(request, timeout=10)
    assert isinstance(answer, HTTPResponse)
    return answer


def pieces(answer: HTTPResponse) -> list[str]:
    data = [line.removeprefix(b"data: ") for line in answer if line.startswith(b"data: {")]
    return [json.loads(line)["choices"][0]["delta"].get("content", "") for line in data]


def test_answers_and_remembers(model_server: ModelServer) -> None:
    with ask(model_server, "hello") as answer:
        assert json.load(answer)["choices"][0]["message"]["content"] == "Hi there from a real HTTP server!"
    [request] = model_server.wait_requests(1)
    assert (request.path, request.status, request.user_messages()) == ("/v1/chat/completions", 200, ["hello"])


def test_streams_in_pieces(model_server: ModelServer) -> None:
    with ask(model_server, "hello", stream=True) as answer:
        told = pieces(answer)
    assert len([piece for piece in told if piece]) > 1
    assert "".join(told) == "Hi there from a real HTTP server!"


def test_slow_stream_takes_its_time(model_server: ModelServer) -> None:
    started = time.monotonic()
    with ask(model_server, "slow essay", stream=True) as answer:
        assert len(pieces(answer)) > 2
    assert time.monotonic() - started > 0.5


@pytest.mark.parametrize("text,status", [("rate limit", 429), ("nothing that it knows", 503)])
def test_refuses(model_server: ModelServer, text: str, status: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(model_server, text)
    refused.value.close()
    assert refused.value.code == status
    assert refused.value.headers.get("Retry-After") == ("3" if status == 429 else None)


def test_fixtures_of_its_own_and_added_ones(start_model_server: Callable[..., ModelServer]) -> None:
    server = start_model_server({"match": {"userMessage": "ping"}, "response": {"content": "pong"}})
    server.add({"match": {"userMessage": "marco"}, "response": {"content": "polo"}})
    for text, reply in (("ping", "pong"), ("marco", "polo")):
        with ask(server, text) as answer:
            assert json.load(answer)["choices"][0]["message"]["content"] == reply


def test_fails_once_on_demand(model_server: ModelServer) -> None:
    model_server.fail_next(500)
    with pytest.raises(urllib.error.HTTPError) as failed:
        ask(model_server, "hello")
    failed.value.close()
    assert failed.value.code == 500
    ask(model_server, "hello").close()


def test_frozen_server_takes_connections_and_says_nothing(model_server: ModelServer) -> None:
    model_server.freeze()
    with socket.create_connection(("127.0.0.1", model_server.port), timeout=0.5) as connection:
        connection.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)
        model_server.thaw()
        connection.settimeout(5)
        assert connection.recv(12).startswith(b"HTTP/1.")


def test_killed_server_refuses_connections(model_server: ModelServer) -> None:
    model_server.kill()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", model_server.port), timeout=5):
        pass
