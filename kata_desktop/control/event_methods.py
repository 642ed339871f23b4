"""The stream of events: what happens, told to whoever asks for it."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from datetime import datetime
from enum import Enum

from kata_desktop.control.call import Call, Method
from kata_desktop.control.failures import kind_of_name
from kata_desktop.control.shapes import Shape, time_text
from kata_desktop.domain.events import Event


async def _follow(call: Call) -> None:
    """Push every event, or those of some types (such as ``run-changed``), until the caller goes away."""
    with call.params as given:
        types = given.texts_or_none("types")

    def heard(event: Event) -> None:
        name = kind_of_name(type(event).__name__)
        if types is None or name in types:
            call.push("event", {"type": name, **_shape(event)})

    stop = call.services.bus.subscribe(Event, heard)
    try:
        call.push("events.following", {})
        await asyncio.Event().wait()
    finally:
        stop()


def _shape(event: Event) -> Shape:
    return {field.name: _plain(getattr(event, field.name)) for field in fields(event)}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return time_text(value)
    return value.value if isinstance(value, Enum) else value


METHODS = {"events.follow": Method(run=_follow, waits=True)}
