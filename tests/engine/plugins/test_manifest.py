"""Manifests: what is right is read, what is wrong is one sentence with file, key and reason."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.domain.plugin import PluginKind, SettingType
from kata_desktop.plugins.errors import ManifestInvalid
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.manifest_reader import read_manifest
from kata_desktop.plugins.setting_values import typed_value

HEAD = """
name = "Watcher"
version = "1.2"
description = "Watches pages."
kind = "tool"
"""
FULL = (
    HEAD
    + """
id = "watcher"
icon = "eye"
on_by_default = false
platforms = ["linux", "macos"]
capabilities = ["web.fetch", "channel.send:slack"]
event_types = ["page-changed"]

[[settings]]
key = "pages"
label = "Pages"
type = "list"
required = true
help = "One address a line."

[[settings]]
key = "every"
label = "Every"
type = "duration"
default = "30m"

[[settings]]
key = "most"
label = "At most"
type = "number"
default = 5
least = 1
most = 50

[[settings]]
key = "how"
label = "How"
type = "choice"
choices = ["text", "html"]

[[credentials]]
name = "token"
label = "Token"
prefix = "xoxb-"
required = false

[commands.get]
argv = ["{python}", "-m", "watcher.get", "--folder", "{folder}", "{setting:most}"]
timeout = "90s"
environment = { LANG = "C", PLACE = "{data}" }

[commands.server]
argv = ["{python}", "-m", "watcher.serve"]
port = "{setting:most}"
pid_file = "{data}/serve.pid"
restart_on_crash = false

[[scheduled_tasks]]
name = "Look at the pages"
handler = "look"
interval = "30m"
retry_attempts = 2
retry_delay = 30
timeout = "2m"
tags = ["web"]
arguments = { deep = true, at = [1, 2] }

[[dependencies]]
module = "feedparser"
package = "feedparser"
reason = "It reads feeds."
"""
)


def read(folder: Path, text: str | bytes, name: str = "watcher") -> Manifest:
    place = folder / name
    place.mkdir()
    (place / "manifest.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_manifest(place)


def test_everything_is_read(tmp_path: Path) -> None:
    manifest = read(tmp_path, FULL)
    assert (manifest.id, manifest.name, manifest.version, manifest.icon) == ("watcher", "Watcher", "1.2", "eye")
    assert (manifest.kind, manifest.on_by_default) == (PluginKind.TOOL, False)
    assert manifest.platforms == ("linux", "macos")
    assert [(spec.key, spec.type, spec.default) for spec in manifest.settings] == [
        ("pages", SettingType.LIST, ()),
        ("every", SettingType.DURATION, "30m"),
        ("most", SettingType.NUMBER, 5),
        ("how", SettingType.CHOICE, "text"),
    ]
    assert [(spec.name, spec.prefix, spec.required) for spec in manifest.credentials] == [("token", "xoxb-", False)]
    get, server = manifest.command("get"), manifest.command("server")
    assert get is not None
    assert server is not None
    assert (get.timeout, dict(get.environment)) == (timedelta(seconds=90), {"LANG": "C", "PLACE": "{data}"})
    assert (server.port, server.restart_on_crash) == ("{setting:most}", False)
    task = manifest.tasks["Look at the pages"]
    assert (task.interval, task.retry_delay, task.timeout) == ("30m", 30.0, 120.0)
    assert task.arguments == {"deep": True, "at": [1, 2]}
    assert manifest.event_types == ("page-changed",)
    assert [each.module for each in manifest.dependencies] == ["feedparser"]


def test_what_people_type_has_to_have_the_form_that_a_setting_names(tmp_path: Path) -> None:
    people = '[[settings]]\nkey = "who"\nlabel = "People"\ntype = "list"\npattern = "U[0-9]+"\nexample = "U12"\n'
    (spec,) = read(tmp_path, HEAD + people).settings

    assert typed_value(spec, "U1\n\nU22\n") == ("U1", "U22")
    with pytest.raises(InvalidInput) as refused:
        typed_value(spec, "U1\n@alice")
    assert refused.value.sentence == "People: “@alice” cannot be used here. Give one of its kind, for example “U12”."


def test_little_is_needed(tmp_path: Path) -> None:
    manifest = read(tmp_path, HEAD)
    assert manifest.on_by_default
    assert manifest.is_supported
    assert [*manifest.settings, *manifest.credentials, *manifest.commands] == []


def test_events_may_say_what_they_mean(tmp_path: Path) -> None:
    manifest = read(tmp_path, HEAD + '[event_types]\n"new-entry" = "a feed has a new entry"')
    assert manifest.event_types == ("new-entry",)
    assert manifest.event_words == {"new-entry": "a feed has a new entry"}


SETTING = '[[settings]]\nkey = "a"\nlabel = "A"\n'
CREDENTIAL = '[[credentials]]\nname = "a"\nlabel = "A"\n'
TASK = '[[scheduled_tasks]]\nname = "T"\nhandler = "h"\n'
WRONG = [
    ("", "name", "it is missing"),
    (HEAD.replace('"Watcher"', "7"), "name", "must be text, not a whole number"),
    (HEAD.replace('"Watcher"', '""'), "name", "it is empty"),
    (HEAD.replace('"Watcher"', '"Wat\\u202eher"'), "name", "could hide something"),
    (HEAD.replace('"1.2"', '"one"'), "version", "digits with one or two points"),
    (HEAD.replace('"tool"', '"gadget"'), "kind", "“gadget” is not known; use channel, tool, server"),
    (HEAD + 'colour = "red"', "colour", "there is no such key; known are id, name, version"),
    (HEAD + 'id = "other"', "id", "differs from the name of its folder"),
    (HEAD + 'on_by_default = "yes"', "on_by_default", "true or false"),
    (HEAD + 'name = "Again"', "name", "line"),
    (HEAD + 'platforms = ["beos"]', "platforms", "“beos” is not known"),
    (HEAD + "platforms = []", "platforms", "it is empty"),
    (HEAD + 'capabilities = ["everything!"]', "capabilities", "no capability"),
    (HEAD + 'event_types = ["Not This"]', "event_types", "lower-case"),
    (HEAD + 'event_types = ["a", "a"]', "event_types", "given twice"),
    (HEAD + "event_types = [1]", "event_types", "must be text"),
    (HEAD + SETTING + "size = 3", "settings[1].size", "there is no such key"),
    (HEAD + SETTING + SETTING, "settings[2].key", "declared twice"),
    (HEAD + SETTING.replace('"a"', '"A b"'), "settings[1].key", "lower-case"),
    (HEAD + SETTING + 'type = "colour"', "settings[1].type", "is not known"),
    (HEAD + SETTING + "default = 3", "settings[1].default", "must be text"),
    (HEAD + SETTING + 'type = "number"\ndefault = true', "settings[1].default", "whole number"),
    (HEAD + SETTING + 'type = "number"\nleast = 3\ndefault = 2', "settings[1].default", "at least 3"),
    (HEAD + SETTING + 'type = "number"\nleast = 3\nmost = 2', "settings[1].least", "more than most"),
    (HEAD + SETTING + "least = 3", "settings[1].least", "has no limits"),
    (HEAD + SETTING + 'type = "choice"', "settings[1].choices", "at least one"),
    (HEAD + SETTING + 'type = "choice"\nchoices = ["x"]\ndefault = "y"', "settings[1].default", "“y” is not known"),
    (HEAD + SETTING + 'choices = ["x"]', "settings[1].choices", "has none"),
    (HEAD + SETTING + 'type = "duration"\ndefault = "soon"', "settings[1].default", "not a duration"),
    (HEAD + SETTING + 'type = "list"\ndefault = "x"', "settings[1].default", "list of texts"),
    (HEAD + "settings = 3", "settings", "must be a list"),
    (HEAD + CREDENTIAL + CREDENTIAL, "credentials[2].name", "declared twice"),
    (HEAD + CREDENTIAL.replace('label = "A"', ""), "credentials[1].label", "it is missing"),
    (HEAD + "[commands.fetch]\nargv = ['x']", "commands.fetch", "known are get, process, push, server"),
    (HEAD + "[commands.get]\nargv = []", "commands.get.argv", "it is empty"),
    (HEAD + "[commands.get]\nargv = 'python -m x'", "commands.get.argv", "must be a list, not text"),
    (HEAD + "[commands.get]\nargv = ['{home}']", "commands.get.argv", "{home} is no place"),
    (HEAD + "[commands.get]\nargv = ['{setting:nope}']", "commands.get.argv", "{setting:nope} is no place"),
    (HEAD + "[commands.get]\nargv = ['x']\nport = 3", "commands.get.port", "there is no such key"),
    (HEAD + "[commands.server]\nargv = ['x']\nport = 70000", "commands.server.port", "1 to 65535"),
    (HEAD + "[commands.get]\nargv=['x']\n[commands.get.environment]\nLD_PRELOAD='x'", "LD_PRELOAD", "cannot be"),
    (HEAD + TASK, "scheduled_tasks[1]", "exactly one of cron, interval, once_at, event is needed, but none is given"),
    (HEAD + TASK + 'cron = "0 9 * * *"\ninterval = "1h"', "scheduled_tasks[1]", "cron and interval are given"),
    (HEAD + TASK + 'interval = "1h"\nretry_attempts = 11', "scheduled_tasks[1].retry_attempts", "outside 0 to 10"),
    (HEAD + TASK + 'interval = "1h"\ntimeout = "2d"', "scheduled_tasks[1].timeout", "too long"),
    (HEAD + TASK + 'interval = "1h"\nwhen = "now"', "scheduled_tasks[1].when", "there is no such key"),
    (HEAD + TASK + 'interval = "1h"\narguments = { at = 2026-11-21 }', "scheduled_tasks[1].arguments", "JSON"),
    (HEAD + (TASK + 'interval = "1h"\n') * 2, "scheduled_tasks[2].name", "declared twice"),
    (HEAD + "[[dependencies]]\nmodule = 'not a module'", "dependencies[1].module", "Python module"),
    (HEAD + SETTING + 'type = "list"\npattern = "["\nexample = "a"', "settings[1].pattern", "no regular expression"),
    (HEAD + SETTING + 'type = "list"\npattern = "a"', "settings[1].pattern", "needs an example"),
    (HEAD + SETTING + 'type = "list"\npattern = "a"\nexample = "b"', "settings[1].pattern", "example does not match"),
    (HEAD + SETTING + 'type = "switch"\npattern = "a"', "settings[1].pattern", "type switch has none"),
    ("this is = not [ toml", "", "no valid TOML"),
    (b"\xff\xfe", "", "not UTF-8"),
    ("#" * 70_000, "", "larger than 64 KB"),
    ("a = " + "[" * 5_000, "", "cannot be used"),
]


@pytest.mark.parametrize("text,key,reason", WRONG, ids=[f"{key or 'file'}: {reason}"[:60] for _, key, reason in WRONG])
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, text: str | bytes, key: str, reason: str) -> None:
    with pytest.raises(ManifestInvalid) as caught:
        read(tmp_path, text)
    sentence = caught.value.sentence
    assert sentence.startswith("The manifest watcher/manifest.toml cannot be used")
    assert reason in sentence, sentence
    assert key in sentence
    assert (f"key “{caught.value.key}”" in sentence) is bool(key)
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_a_folder_without_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestInvalid, match="cannot be read"):
        read_manifest(tmp_path)


def test_every_bundled_manifest_can_be_used() -> None:
    from kata_desktop.bootstrap.bundled import BUNDLED
    from kata_desktop.bootstrap.plugin_source import PluginSource

    source = PluginSource(bundled=BUNDLED)
    for bundled in source.bundled:
        assert read_manifest(source.folder / bundled.id).id == bundled.id
