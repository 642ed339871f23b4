"""What a test gives a plugin: nothing that a person could not have given it, or its test would prove nothing."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.domain.plugin import CredentialSpec, PluginKind, SettingSpec, SettingType, SettingValue
from kata_desktop.plugins.contract import Plugin
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.manifest_reader import FILE, read_manifest
from kata_desktop.plugins.setting_values import checked_value, typed_value

_TYPES = {
    bool: SettingType.SWITCH,
    int: SettingType.NUMBER,
    tuple: SettingType.LIST,
    list: SettingType.LIST,
    str: SettingType.TEXT,
}


def manifest_of(
    plugin_class: type[Plugin],
    settings: Mapping[str, SettingValue],
    credentials: Mapping[str, str],
    events: tuple[str, ...],
) -> Manifest:
    """The manifest beside the class's file; without one, a manifest that declares just what the test gives.

    Raises:
        ManifestInvalid: it cannot be used.
        PluginFault: the test gives what it does not declare.
    """
    folder = Path(inspect.getfile(plugin_class)).parent
    if not (folder / FILE).is_file():
        return _made_up(plugin_class, folder, settings, credentials, events)
    manifest = read_manifest(folder)
    if events:
        raise PluginFault(f"The test gives the event types {', '.join(events)}", f"its {FILE} is what declares them")
    _refuse_strange("setting", settings, [spec.key for spec in manifest.settings])
    _refuse_strange("credential", credentials, [spec.name for spec in manifest.credentials])
    return manifest


def checked(manifest: Manifest, settings: Mapping[str, SettingValue]) -> dict[str, SettingValue]:
    """The settings as they would be kept. Raises `PluginFault` for a value that is refused to people as well."""
    given = {spec: settings[spec.key] for spec in manifest.settings if spec.key in settings}
    try:
        return {spec.key: _kept(spec, value) for spec, value in given.items()}
    except InvalidInput as error:
        raise PluginFault(
            f"The test gives what nobody can: {error.sentence.rstrip('.')}", "give another value"
        ) from error


def _kept(spec: SettingSpec, value: object) -> SettingValue:
    kept = checked_value(spec, value)
    if isinstance(kept, str | tuple):  # the manifest's pattern is for what is typed
        typed_value(spec, kept if isinstance(kept, str) else "\n".join(kept))
    return kept


def _made_up(
    plugin_class: type[Plugin],
    folder: Path,
    settings: Mapping[str, SettingValue],
    credentials: Mapping[str, str],
    events: tuple[str, ...],
) -> Manifest:
    specs = [
        SettingSpec(key=key, label=key, type=_TYPES[type(value)], default=value) for key, value in settings.items()
    ]
    return Manifest(
        id="plugin",
        folder=folder,
        name=plugin_class.__name__,
        version="1.0",
        description="",
        icon="plugin",
        kind=PluginKind.TOOL,
        settings=tuple(specs),
        credentials=tuple(CredentialSpec(name=name, label=name) for name in credentials),
        event_types=events,
    )


def _refuse_strange(noun: str, given: Mapping[str, object], declared: list[str]) -> None:
    if strange := [name for name in given if name not in declared]:
        known = ", ".join(declared) or "none"
        raise PluginFault(f"The test gives the {noun} “{strange[0]}”", f"its {FILE} declares {known}")
