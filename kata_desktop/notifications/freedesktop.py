"""Notifications over D-Bus, as the Desktop Notifications specification has them (Linux and its relatives)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

from kata_desktop.notifications.errors import NoService, Unanswered
from kata_desktop.notifications.note import Note, NoteAction
from kata_desktop.runtime.spawn import Spawner

DESKTOP_ENTRY = "org.kata.KataDesktop"
"""Name of the desktop file, by which the desktop knows the program's name and icon."""
_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_ANSWER_LIMIT = 5.0
"""Seconds; services answer in milliseconds, and one that is started on demand within two."""
_MOST_NOTES = 200
"""Notes whose buttons still work; services keep fewer."""


class FreedesktopService:
    """Talks to the session's notification service over one connection, which is kept.

    Some services take notes away when the program that sent them leaves the bus. When the bus or the service was
    restarted, the next note connects anew.
    """

    def __init__(self, *, app_name: str, icon: str = "", address: str = "SESSION") -> None:
        self._app_name = app_name
        self._icon = icon
        self._address = address
        self._spawner = Spawner()
        self._connection: AsyncExitStack | None = None
        self._router: Any = None
        self._heard: dict[tuple[str, int], Callable[[NoteAction], None]] = OrderedDict()
        self._lock = asyncio.Lock()

    async def show(self, note: Note, on_action: Callable[[NoteAction], None]) -> None:
        """Show it, see `NotificationService`."""
        async with self._lock:
            abilities = await self._abilities()
            import html  # only when the first message comes

            body = html.escape(note.body, quote=False) if "body-markup" in abilities else note.body
            sender, number = await self._notify(note, body if "body" in abilities else "", "actions" in abilities)
            self._heard[sender, number] = on_action
            while len(self._heard) > _MOST_NOTES:
                del self._heard[next(iter(self._heard))]

    async def close(self) -> None:
        """Leave the bus."""
        await self._disconnect()
        await self._spawner.close()

    async def _abilities(self) -> frozenset[str]:
        """Ask what the service can do: this also shows whether it is there before anything is handed over."""
        import jeepney.io.common

        gone = (OSError, EOFError, jeepney.io.common.RouterClosed)
        try:
            if self._router is not None:
                with suppress(*gone):
                    return await self._ask_abilities()
                await self._disconnect()  # the bus went away: once more on a fresh connection
            await self._connect()
            return await self._ask_abilities()
        except TimeoutError as error:
            raise NoService("it does not answer", retryable=True) from error
        except (*gone, KeyError, ValueError) as error:  # the last two: no address, or one that is none
            await self._disconnect()
            raise NoService("no session bus") from error

    async def _ask_abilities(self) -> frozenset[str]:
        reply = await self._call("GetCapabilities", None, ())
        return frozenset(reply.body[0])

    async def _notify(self, note: Note, body: str, with_buttons: bool) -> tuple[str, int]:
        import jeepney

        actions = [word for action, label in note.buttons for word in (action.value, label)] if with_buttons else []
        hints = {"urgency": ("y", 2 if note.critical else 1), "desktop-entry": ("s", DESKTOP_ENTRY)}
        arguments = (self._app_name, 0, self._icon, note.title, body, actions, hints, -1)
        try:
            reply = await self._call("Notify", "susssasa{sv}i", arguments)
        except TimeoutError as error:
            raise Unanswered(f"nothing within {_ANSWER_LIMIT:g} s") from error
        except (OSError, EOFError, jeepney.io.common.RouterClosed) as error:
            raise Unanswered("the connection broke") from error
        return str(reply.header.fields[jeepney.HeaderFields.sender]), int(reply.body[0])

    async def _call(self, method: str, signature: str | None, arguments: tuple[object, ...]) -> Any:
        import jeepney

        where = jeepney.DBusAddress(_PATH, _NAME, _NAME)
        message = jeepney.new_method_call(where, method, signature, arguments)
        async with asyncio.timeout(_ANSWER_LIMIT):
            reply = await self._router.send_and_get_reply(message)
        if reply.header.message_type is jeepney.MessageType.error:
            name = str(reply.header.fields.get(jeepney.HeaderFields.error_name, "an error"))
            raise NoService(name.rpartition(".")[2])
        return reply

    async def _connect(self) -> None:
        import jeepney.io.asyncio

        stack = AsyncExitStack()
        async with asyncio.timeout(_ANSWER_LIMIT):
            router = await stack.enter_async_context(jeepney.io.asyncio.open_dbus_router(self._address))
        self._connection, self._router = stack, router
        signals: asyncio.Queue[Any] = asyncio.Queue()
        rule = jeepney.MatchRule(type="signal", interface=_NAME, member="ActionInvoked", path=_PATH)
        stack.enter_context(router.filter(rule, queue=signals))
        async with asyncio.timeout(_ANSWER_LIMIT):
            await router.send_and_get_reply(jeepney.message_bus.AddMatch(rule))
        listener = self._spawner.spawn(self._listen(signals), name="notification buttons")
        stack.callback(listener.cancel)

    async def _disconnect(self) -> None:
        stack, self._connection, self._router = self._connection, None, None
        if stack is not None:
            with suppress(OSError, EOFError):  # what had ended the connection before
                await stack.aclose()

    async def _listen(self, signals: asyncio.Queue[Any]) -> None:
        """Hear the buttons of our own notes; the signals come for every program's."""
        import jeepney

        known = {action.value: action for action in NoteAction}
        while True:
            message = await signals.get()
            number, key = message.body
            sender = str(message.header.fields.get(jeepney.HeaderFields.sender, ""))
            if key in known and (call := self._heard.pop((sender, number), None)) is not None:
                call(known[key])
