"""The one table of methods: the socket's server and commands without a running app call the same functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from kata_desktop.control.call import Method

GROUPS = {
    "app": "app_methods",
    "scheduler": "app_methods",
    "next": "next_methods",
    "task": "task_methods",
    "runs": "run_methods",
    "events": "event_methods",
    "workspace": "workspace_methods",
    "model": "model_methods",
    "credential": "credential_methods",
    "outbox": "message_methods",
    "plugins": "plugin_methods",
    "senders": "sender_methods",
    "inbox": "sender_methods",
    "sessions": "session_methods",
    "exchange": "transfer_methods",
    "store": "transfer_methods",
}
"""The first word of a method's name and the module of this package that has it."""


class Table(Mapping[str, Method]):
    """All methods by name; a group is imported when one of its methods is asked for the first time."""

    def __getitem__(self, name: str) -> Method:
        return self._group(name.partition(".")[0])[name]

    def __iter__(self) -> Iterator[str]:
        for module in dict.fromkeys(GROUPS.values()):
            yield from _methods_of(module)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _group(self, word: str) -> Mapping[str, Method]:
        module = GROUPS.get(word)
        return _methods_of(module) if module is not None else {}


def _methods_of(module: str) -> Mapping[str, Method]:
    methods: Mapping[str, Method] = import_module(f"kata_desktop.control.{module}").METHODS
    return methods


METHODS: Mapping[str, Method] = Table()
