"""The settings that a manifest declares."""

from __future__ import annotations

import re
from dataclasses import replace

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.domain.plugin import SettingSpec, SettingType, SettingValue
from kata_desktop.plugins.manifest_table import Table
from kata_desktop.plugins.setting_values import checked_value, empty_value

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FAR = 2**53
_KEYS = ("key", "label", "type", "default", "help", "required", "choices", "least", "most", "pattern", "example")


def settings_in(top: Table) -> tuple[SettingSpec, ...]:
    """Read ``[[settings]]``. Raises `ManifestInvalid`."""
    found: list[SettingSpec] = []
    for entry in top.entries("settings"):
        spec = _setting(entry)
        if any(other.key == spec.key for other in found):
            raise entry.refused("key", f"“{spec.key}” is declared twice")
        found.append(spec)
    return tuple(found)


def _setting(entry: Table) -> SettingSpec:
    key = entry.word("key", _KEY, "lower-case letters, digits and underscores, beginning with a letter")
    kind = SettingType(entry.choice("type", [kind.value for kind in SettingType], SettingType.TEXT.value))
    least, most = _limits(entry, kind)
    example = entry.text("example", "", longest=200)
    spec = SettingSpec(
        key=key,
        label=entry.text("label", longest=60),
        type=kind,
        help=entry.text("help", "", longest=300),
        required=entry.flag("required", default=False),
        choices=_choices(entry, kind),
        least=least,
        most=most,
        pattern=_pattern(entry, kind, example),
        example=example,
    )
    default = _default(entry, spec)
    entry.done(_KEYS)
    return replace(spec, default=default)


def _choices(entry: Table, kind: SettingType) -> tuple[str, ...]:
    if kind is not SettingType.CHOICE:
        if entry.has("choices"):
            raise entry.refused("choices", f"a setting of type {kind.value} has none")
        return ()
    choices = entry.texts("choices", longest=100)
    if not choices:
        raise entry.refused("choices", "a setting of type choice needs at least one")
    return choices


def _limits(entry: Table, kind: SettingType) -> tuple[int | None, int | None]:
    if kind is not SettingType.NUMBER:
        for key in ("least", "most"):
            if entry.has(key):
                raise entry.refused(key, f"a setting of type {kind.value} has no limits")
        return None, None
    least = entry.number("least", None, least=-_FAR, most=_FAR)
    most = entry.number("most", None, least=-_FAR, most=_FAR)
    if least is not None and most is not None and least > most:
        raise entry.refused("least", f"{least} is more than most, {most}")
    return least, most


def _pattern(entry: Table, kind: SettingType, example: str) -> str:
    if not entry.has("pattern"):
        return ""
    if kind not in {SettingType.TEXT, SettingType.LIST}:
        raise entry.refused("pattern", f"a setting of type {kind.value} has none")
    pattern = entry.text("pattern", longest=200)
    try:
        matched = re.fullmatch(pattern, example)
    except re.error as error:
        raise entry.refused("pattern", f"it is no regular expression ({error})") from error
    if not example:
        raise entry.refused("pattern", "it needs an example beside it, for whoever types something else")
    if matched is None:
        raise entry.refused("pattern", "the example does not match it")
    return pattern


def _default(entry: Table, spec: SettingSpec) -> SettingValue:
    raw = entry.raw("default")
    if raw is None:
        return empty_value(spec)
    try:
        return checked_value(spec, raw)
    except InvalidInput as error:
        reason = error.errors[0].reason.rstrip(".")
        raise entry.refused("default", f"{reason[:1].lower()}{reason[1:]}") from error
