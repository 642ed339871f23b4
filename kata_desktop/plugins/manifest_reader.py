"""Reads and checks ``manifest.toml``; whatever is wrong is one sentence that names file, key and reason."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from kata_desktop.domain.plugin import CredentialSpec, PluginKind
from kata_desktop.plugins.errors import ManifestInvalid
from kata_desktop.plugins.manifest import PLATFORMS, Dependency, Manifest
from kata_desktop.plugins.manifest_commands import commands_in
from kata_desktop.plugins.manifest_settings import settings_in
from kata_desktop.plugins.manifest_table import Table
from kata_desktop.plugins.manifest_tasks import tasks_in

LARGEST = 64 * 1024
"""Bytes."""
FILE = "manifest.toml"
_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_ID_SHAPE = "lower-case letters, digits and hyphens, beginning with a letter"
_VERSION = re.compile(r"[0-9]+(\.[0-9]+){1,2}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAME_SHAPE = "lower-case letters, digits and underscores, beginning with a letter"
_CAPABILITY = re.compile(r"[a-z]+(\.[a-z]+)*(:[^\s]{1,100})?")
_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,99}")
_KEYS = (
    *("id", "name", "version", "description", "icon", "kind", "on_by_default", "platforms", "capabilities"),
    *("settings", "credentials", "commands", "scheduled_tasks", "event_types", "dependencies"),
)
_AT_LINE = re.compile(r"at line (\d+)")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of the plugin in `folder`. Imports nothing of the plugin; asks the disk.

    Raises:
        ManifestInvalid: it is not there, too large, no TOML, or says something that cannot be.
    """
    top = Table(folder.name, "", _parsed(folder))
    manifest = _manifest(top, folder)
    top.done(_KEYS)
    return manifest


def _parsed(folder: Path) -> dict[str, object]:
    try:
        with (folder / FILE).open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ManifestInvalid(folder.name, "", f"it cannot be read ({error.strerror or error})") from error
    if len(content) > LARGEST:
        raise ManifestInvalid(folder.name, "", f"it is larger than {LARGEST // 1024} KB")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ManifestInvalid(folder.name, "", "it is not UTF-8 text") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(folder.name, text, str(error)) from error
    except RecursionError as error:
        raise ManifestInvalid(folder.name, "", "it is nested too deeply") from error


def _not_toml(plugin_id: str, text: str, problem: str) -> ManifestInvalid:
    found = _AT_LINE.search(problem)
    line = int(found[1]) if found else 0
    if "overwrite" not in problem and "twice" not in problem:
        return ManifestInvalid(plugin_id, "", f"it is no valid TOML ({problem[:1].lower()}{problem[1:]})")
    lines = text.splitlines()
    line = line or len(lines)  # it says "at end of document" there
    key = lines[line - 1].partition("=")[0].strip(" []\t") if 0 < line <= len(lines) else ""
    return ManifestInvalid(plugin_id, key[:100], f"line {line} gives it a second time")


def _manifest(top: Table, folder: Path) -> Manifest:
    plugin_id = top.word("id", _ID, _ID_SHAPE) if top.has("id") else folder.name
    if plugin_id != folder.name:
        raise top.refused("id", f"“{plugin_id}” differs from the name of its folder, “{folder.name}”")
    if not _ID.fullmatch(plugin_id):
        raise top.refused("id", f"the folder's name “{plugin_id}” must be {_ID_SHAPE}")
    settings, events = settings_in(top), _event_types(top)
    return Manifest(
        id=plugin_id,
        folder=folder,
        name=top.text("name", longest=60),
        version=top.word("version", _VERSION, "digits with one or two points, such as 1.0"),
        description=top.text("description", longest=300),
        icon=top.text("icon", "plugin", longest=60),
        kind=PluginKind(top.choice("kind", [kind.value for kind in PluginKind])),
        on_by_default=top.flag("on_by_default", default=True),
        platforms=_platforms(top),
        capabilities=_capabilities(top),
        settings=settings,
        credentials=_credentials(top),
        commands=commands_in(top, {spec.key for spec in settings}),
        tasks=tasks_in(top),
        event_types=tuple(events),
        event_words={name: words for name, words in events.items() if words},
        dependencies=_dependencies(top),
    )


def _platforms(top: Table) -> tuple[str, ...]:
    if not top.has("platforms"):
        return PLATFORMS
    platforms = top.texts("platforms")
    for platform in platforms:
        if platform not in PLATFORMS:
            raise top.refused("platforms", f"“{platform}” is not known; use {', '.join(PLATFORMS)}")
    if not platforms:
        raise top.refused("platforms", "it is empty; leave it out if the plugin works everywhere")
    return platforms


def _capabilities(top: Table) -> tuple[str, ...]:
    capabilities = top.texts("capabilities", longest=150)
    for capability in capabilities:
        if not _CAPABILITY.fullmatch(capability):
            raise top.refused("capabilities", f"“{capability}” is no capability; one is written like web.fetch")
    return capabilities


def _event_types(top: Table) -> dict[str, str]:
    """A list of types, or a table from types to what they mean to people."""
    if top.is_table("event_types"):
        group = top.table("event_types")
        words = {name: group.text(name, longest=120) for name in group.names()}
    else:
        words = dict.fromkeys(top.texts("event_types", longest=60), "")
    for name in words:
        if not _ID.fullmatch(name):
            raise top.refused("event_types", f"“{name}” must be {_ID_SHAPE}")
    return words


def _credentials(top: Table) -> tuple[CredentialSpec, ...]:
    found: list[CredentialSpec] = []
    for entry in top.entries("credentials"):
        name = entry.word("name", _NAME, _NAME_SHAPE)
        if any(spec.name == name for spec in found):
            raise entry.refused("name", f"“{name}” is declared twice")
        spec = CredentialSpec(
            name=name,
            label=entry.text("label", longest=60),
            help=entry.text("help", "", longest=300),
            prefix=entry.text("prefix", "", longest=40),
            required=entry.flag("required", default=True),
        )
        entry.done(("name", "label", "help", "prefix", "required"))
        found.append(spec)
    return tuple(found)


def _dependencies(top: Table) -> tuple[Dependency, ...]:
    found = []
    for entry in top.entries("dependencies"):
        module = entry.word("module", _MODULE, "the name of a Python module")
        package, reason = entry.text("package", module, longest=100), entry.text("reason", "", longest=300)
        entry.done(("module", "package", "reason"))
        found.append(Dependency(module=module, package=package, reason=reason))
    return tuple(found)
