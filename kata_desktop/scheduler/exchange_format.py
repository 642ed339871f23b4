"""The file that tasks are exported to and imported from: read as if a stranger had written it.

A JSON document ``{"format": "kata-desktop-tasks", "version": 1, "tasks": [{"name": …, "cron": […], …}]}`` whose
task fields are those of `TaskInput`. No message repeats what a file says, since it may hold a secret.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NoReturn

from kata_desktop.desktop.redaction import SECRET_SHAPES
from kata_desktop.desktop.regular_files import read_regular
from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.task_input import TaskInput

FORMAT = "kata-desktop-tasks"
VERSION = 1
LARGEST = 1_000_000
"""Bytes."""
DEEPEST = 20
MOST_TASKS = 1_000
_LARGEST_INTEGER = 2**63 - 1

_LISTS = frozenset({"cron", "targets", "tags"})
_FLAGS = frozenset({"only_when_changed"})
_NUMBERS = frozenset({"retries", "max_runs", "max_tokens_per_day"})
_TASK_KEYS = frozenset(each.name for each in fields(TaskInput))
_FILE_KEYS = frozenset({"format", "version", "tasks", "exported_at", "program"})

_STRUCTURE = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExchangeFile:
    """What a file says."""

    version: int
    tasks: tuple[TaskInput, ...]
    exported_at: str = ""
    program: str = ""


def read_file(path: Path) -> ExchangeFile:
    """Read a regular file of at most 1 MB; never waits for a pipe or a device.

    Raises:
        InvalidInput: it cannot be read, is no such file, or its content is refused.
    """
    return read_bytes(_content(path))


def read_bytes(data: bytes) -> ExchangeFile:
    """Read a file's content; a byte order mark is taken.

    Raises:
        InvalidInput: too large, not UTF-8, not strict JSON, of another shape, or with a secret in it.
    """
    if len(data) > LARGEST:
        raise _too_large()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"Not UTF-8 text: byte {error.start + 1} is wrong. Save the file as UTF-8") from None
    return _document(_parsed(text))


def write(tasks: Iterable[TaskInput], *, exported_at: str, program: str) -> str:
    """Return the text of an export; fields that were not given are left out."""
    rows = [{key: value for key, value in asdict(task).items() if value is not None} for task in tasks]
    document = {"format": FORMAT, "version": VERSION, "program": program, "exported_at": exported_at, "tasks": rows}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _content(path: Path) -> bytes:
    try:
        return read_regular(path, most=LARGEST)
    except OSError as error:
        if error.errno == errno.EINVAL:
            raise _refused("Not a regular file. Choose a file that was exported before") from error
        if error.errno == errno.EFBIG:
            raise _too_large() from error
        raise _refused(f"Cannot be read ({error.strerror}). Choose a file that you may read") from error


def _parsed(text: str) -> Any:
    _check_depth(text)
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_fraction
        )
    except json.JSONDecodeError as error:
        what = "Something follows the end" if error.msg == "Extra data" else "Not JSON"
        raise _refused(f"{what} (line {error.lineno}, column {error.colno}). Export it again") from None


def _check_depth(text: str) -> None:
    depth = 0
    for match in _STRUCTURE.finditer(text):
        if match[0] in "[{":
            depth += 1
        elif match[0] in "]}":
            depth -= 1
        if depth > DEEPEST:
            raise _refused(f"Nested more than {DEEPEST} deep. Export it again")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refused("A key occurs twice in the same object. Keep one of them")
    return found


def _constant(_: str) -> NoReturn:
    raise _refused("Has a number that is not finite. Use whole numbers")


def _fraction(_: str) -> NoReturn:
    raise _refused("Has a number with a fraction. Use whole numbers, and text for amounts")


def _integer(digits: str) -> int:
    if len(digits) > 20 or abs(int(digits)) > _LARGEST_INTEGER:
        raise _refused("Has a number that is too large. Use whole numbers below 2^63")
    return int(digits)


def _document(document: Any) -> ExchangeFile:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _refused(f"Not an export of tasks: its “format” is not “{FORMAT}”")
    _check_version(document.get("version"))
    _check_keys(document, _FILE_KEYS, "the file")
    tasks = document.get("tasks")
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise _refused("“tasks” is not a list of objects")
    if len(tasks) > MOST_TASKS:
        raise _refused(f"{len(tasks):,} tasks. Import at most {MOST_TASKS:,} at once")
    _check_secrets(document)
    return ExchangeFile(
        version=VERSION,
        tasks=tuple(_task(task, f"task {number}") for number, task in enumerate(tasks, start=1)),
        exported_at=_text(document.get("exported_at", ""), "“exported_at” of the file"),
        program=_text(document.get("program", ""), "“program” of the file"),
    )


def _check_version(version: Any) -> None:
    if type(version) is not int or version < 1:
        raise _refused(f"“version” is missing or not a whole number. This program writes version {VERSION}")
    if version > VERSION:
        raise _refused("Written by a newer version of Kata Desktop. Update this one, then import again")


def _check_keys(found: dict[str, Any], allowed: frozenset[str], where: str) -> None:
    unknown = [key for key in found if key not in allowed]
    if unknown:
        harmless = re.fullmatch(r"[a-z_]{1,30}", unknown[0]) and not _holds_secret(unknown[0])
        shown = f" “{unknown[0]}”" if harmless else ""
        raise _refused(f"Unknown key{shown} in {where}. Remove it")


def _check_secrets(document: dict[str, Any]) -> None:
    for number, task in enumerate(document["tasks"], start=1):
        for key, value in task.items():
            if _holds_secret(f"{key}\n{json.dumps(value, ensure_ascii=False)}"):
                place = f"“{key}” of task {number}" if key in _TASK_KEYS else f"task {number}"
                raise _refused(f"What looks like a secret is in {place}. Remove it: secrets belong in the keyring")
    if _holds_secret(json.dumps(document, ensure_ascii=False)):
        raise _refused("What looks like a secret is in the file. Remove it: secrets belong in the keyring")


def _holds_secret(text: str) -> bool:
    return any(shape.search(text) for shape in SECRET_SHAPES)


def _task(task: dict[str, Any], where: str) -> TaskInput:
    _check_keys(task, _TASK_KEYS, where)
    return TaskInput(**{key: _value(key, value, f"“{key}” of {where}") for key, value in task.items()})


def _value(key: str, value: Any, where: str) -> Any:
    if key in _LISTS:
        if not isinstance(value, list):
            raise _refused(f"{where} is not a list of texts")
        return tuple(_text(each, f"An entry of {where}") for each in value)
    if key in _FLAGS:
        if not isinstance(value, bool):
            raise _refused(f"{where} is not true or false")
        return value
    if key in _NUMBERS and type(value) is int:
        return str(value)
    return _text(value, where)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _refused(f"{where} is not a text")
    return value


def _too_large() -> InvalidInput:
    return _refused("Larger than 1 MB. Import a smaller file")


def _refused(reason: str) -> InvalidInput:
    return InvalidInput(FieldError(field="file", label="Import file", reason=reason))
