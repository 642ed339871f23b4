"""One call of a method: whose services, with which parameters, and a way to tell something before the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kata_desktop.control.params import Params
from kata_desktop.control.services import Services

Push = Callable[[str, object], None]
"""Sends a notification, method and parameters, to whoever called; both are JSON values."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What a method is given."""

    services: Services
    params: Params
    push: Push


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """A method as the table holds it."""

    run: Callable[[Call], Awaitable[object]]
    """Returns a JSON value; raises domain errors and `WrongParams`."""
    waits: bool = False
    """It only waits for something: it is ended when its caller goes away. Others are carried through."""
