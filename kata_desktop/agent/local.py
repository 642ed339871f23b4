"""Finds model programs on this computer by asking two well-known ports, and nothing else."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from kata_desktop.domain.model import ModelConfig, Provider

LOCAL_PORTS = {"Ollama": 11434, "LM Studio": 1234}
ANSWER_LIMIT = 0.3
"""Seconds for the whole exchange: a program on this computer answers in a few milliseconds."""
_LONGEST_ANSWER = 1_000_000
_MOST_MODELS = 200


async def models_at(program: str, port: int) -> list[ModelConfig]:
    """Ask 127.0.0.1:`port` which models it offers; empty when nobody answers there in time."""
    try:
        async with asyncio.timeout(ANSWER_LIMIT):
            content = await _get("127.0.0.1", port, "/v1/models")
    except (OSError, TimeoutError, ValueError, RecursionError, asyncio.IncompleteReadError):
        return []
    rows = content.get("data") if isinstance(content, dict) else None
    found = [row.get("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    idents = [ident for ident in found if isinstance(ident, str) and ident.isprintable() and 0 < len(ident) <= 200]
    return [
        ModelConfig(
            name=f"{program} {ident}",
            provider=Provider.OPENAI_COMPATIBLE,
            model_id=ident,
            base_url=f"http://127.0.0.1:{port}/v1",
        )
        for ident in idents[:_MOST_MODELS]
    ]


async def _get(host: str, port: int, path: str) -> Any:
    """Fetch a small JSON document over HTTP/1.0; an HTTP library would cost a tenth of a second to import."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nAccept: application/json\r\n\r\n".encode())
        answer = await _all(reader)
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0] + b" ":
        raise ValueError("it answers, but not with models")
    return json.loads(body)


async def _all(reader: asyncio.StreamReader) -> bytes:
    answer = b""
    while len(answer) < _LONGEST_ANSWER and (piece := await reader.read(65_536)):
        answer += piece
    return answer
