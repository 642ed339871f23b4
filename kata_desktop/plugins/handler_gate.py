"""Between the scheduler and a plugin's handlers: waits until the plugin is up, and keeps its code within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.handler import HandlerError, HandlerSpec, Result, RunContext, Slice
from kata_desktop.domain.plugin import PluginState
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.handlers import PluginWork, adapted
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.ports import handler_address
from kata_desktop.plugins.scope import Scope
from kata_desktop.plugins.standing import Standing

Note = Callable[[str, Exception | None], None]


class HandlerGate:
    """Handlers are known to the engine before their plugin is initialised, so that what is due waits for it."""

    def __init__(self, manifest: Manifest, workspace_id: str, scope: Scope, note: Note) -> None:
        self._manifest = manifest
        self._workspace_id = workspace_id
        self._scope = scope
        self._note = note
        self._standing: Standing | None = None
        self._opened = asyncio.Event()

    def open(self, standing: Standing) -> None:
        """Let work begin, or fail with the reason why it cannot."""
        self._standing = standing
        self._opened.set()

    def handler(self, name: str, work: PluginWork, *, sliced: bool, limited: bool) -> HandlerSpec:
        """The plugin's work as the engine may call it."""
        inner, what = adapted(work, plugin_id=self._manifest.id), f"Its work “{name}”"

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
            sliced=sliced,
            limited=limited,
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
