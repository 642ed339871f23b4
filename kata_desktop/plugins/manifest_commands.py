"""The commands that a manifest declares: the steps of a pipeline, and a server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from kata_desktop.plugins.manifest import COMMANDS, CommandTemplate
from kata_desktop.plugins.manifest_table import Table

PLACE = re.compile(r"\{([^{}]*)\}")
PLACES = ("python", "folder", "data")
SETTING = "setting:"
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_KEYS = ("argv", "timeout", "environment")
_SERVER_KEYS = ("argv", "environment", "pid_file", "port", "restart_on_crash")


def commands_in(top: Table, settings: set[str]) -> tuple[CommandTemplate, ...]:
    """Read ``[commands.*]``; `settings` are the keys that places may name. Raises `ManifestInvalid`."""
    group = top.table("commands")
    found = [_command(group.table(name), name, settings) for name in COMMANDS if group.has(name)]
    group.done(COMMANDS)
    return tuple(found)


def _command(entry: Table, name: str, settings: set[str]) -> CommandTemplate:
    argv = entry.texts_with_twins("argv")
    if not argv:
        raise entry.refused("argv", "it is empty; name a program and its arguments")
    _check_places(entry, "argv", argv, settings)
    environment = tuple(_environment(entry, settings))
    if name != "server":
        timeout = entry.duration("timeout", "5m", low=timedelta(seconds=1), high=timedelta(days=1))
        entry.done(_KEYS)
        return CommandTemplate(name=name, argv=argv, timeout=timeout, environment=environment)
    pid_file = entry.text("pid_file", "", longest=500)
    _check_places(entry, "pid_file", (pid_file,), settings)
    template = CommandTemplate(
        name=name,
        argv=argv,
        environment=environment,
        pid_file=pid_file,
        port=_port(entry, settings),
        restart_on_crash=entry.flag("restart_on_crash", default=True),
    )
    entry.done(_SERVER_KEYS)
    return template


def _environment(entry: Table, settings: set[str]) -> Iterator[tuple[str, str]]:
    group = entry.table("environment")
    for name in group.names():
        if not _VARIABLE.fullmatch(name) or name.startswith(("KATA_", "LD_", "PYTHON")):
            raise group.refused(name, "it cannot be the name of a variable here")
        value = group.text(name, "", longest=4000)
        _check_places(group, name, (value,), settings)
        yield name, value


def _port(entry: Table, settings: set[str]) -> str:
    raw = entry.raw("port", "")
    if type(raw) is int and 1 <= raw <= 65535:
        return str(raw)
    if raw == "" or (isinstance(raw, str) and raw[1:-1] in {f"{SETTING}{key}" for key in settings}):
        return str(raw)
    raise entry.refused("port", "it must be a number from 1 to 65535, or {setting:KEY} of a declared setting")


def _check_places(entry: Table, key: str, texts: tuple[str, ...], settings: set[str]) -> None:
    allowed = {*PLACES, *(f"{SETTING}{setting}" for setting in settings)}
    for text in texts:
        for place in PLACE.findall(text):
            if place not in allowed:
                offered = ", ".join(f"{{{name}}}" for name in (*PLACES, "setting:KEY"))
                raise entry.refused(key, f"{{{place}}} is no place that can be filled in; there are {offered}")
