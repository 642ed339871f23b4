"""Plugins' tools as the model libraries want them; made for every run anew, narrowed to what it may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from kata_desktop.domain.handler import RunContext
from kata_desktop.plugins.offered_tools import OfferedTool, may_write

if TYPE_CHECKING:
    from pydantic_ai.toolsets import AbstractToolset


def toolsets_of(
    offered: Callable[[str], Sequence[OfferedTool]],
) -> Callable[[RunContext], Sequence[AbstractToolset[Any]]]:
    """What `PromptHandler` asks for the tools of a run; `offered` gives those of a workspace."""

    def toolsets(context: RunContext) -> Sequence[AbstractToolset[Any]]:
        writes = may_write(context)
        tools = [tool for tool in offered(context.spec.workspace_id) if writes or not tool.writes]
        return (_toolset(tools),) if tools else ()

    return toolsets


def _toolset(tools: Sequence[OfferedTool]) -> AbstractToolset[Any]:
    from pydantic_ai import Tool  # heavy, and there already when a prompt runs
    from pydantic_ai.toolsets import FunctionToolset

    return FunctionToolset(
        [
            Tool.from_schema(
                _called(tool), name=tool.name, description=tool.description, json_schema=dict(tool.parameters)
            )
            for tool in tools
        ]
    )


def _called(tool: OfferedTool) -> Callable[..., Awaitable[str]]:
    async def call(**arguments: Any) -> str:
        return await tool.call(arguments)

    return call
