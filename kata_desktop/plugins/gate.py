"""Between the engine and a plugin's code: waits until the plugin is up, and keeps its code within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.handler import HandlerError, HandlerSpec, Result, RunContext, Slice
from kata_desktop.domain.plugin import PluginState
from kata_desktop.plugins.contract import Hook, HookEvent, HookPoint
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.handlers import PluginWork, adapted
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.ports import handler_address
from kata_desktop.plugins.registrar import BroughtHandler, Collector
from kata_desktop.plugins.scope import Scope
from kata_desktop.plugins.standing import Standing

Note = Callable[[str, Exception | None], None]


class Gate:
    """Lets the engine in, and remembers by which ways, to close them all at once.

    Handlers are known to the engine before their plugin is initialised, so that what is due waits for it.

    Attributes:
        handler_names: The handlers that were let through, by their own names.
    """

    def __init__(self, manifest: Manifest, workspace_id: str, scope: Scope, equipment: Equipment, note: Note) -> None:
        self._manifest = manifest
        self._workspace_id = workspace_id
        self._scope = scope
        self._equipment = equipment
        self._note = note
        self._ways: list[Callable[[], None]] = []
        self.handler_names: tuple[str, ...] = ()
        self._is_closed = False
        self._standing: Standing | None = None
        self._opened = asyncio.Event()

    def open(self, standing: Standing) -> None:
        """Let work begin, or fail with the reason why it cannot."""
        self._standing = standing
        self._opened.set()

    def admit(self, name: str, handler: BroughtHandler) -> Callable[[], None]:
        """Make a handler known; returns the way to take it back, harmless when repeated."""
        way = self._equipment.tasks.register(self._callable(name, handler))
        self._ways.append(way)
        self.handler_names += (name,)

        def take_back() -> None:
            if way in self._ways:
                self._ways.remove(way)
                self.handler_names = tuple(each for each in self.handler_names if each != name)
                way()

        return take_back

    def admit_more(self, name: str, run: PluginWork, *, sliced: bool, limited: bool) -> Callable[[], None]:
        """Make work known that the plugin did not name in its `register`. Raises `PluginFault`."""
        if self._is_closed:
            raise PluginFault(f"It registered the handler “{name}” after it was switched off")
        if name in self.handler_names:
            raise PluginFault(f"It registered the handler “{name}” twice")
        collector = Collector()
        collector.handler(name, run, sliced=sliced, limited=limited)
        return self.admit(name, collector.brought.handlers[name])

    def hang(self, point: HookPoint, hook: Hook) -> None:
        """Have a hook called at its moments, for at most its time."""
        what = f"Its hook {point.value}"

        async def run(event: HookEvent) -> None:
            try:
                await self._scope.call(lambda: hook(event), what=what, limit=self._equipment.limits.hook)
            except Exception as error:  # noqa: BLE001 - the top handler for hooks
                self._note(what, error)
            else:
                self._note(what, None)

        self._ways.append(self._equipment.tasks.hook(self._workspace_id, self._manifest.id, point, run))

    def withdraw(self) -> None:
        """Take all handlers and hooks back at once; what runs of them is cancelled by whoever runs it."""
        self._is_closed = True
        for close in reversed(self._ways):
            close()
        self._ways.clear()

    def _callable(self, name: str, handler: BroughtHandler) -> HandlerSpec:
        """The plugin's work as the engine may call it."""
        inner = adapted(handler.run, plugin_id=self._manifest.id, sliced=handler.sliced)
        what = f"Its work “{name}”"

        async def run(context: RunContext) -> Result | Slice:
            await self._ready()
            try:
                result = await self._scope.inside(lambda: inner(context), what)
            except Exception as error:
                self._note(what, _of_its_code(error))
                raise
            self._note(what, None)
            return result

        return HandlerSpec(
            name=handler_address(self._manifest.id, name, self._workspace_id),
            run=run,
            sliced=handler.sliced,
            limited=handler.limited,
            plugin_id=self._manifest.id,
        )

    async def _ready(self) -> None:
        await self._opened.wait()
        standing = self._standing
        if standing is None or standing.state is not PluginState.READY:
            why = standing.sentence if standing is not None else ""
            sentence = f"{self._manifest.name} could not do this: {why or 'it does not work now.'}"
            raise HandlerError(sentence, kind="plugin-not-ready")


def _of_its_code(error: Exception) -> Exception | None:
    """Errors of the world are the run's matter; errors of the code show on the plugin's row as well."""
    is_world = isinstance(error, KataError) and not isinstance(error, PluginFault)
    is_rubbish = isinstance(error, HandlerError) and error.kind == "bad-result"
    return error if is_rubbish or not is_world else None
