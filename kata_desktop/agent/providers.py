"""The model libraries' objects for a configured model. Imported only when they are needed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from kata_desktop.agent.addresses import HOMES, is_on_this_computer
from kata_desktop.agent.request import Patience
from kata_desktop.domain.errors import Bug
from kata_desktop.domain.model import ModelConfig, Provider

_NO_KEY = "none"
"""Sent where an endpoint needs no key: the libraries insist on one."""
_LONGEST_LIST = 4_000_000
"""Bytes."""
_LONGEST_NAME = 200
_MOST_NAMES = 5_000


def http_client(model: ModelConfig, patience: Patience) -> httpx2.AsyncClient:
    """Make the connection pool of one run; reads certificates, so call it in a thread. Close it afterwards."""
    timeout = httpx2.Timeout(patience.silence, connect=patience.connect)
    # a proxy from the environment leads out of this computer, never back into it
    return httpx2.AsyncClient(timeout=timeout, trust_env=not is_on_this_computer(model.base_url))


def build(model: ModelConfig, key: str, client: httpx2.AsyncClient) -> Model:
    """Make the library's model; nothing is sent yet."""
    address, key = base_address(model), key or _NO_KEY
    match model.provider:
        case Provider.OPENAI:
            provider = OpenAIProvider(base_url=address, api_key=key, http_client=client)
            return OpenAIChatModel(model.model_id, provider=provider)
        case Provider.OPENAI_COMPATIBLE:
            compatible = OpenAICompatibleProvider(
                "openai-compatible", base_url=address, api_key=key, http_client=client
            )
            return OpenAIChatModel(model.model_id, provider=compatible)
        case Provider.ANTHROPIC:
            return AnthropicModel(
                model.model_id, provider=AnthropicProvider(api_key=key, base_url=address, http_client=client)
            )
        case Provider.GOOGLE:
            return GoogleModel(
                model.model_id, provider=GoogleProvider(api_key=key, base_url=address, http_client=client)
            )
        case Provider.REMINDER:
            raise Bug("the reminder needs no library")


def base_address(model: ModelConfig) -> str:
    """Return the address as the provider's library wants it, whether or not the person typed the version part."""
    address = (model.base_url or HOMES.get(model.provider, "")).rstrip("/")
    match model.provider:
        case Provider.OPENAI | Provider.OPENAI_COMPATIBLE:
            return address if httpx2.URL(address).path.strip("/") else f"{address}/v1"
        case Provider.ANTHROPIC:
            return address.removesuffix("/v1")
        case _:
            return address.removesuffix("/v1beta").removesuffix("/v1")


async def offered(model: ModelConfig, key: str, client: httpx2.AsyncClient) -> tuple[str, ...]:
    """Ask the service which models it offers; empty when it does not tell."""
    address, key = base_address(model), key or _NO_KEY
    headers: Mapping[str, str]
    match model.provider:
        case Provider.ANTHROPIC:
            url, headers = f"{address}/v1/models", {"x-api-key": key, "anthropic-version": "2023-06-01"}
        case Provider.GOOGLE:
            url, headers = f"{address}/v1beta/models", {"x-goog-api-key": key}
        case _:
            url, headers = f"{address}/models", {"Authorization": f"Bearer {key}"}
    try:
        content = await _document(client, url, headers)
    except (httpx2.HTTPError, ValueError, RecursionError):
        return ()
    rows = (content.get("data") or content.get("models")) if isinstance(content, dict) else []
    named = (
        [row.get("id") or row.get("name") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )
    names = {name.removeprefix("models/") for name in named if isinstance(name, str) and name.isprintable()}
    return tuple(sorted(name for name in names if 0 < len(name) <= _LONGEST_NAME)[:_MOST_NAMES])


async def _document(client: httpx2.AsyncClient, url: str, headers: Mapping[str, str]) -> Any:
    """Fetch a JSON document of a size that a list of models may have. Raises ValueError when it is none."""
    content = b""
    async with client.stream("GET", url, headers=dict(headers)) as answer:
        if not answer.is_success:
            return {}
        async for piece in answer.aiter_bytes():
            content += piece
            if len(content) > _LONGEST_LIST:
                raise ValueError("that is no list of models")
    return json.loads(content)
