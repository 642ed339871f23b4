"""Values of plugins' settings: read from what a person typed, and checked as they come from a manifest or the store."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.plugin import SettingSpec, SettingType, SettingValue
from kata_desktop.scheduler.inputs.durations import DurationField, parse_duration
from kata_desktop.scheduler.inputs.texts import check_line, quoted

if TYPE_CHECKING:
    from kata_desktop.plugins.manifest import Manifest

LONGEST_LINE = 2_000
LONGEST_TEXT = 100_000
MOST_LINES = 500
_ON = frozenset({"true", "on", "yes", "1"})
_OFF = frozenset({"false", "off", "no", "0"})
_LONGEST_DURATION = timedelta(days=366)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def empty_value(spec: SettingSpec) -> SettingValue:
    """The value of a setting whose manifest names no default."""
    match spec.type:
        case SettingType.SWITCH:
            return False
        case SettingType.NUMBER:
            return max(0, spec.least or 0)
        case SettingType.LIST:
            return ()
        case SettingType.CHOICE:
            return spec.choices[0]
        case SettingType.TEXT | SettingType.LONG_TEXT | SettingType.FOLDER | SettingType.DURATION:
            return ""
        case _:
            assert_never(spec.type)


def typed_value(spec: SettingSpec, text: str) -> SettingValue:
    """Read what a person typed. Raises `InvalidInput`."""
    match spec.type:
        case SettingType.SWITCH:
            return _switch(spec, text)
        case SettingType.NUMBER:
            given = text.strip()
            if not re.fullmatch(r"-?[0-9]{1,15}", given):
                raise _refused(spec, f"{quoted(text)} is not a whole number")
            return checked_value(spec, int(given))
        case SettingType.LIST:
            lines = [line for line in text.splitlines() if line.strip()]
            _refuse_other_kinds(spec, lines)
            return checked_value(spec, lines)
        case _:
            _refuse_other_kinds(spec, [text])
            return checked_value(spec, text)


def checked_value(spec: SettingSpec, value: object) -> SettingValue:
    """Return a value in the shape that its setting has. Raises `InvalidInput`."""
    match spec.type, value:
        case SettingType.SWITCH, bool():
            return value
        case SettingType.NUMBER, int() if not isinstance(value, bool):
            return _number(spec, value)
        case SettingType.LIST, list() | tuple() if all(isinstance(line, str) for line in value):
            return _lines(spec, [str(line) for line in value])
        case (
            SettingType.TEXT | SettingType.LONG_TEXT | SettingType.CHOICE | SettingType.FOLDER | SettingType.DURATION,
            str(),
        ):
            return _text(spec, value)
        case _:
            raise _refused(spec, f"It must be {_shape(spec.type)}")


def seconds_in(spec: SettingSpec, text: str) -> float:
    """A DURATION in seconds; 0 when it is empty."""
    return _duration(spec, text).total_seconds() if text else 0.0


def _refuse_other_kinds(spec: SettingSpec, lines: list[str]) -> None:
    for line in lines if spec.pattern else ():
        if line.strip() and not re.fullmatch(spec.pattern, line.strip()):
            raise _refused(spec, f"{quoted(line.strip())} cannot be used here. Give one of its kind")


def _switch(spec: SettingSpec, text: str) -> bool:
    word = text.strip().casefold()
    if word not in _ON | _OFF:
        raise _refused(spec, f"{quoted(text)} is neither on nor off")
    return word in _ON


def _number(spec: SettingSpec, value: int) -> int:
    low, high = spec.least, spec.most
    if (low is not None and value < low) or (high is not None and value > high):
        allowed = f"{low:,} to {high:,}" if low is not None and high is not None else _one_limit(low, high)
        raise _refused(spec, f"{value} is outside what is allowed. Use {allowed}")
    if abs(value) >= 2**53:
        raise _refused(spec, f"{value} is too large")
    return value


def _one_limit(low: int | None, high: int | None) -> str:
    return f"at least {low:,}" if low is not None else f"at most {high:,}"


def _lines(spec: SettingSpec, values: list[str]) -> tuple[str, ...]:
    lines = [_line(spec, value) for value in values]
    if len(lines) > MOST_LINES:
        raise _refused(spec, f"{len(lines)} lines. Use at most {MOST_LINES}")
    return tuple(dict.fromkeys(line for line in lines if line))


def _text(spec: SettingSpec, value: str) -> str:
    match spec.type:
        case SettingType.LONG_TEXT:
            text = value.replace("\r\n", "\n").strip()
            if len(text) > LONGEST_TEXT or _UNPRINTABLE.search(text):
                raise _refused(spec, f"Use printable characters, at most {LONGEST_TEXT:,}")
        case SettingType.CHOICE:
            text = value.strip()
            if text not in spec.choices:
                raise _refused(spec, f"{quoted(text)} is not known. Use {', '.join(spec.choices)}")
        case SettingType.FOLDER:
            text = _folder(spec, _line(spec, value))
        case SettingType.DURATION:
            text = _line(spec, value)
            if text:
                _duration(spec, text)
        case _:
            text = _line(spec, value)
    return text


def _folder(spec: SettingSpec, text: str) -> str:
    if not text:
        return ""
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise _refused(spec, "There is no such user") from None
    if not path.is_absolute():
        raise _refused(spec, f"{quoted(text)} is not an absolute path")
    return str(path)


def _duration(spec: SettingSpec, text: str) -> timedelta:
    example = spec.example or "30m"
    field = DurationField(
        field=spec.key, label=spec.label, low=timedelta(0), high=_LONGEST_DURATION, example=example, bare_seconds=True
    )
    return parse_duration(text, field)


def _line(spec: SettingSpec, text: str) -> str:
    return check_line(text, field=spec.key, label=spec.label, example=spec.example, longest=LONGEST_LINE)


def _shape(kind: SettingType) -> str:
    match kind:
        case SettingType.SWITCH:
            return "true or false"
        case SettingType.NUMBER:
            return "a whole number"
        case SettingType.LIST:
            return "a list of texts"
        case _:
            return "text"


def _refused(spec: SettingSpec, reason: str) -> InvalidInput:
    return InvalidInput(FieldError(field=spec.key, label=spec.label, reason=reason, example=spec.example))


def typed_values(manifest: Manifest, texts: Mapping[str, str]) -> dict[str, SettingValue]:
    """Values as typed, by the keys of their settings; raises `InvalidInput` with every refused one."""
    checked: dict[str, SettingValue] = {}
    errors: list[FieldError] = []
    for key, text in texts.items():
        spec = manifest.setting(key)
        if spec is None:
            offered = ", ".join(each.key for each in manifest.settings) or "none"
            reason = f"{manifest.name} has no setting of that name; there is {offered}"
            errors.append(FieldError(field=key, label="Setting", reason=reason))
            continue
        try:
            checked[key] = typed_value(spec, text)
        except InvalidInput as error:
            errors.extend(error.errors)
    if errors:
        raise InvalidInput(*errors)
    return checked
