"""JSON-RPC 2.0, one document a line: how requests and answers are written and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kata_desktop.control.failures import RpcCode

LONGEST_LINE = 1_048_576
"""Bytes of one request, its line end included."""


class BadMessage(Exception):
    """A line that is no request. `ident` is the request's id as far as it could be read."""

    def __init__(self, code: RpcCode, message: str, ident: str | int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.ident = ident


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A call; without an id nobody waits for an answer."""

    method: str
    params: Mapping[str, object]
    ident: str | int | None
    wants_answer: bool


def read_request(line: bytes) -> Request:
    """Read one line. Raises `BadMessage`."""
    message = _document(line)
    if not isinstance(message, dict):
        what = "batches are not taken, send one request a line" if isinstance(message, list) else "an object is needed"
        raise BadMessage(RpcCode.INVALID_REQUEST, what)
    ident = message.get("id")
    if isinstance(ident, bool) or not isinstance(ident, str | int | None):
        raise BadMessage(RpcCode.INVALID_REQUEST, "id must be a text, a whole number or null")
    if message.get("jsonrpc") != "2.0":
        raise BadMessage(RpcCode.INVALID_REQUEST, 'jsonrpc must be "2.0"', ident)
    method, params = message.get("method"), message.get("params", {})
    if not isinstance(method, str):
        raise BadMessage(RpcCode.INVALID_REQUEST, "method must be a text", ident)
    if not isinstance(params, dict):
        raise BadMessage(RpcCode.INVALID_PARAMS, "parameters are given by name, in an object", ident)
    return Request(method=method, params=params, ident=ident, wants_answer="id" in message)


def request_line(method: str, params: Mapping[str, object], ident: int) -> bytes:
    """Write a call."""
    return _line({"jsonrpc": "2.0", "id": ident, "method": method, "params": dict(params)})


def result_line(ident: str | int | None, result: object) -> bytes:
    """Write the answer to a call."""
    return _line({"jsonrpc": "2.0", "id": ident, "result": result})


def error_line(ident: str | int | None, code: RpcCode, message: str, data: Mapping[str, object] | None = None) -> bytes:
    """Write a refusal."""
    error: dict[str, object] = {"code": int(code), "message": message}
    if data is not None:
        error["data"] = data
    return _line({"jsonrpc": "2.0", "id": ident, "error": error})


def notification_line(method: str, params: object) -> bytes:
    """Write something that is told without being asked for an answer."""
    return _line({"jsonrpc": "2.0", "method": method, "params": params})


def _line(message: object) -> bytes:
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8") + b"\n"
    except UnicodeEncodeError:  # half a character, which somebody will refuse by name: let it travel escaped
        return json.dumps(message, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"


def _document(line: bytes) -> object:
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:  # wrong UTF-8, no JSON, a number too long, nested too deeply
        raise BadMessage(RpcCode.PARSE_ERROR, "the line is not one JSON document in UTF-8") from error


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")
