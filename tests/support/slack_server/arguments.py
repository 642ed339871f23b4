"""Reading a request's arguments as Slack does: query, form or JSON."""

from __future__ import annotations

import base64
import json
from typing import Any

from aiohttp import web

from tests.support.slack_server.refusal import Refusal, bad_argument


class Arguments:
    """What a client sent along with a call."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def text(self, name: str, default: str | None = None) -> str:
        """A text; required unless there is a default."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise bad_argument(f"missing required field: {name}")
            return default
        if not isinstance(value, str):
            raise bad_argument(f"must be a string: {name}")
        return value

    def switch(self, name: str) -> bool:
        """A truth value in any of Slack's spellings."""
        return self.values.get(name) in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int, most: int) -> int:
        """A page size."""
        try:
            value = int(self.values.get(name) or default)
        except (TypeError, ValueError):
            raise bad_argument(f"must be an integer: {name}") from None
        if not 1 <= value <= most:
            raise Refusal("invalid_limit")
        return value

    def mapping(self, name: str, error: str) -> dict[str, Any] | None:
        """An object, given as such or as JSON text (in a form)."""
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise Refusal(error) from None
        if value is not None and not isinstance(value, dict):
            raise Refusal(error)
        return value


async def read_arguments(request: web.Request) -> Arguments:
    """Query and body together; the body wins."""
    values: dict[str, Any] = dict(request.query)
    if "token" in values:
        raise Refusal("invalid_auth")  # tokens in addresses end up in logs: refused for newer apps
    if request.method == "POST" and request.can_read_body:
        match request.content_type:
            case "application/json":
                values.update(await _json_object(request))
            case "application/x-www-form-urlencoded" | "multipart/form-data":
                values.update(await request.post())
            case _:
                raise Refusal("invalid_post_type")
    return Arguments(values)


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(body, dict):
        raise Refusal("json_not_object")
    return body


def cut_page(rows: list[Any], arguments: Arguments, *, default: int = 100, most: int = 1000) -> tuple[list[Any], str]:
    """One page of rows and the cursor of the next one, empty at the end."""
    start = _place(arguments.text("cursor", ""))
    size = arguments.number("limit", default, most)
    following = start + size
    cursor = base64.b64encode(f"next:{following}".encode()).decode() if following < len(rows) else ""
    return rows[start:following], cursor


def _place(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        place = int(number)
    except ValueError:
        raise Refusal("invalid_cursor") from None
    if word != "next":
        raise Refusal("invalid_cursor")
    return place
