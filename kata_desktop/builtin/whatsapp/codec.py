"""Dataclasses to lines of JSON and back. Reading is strict: every field, nothing else, each of its own type."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
_KIND = "kind"


class NotOurs(ValueError):
    """A line does not say what it must. Never names what stood in it, which may be a key."""


def encode(said: object) -> str:
    """One line without its end."""
    facts = dataclasses.asdict(said)  # type: ignore[call-overload]  # only dataclasses of `wire` come here
    return json.dumps({_KIND: type(said).__name__, **facts}, ensure_ascii=False)


def decode(line: str, kinds: tuple[type[T], ...]) -> T:
    """Read one of these. Raises `NotOurs`."""
    try:
        facts: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NotOurs("it is no JSON") from error
    if not isinstance(facts, dict) or not isinstance(kind := facts.pop(_KIND, None), str):
        raise NotOurs("it is no object with a kind")
    found = next((each for each in kinds if each.__name__ == kind), None)
    if found is None:
        raise NotOurs("its kind is not known")
    return _made(found, facts)


def _made(kind: type[T], facts: dict[str, Any]) -> T:
    readers: dict[str, Callable[[Any], Any]] = _readers(kind)  # type: ignore[arg-type]  # classes are hashable
    if facts.keys() != readers.keys():
        raise NotOurs(f"{kind.__name__} has other fields")
    return kind(**{name: read(facts[name]) for name, read in readers.items()})


@cache
def _readers(kind: type[Any]) -> dict[str, Callable[[Any], Any]]:
    return {name: _reader(kind, name, hint) for name, hint in get_type_hints(kind).items()}


def _reader(kind: type[Any], name: str, hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) is tuple:
        (inner, _) = get_args(hint)
        one = _reader(kind, name, inner)
        return lambda value: tuple(one(each) for each in _checked(kind, name, list, value))
    if dataclasses.is_dataclass(hint):
        return lambda value: _made(hint, _checked(kind, name, dict, value))  # type: ignore[arg-type]
    if issubclass(hint, StrEnum):
        return lambda value: _member(kind, name, hint, value)
    if hint is float:
        return lambda value: float(_checked(kind, name, (int, float), value))
    return lambda value: _checked(kind, name, hint, value)


def _checked(kind: type[Any], name: str, wanted: Any, value: Any) -> Any:
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise NotOurs(f"{kind.__name__}.{name} is of another type")
    return value


def _member(kind: type[Any], name: str, wanted: type[StrEnum], value: Any) -> StrEnum:
    try:
        return wanted(_checked(kind, name, str, value))
    except ValueError as error:
        raise NotOurs(f"{kind.__name__}.{name} is not known") from error
