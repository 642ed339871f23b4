"""Whether what a model gives a tool fits the tool's own schema; models leave things out and make things up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kata_desktop.domain.errors import Refused

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list, tuple),
    "object": (Mapping,),
    "null": (type(None),),
}
_WORDS: Mapping[str, str] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def check_arguments(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
    """Raise `Refused`, with a sentence for the model, for arguments that do not fit.

    Looked at are ``type``, ``properties``, ``required``, ``additionalProperties: false``, ``items``, ``enum``,
    ``minimum``, ``maximum``, ``minLength`` and ``maxLength``; what a schema says besides is for the model alone.
    """
    for wrong in _in_object(schema, arguments, ""):
        raise Refused(f"It was not called, since {wrong}; call it again with arguments that fit.")


def _in_object(schema: Mapping[str, Any], value: Mapping[str, Any], place: str) -> Iterator[str]:
    properties = schema.get("properties") or {}
    for name in schema.get("required") or ():
        if name not in value:
            yield f"“{place}{name}” is missing"
    for name, part in value.items():
        if name in properties:
            yield from _in_value(properties[name], part, f"{place}{name}")
        elif schema.get("additionalProperties") is False:
            offered = ", ".join(properties) or "none"
            yield f"there is no “{place}{name}”, only {offered}"


def _in_value(schema: Any, value: object, place: str) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        return
    kinds = schema.get("type", ())
    wanted = [kinds] if isinstance(kinds, str) else list(kinds)
    if wanted and not any(_is(kind, value) for kind in wanted):
        yield f"“{place}” must be {' or '.join(_WORDS.get(kind, kind) for kind in wanted)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"“{place}” must be one of {', '.join(str(each) for each in schema['enum'])}"
    yield from _out_of_limits(schema, value, place)
    match value:
        case Mapping():
            yield from _in_object(schema, value, f"{place}.")
        case list() | tuple():
            for number, part in enumerate(value, start=1):
                yield from _in_value(schema.get("items"), part, f"{place}[{number}]")
        case _:
            return


def _is(kind: str, value: object) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return kind not in _KINDS or isinstance(value, _KINDS[kind])


def _out_of_limits(schema: Mapping[str, Any], value: object, place: str) -> Iterator[str]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value < schema.get("minimum", value):
            yield f"“{place}” must be at least {schema['minimum']}"
        if value > schema.get("maximum", value):
            yield f"“{place}” must be at most {schema['maximum']}"
    if isinstance(value, str) and not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"“{place}” is too short or too long"
