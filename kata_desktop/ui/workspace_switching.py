"""Which workspace is shown, and what can be done with workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kata_desktop.ui.slots import Slots

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.workspace import Workspace
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme


class WorkspaceSwitching(QObject):
    """Knows the workspaces, remembers which one was shown last.

    Attributes:
        all: every workspace, by name.
        current: the one that is shown; None before the first reading.

    Signals:
        changed: the list, or the one that is shown.
    """

    changed = Signal()

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._theme, self._bridge = services, theme, bridge
        self.slots = Slots(services.spawner, bridge.told.emit)
        self.all: tuple[Workspace, ...] = ()
        self.current: Workspace | None = None
        bridge.workspaces_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Read the list again."""
        self.slots.start(self.read(), name="read the workspaces")

    async def read(self) -> None:
        """Read the list now and tell."""
        self.all = tuple(await self._services.workspaces.all())
        wanted = self.current.id if self.current is not None else self._services.settings.current.last_workspace
        self._take(wanted)

    def choose(self, ident: str) -> None:
        """Show a workspace and remember that."""
        self._take(ident)
        self.slots.start(self._services.settings.change("last_workspace", ident), name="remember the workspace")

    def start(self, verb: str, ident: str, window: QWidget) -> None:
        """Begin what the switcher's menu offers: new, edit or remove."""
        found = next((each for each in self.all if each.id == ident), None)
        if verb == "remove" and found is not None:
            self.slots.start(self._remove(found, window), name="remove a workspace")
            return
        workspace = found if verb == "edit" else None
        self.slots.start(self._edit(workspace, window), name="open a workspace's settings")

    async def _edit(self, workspace: Workspace | None, window: QWidget) -> None:
        from kata_desktop.ui.dialogs.workspace_dialog import WorkspaceDialog  # the tray alone needs no dialogs

        models = [each.name for each in await self._services.models.all()] if workspace is not None else []
        dialog = WorkspaceDialog(self._services, self._theme, self._bridge, workspace, models, window)
        if workspace is None:
            dialog.saved.connect(self._show_new)
        dialog.open()

    def _show_new(self, ident: str) -> None:
        self.slots.start(self._read_and_choose(ident), name="show a new workspace")

    async def _read_and_choose(self, ident: str) -> None:
        await self.read()
        self.choose(ident)

    def _take(self, ident: str) -> None:
        if self.all:
            self.current = next((each for each in self.all if each.id == ident), self.all[0])
            self.changed.emit()

    async def _remove(self, workspace: Workspace, window: QWidget) -> None:
        from kata_desktop.ui.dialogs.question import Question, asked
        from kata_desktop.ui.theme.tokens import Tone

        counts = await self._services.scheduling.counts(workspace.id)
        text = self.tr(
            "Its {count} tasks, their history and its stored credentials go for good; what runs is stopped. "
            "The folder {folder} and its files stay."
        )
        question = Question(
            self._theme,
            self.tr("Remove “{name}”?").format(name=workspace.name),
            text.format(count=counts.all, folder=workspace.folder),
            {"keep": self.tr("Keep it"), "remove": self.tr("Remove workspace")},
            icon="trash-2",
            tone=Tone.BAD,
            danger="remove",
            parent=window,
        )
        if await asked(question) == "remove":
            await self._services.workspaces.remove(workspace.id, confirmed=True)
