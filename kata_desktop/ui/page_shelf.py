"""The pages of the window: built when they are first shown, in the order of the sidebar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from kata_desktop.ui.pages.tasks.page import TasksPage
from kata_desktop.ui.sidebar import PageEntry

if TYPE_CHECKING:
    from kata_desktop.domain.workspace import Workspace
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.models.plugin_list import PluginList
    from kata_desktop.ui.pages.plugins.page import PluginsPage
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

PEOPLE = "people"
"""Opens those who may write, on the page of plugins."""


def page_entries() -> tuple[PageEntry, ...]:
    """Return the pages in the order of the sidebar and of Ctrl+1, Ctrl+2 and so on."""
    words = QCoreApplication.translate
    return (
        PageEntry(name="tasks", text=words("Pages", "Tasks"), icon="list-checks"),
        PageEntry(name="activity", text=words("Pages", "Activity"), icon="history"),
        PageEntry(name="sessions", text=words("Pages", "Sessions"), icon="message-square"),
        PageEntry(name="outbox", text=words("Pages", "Outbox"), icon="send"),
        PageEntry(name="plugins", text=words("Pages", "Plugins"), icon="plug"),
        PageEntry(name="settings", text=words("Pages", "Settings"), icon="settings", at_end=True),
    )


@runtime_checkable
class Searched(Protocol):
    """A page that can be searched."""

    def focus_search(self) -> None:
        """Bring the keyboard to the search."""
        ...


class PageShelf(QStackedWidget):
    """Holds the pages; one is shown.

    Attributes:
        tasks: the first page, there from the beginning.
    """

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, plugins: PluginList) -> None:
        super().__init__()
        self._services, self._theme, self._bridge = services, theme, bridge
        self._plugins = plugins
        self._pages: dict[str, QWidget] = {}
        self._workspace: Workspace | None = None
        self.tasks = TasksPage(services, theme, bridge)
        self._put("tasks", self.tasks)

    @property
    def current(self) -> str:
        """The name of the page that is shown."""
        return next(name for name, page in self._pages.items() if page is self.currentWidget())

    def open(self, name: str, detail: str = "") -> None:
        """Show a page, or what `detail` names on it: an id, or a section's name."""
        self.setCurrentWidget(self._page(name))
        if detail:
            self._show_detail(self._page(name), detail)

    def set_workspace(self, workspace: Workspace) -> None:
        """Let all pages show a workspace."""
        self._workspace = workspace
        for page in self._pages.values():
            self._tell_workspace(page, workspace)

    def search(self) -> bool:
        """Bring the keyboard to the search of the page that is shown; False when it has none."""
        page: object = self.currentWidget()
        if isinstance(page, Searched):
            page.focus_search()
            return True
        return False

    def plugins(self) -> PluginsPage:
        """The page of plugins, built when it is first asked for."""
        from kata_desktop.ui.pages.plugins.page import PluginsPage

        page = self._pages.get("plugins")
        if not isinstance(page, PluginsPage):
            page = PluginsPage(self._services, self._theme, self._bridge, self._plugins)
            self._put("plugins", page)
        return page

    def _page(self, name: str) -> QWidget:
        if (known := self._pages.get(name)) is not None:
            return known
        page = self._built(name)
        if name not in self._pages:
            self._put(name, page)
            if self._workspace is not None:
                self._tell_workspace(page, self._workspace)
        return page

    def _built(self, name: str) -> QWidget:
        parts = self._services, self._theme, self._bridge
        match name:
            case "activity":
                from kata_desktop.ui.pages.activity.page import ActivityPage

                return ActivityPage(*parts)
            case "sessions":
                from kata_desktop.ui.pages.sessions.page import SessionsPage

                return SessionsPage(*parts)
            case "outbox":
                from kata_desktop.ui.pages.outbox.page import OutboxPage

                return OutboxPage(*parts)
            case "settings":
                from kata_desktop.ui.pages.settings.page import SettingsPage

                return SettingsPage(*parts)
            case "plugins":
                return self.plugins()
            case _:
                return self.tasks

    def _put(self, name: str, page: QWidget) -> None:
        self._pages[name] = page
        self.addWidget(page)

    def _tell_workspace(self, page: QWidget, workspace: Workspace) -> None:
        if page is self.tasks:
            self.tasks.set_workspace(workspace)
        elif isinstance(page, _OfWorkspace):
            page.set_workspace(workspace.id)

    def _show_detail(self, page: QWidget, detail: str) -> None:
        match page:
            case TasksPage():
                page.show_task(detail)
            case _ShowsRuns():
                page.show_run(detail)
            case _ShowsSessions():
                page.show_session(detail)
            case _ShowsMessages():
                page.show_message(detail)
            case _ShowsSections():
                page.show_section(detail)
            case _ if detail == PEOPLE:
                self.plugins().actions_.people()
            case _:
                self.plugins().show_plugin(detail)


@runtime_checkable
class _OfWorkspace(Protocol):
    def set_workspace(self, workspace_id: str) -> None: ...


@runtime_checkable
class _ShowsRuns(Protocol):
    def show_run(self, run_id: str) -> None: ...


@runtime_checkable
class _ShowsSessions(Protocol):
    def show_session(self, session_id: str) -> None: ...


@runtime_checkable
class _ShowsMessages(Protocol):
    def show_message(self, item_id: str) -> None: ...


@runtime_checkable
class _ShowsSections(Protocol):
    def show_section(self, name: str) -> None: ...
