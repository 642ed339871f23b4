"""Time zone names: IANA names that this computer knows, or "system"."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import available_timezones

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.trigger import SYSTEM_ZONE

_NOT_PLACES = frozenset({"localtime", "Factory", "posixrules"})
_SHAPE = re.compile(r"[A-Za-z0-9_+-]{1,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Return all names that may be chosen, sorted."""
    return tuple(sorted(available_timezones() - _NOT_PLACES))


def parse_zone(text: str) -> str:
    """Return a zone's name as the database spells it, or "system".

    Raises:
        InvalidInput: no such zone; a likely one is suggested.
    """
    name = text.strip(" \t\r\n")
    if name == SYSTEM_ZONE or name in _by_folded().values():
        return name
    if not name:
        raise _refused("Empty. Use a zone's name, or “system” to follow this computer")
    if not _SHAPE.fullmatch(name):
        raise _refused("Not the name of a time zone. Names have a region and a city")
    suggestion = _suggestion(name)
    if suggestion:
        raise _refused(f"There is no “{name}”. Use “{suggestion}”", "")
    raise _refused(f"There is no “{name}”. Names have a region and a city")


def place(zone: str) -> str:
    """Return what people call a zone: "Berlin" for ``Europe/Berlin``."""
    return zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")


@lru_cache(maxsize=1)
def _by_folded() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names()}


def _suggestion(name: str) -> str:
    import difflib

    folded = _by_folded()
    wanted = name.casefold().replace(" ", "_")
    if wanted in folded:
        return folded[wanted]
    cities = {key.rsplit("/", maxsplit=1)[-1]: full for key, full in folded.items()}
    if wanted in cities:
        return cities[wanted]
    close = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.75)
    return folded[close[0]] if close else ""


def _refused(reason: str, example: str = "Europe/Berlin") -> InvalidInput:
    return InvalidInput(FieldError(field="zone", label="Time zone", reason=reason, example=example))
