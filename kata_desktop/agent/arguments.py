"""What a run was given besides its task: a person's reply, a channel's message, or what an event said."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kata_desktop.domain.task import Target


@dataclass(frozen=True, kw_only=True, slots=True)
class Writer:
    """Who wrote a message in a channel, as far as the channel says."""

    id: str
    name: str
    channel: str
    where: str
    in_group: bool
    is_owner: bool
    """The owner's own chat with themselves: nobody else can write there."""

    @property
    def shown(self) -> str:
        """The writer in a few words, quoted: the name is whatever they call themselves."""
        return f"“{self.name}” (id {self.id})" if self.name else f"id {self.id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The arguments of a run of a prompt."""

    reply: str = ""
    """What a person says in the run's conversation; empty when the task's own prompt is to be worked through."""
    to: Target | None = None
    """Where the answer goes instead of the task's targets."""
    writer: Writer | None = None
    event: str = ""
    """The lines of the event that started the run."""


def read_arguments(text: str) -> Asked:
    """Read the JSON object of a run's arguments; what is not understood is left out."""
    content: object = json.loads(text or "{}")
    match content:
        case {"reply": str(reply), "to": {"kind": str(kind), "address": str(address)}, **rest}:
            return Asked(reply=reply, to=Target(kind=kind, address=address), writer=_writer(rest.get("from"), kind))
        case {"reply": str(reply)}:
            return Asked(reply=reply)
        case {"event": str(event)}:
            return Asked(event=event)
        case _:
            return Asked()


def _writer(facts: object, channel: str) -> Writer:
    given = facts if isinstance(facts, dict) else {}
    return Writer(
        id=_line(given.get("id")) or "unknown",
        name=_line(given.get("name")),
        channel=channel,
        where=_line(given.get("where")),
        in_group=given.get("kind") == "group",
        is_owner=given.get("owner") is True,
    )


def _line(value: object) -> str:
    """A short line that cannot pass for a part of the instructions around it."""
    text = value if isinstance(value, str) else ""
    return " ".join("".join(letter for letter in text if letter.isprintable() and letter not in '“”"').split())[:80]
