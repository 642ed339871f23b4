"""Verbs on workspaces."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

from kata_desktop.domain.errors import FieldError, InvalidInput, NotFound, Refused
from kata_desktop.domain.events import WorkspacesChanged
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.workspace import Workspace
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import workspaces
from kata_desktop.store.connection import Connection


class Workspaces:
    """Adding, changing and removing workspaces."""

    def __init__(self, core: Core, forget_credentials: Callable[[str], Awaitable[None]]) -> None:
        self._core = core
        self._forget_credentials = forget_credentials

    async def all(self) -> list[Workspace]:
        """Every workspace, by name."""
        return await self._core.read(workspaces.listed)

    async def get(self, ident: str) -> Workspace:
        """The workspace with that id or name; raises `NotFound`."""
        found = await self._core.read(lambda db: workspaces.find(db, ident))
        if found is None:
            raise NotFound("workspace", ident)
        return found

    async def add(self, name: str, folder: str) -> Workspace:
        """Make a workspace; its folder is created when it is not there."""
        from kata_desktop.scheduler.inputs.texts import check_name

        checked = check_name(name)
        path = _usable_folder(folder)

        def work(db: Connection, world: World, told: Told) -> Workspace:
            _refuse_taken(db, checked, "")
            workspace = Workspace(id=new_id("ws"), name=checked, folder=str(path), created_at=world.now)
            workspaces.insert(db, workspace)
            told.events.append(WorkspacesChanged())
            return workspace

        return await self._core.transact(work)

    async def set(self, ident: str, key: str, value: str) -> Workspace:
        """Change one thing about a workspace; see `workspace_keys` for the keys."""
        return await self.change(ident, {key: value})

    async def change(self, ident: str, values: Mapping[str, str]) -> Workspace:
        """Change several things at once, or none: raises `InvalidInput` with every field that is refused."""
        known = await self._core.known()
        changed, errors = await self.get(ident), list[FieldError]()
        for key, value in values.items():
            try:
                changed = _with(changed, key, value, known.models)
            except InvalidInput as refusal:
                errors += refusal.errors
        if errors:
            raise InvalidInput(*errors)

        def work(db: Connection, _: World, told: Told) -> Workspace:
            _refuse_taken(db, changed.name, changed.id)
            workspaces.update(db, changed)
            told.events.append(WorkspacesChanged())
            return changed

        return await self._core.transact(work)

    async def remove(self, ident: str, *, confirmed: bool = False) -> None:
        """Remove a workspace with its tasks and history in one transaction; its credentials go too, its folder stays.

        Raises `Refused` for the last workspace and, unless `confirmed`, while something runs in it or it holds tasks:
        nothing brings them back.
        """
        workspace = await self.get(ident)

        def work(db: Connection, _: World, told: Told) -> None:
            if len(workspaces.listed(db)) == 1:
                raise Refused(f"“{workspace.name}” is the only workspace; add another one before you remove it.")
            if not confirmed:
                _refuse_losses(db, workspace)
            told.stop.extend(_open_runs(db, workspace.id))
            workspaces.remove(db, workspace.id)
            told.events.append(WorkspacesChanged())

        await self._core.transact(work)
        await self._forget_credentials(workspace.id)


def _open_runs(db: Connection, workspace_id: str) -> list[str]:
    rows = db.all("SELECT id FROM runs WHERE workspace_id = ? AND state != 'done'", (workspace_id,))
    return [row[0] for row in rows]


def _refuse_losses(db: Connection, workspace: Workspace) -> None:
    if workspaces.running_count(db, workspace.id):
        raise Refused(f"Something is running in “{workspace.name}”; stop it first, or confirm that it may be stopped.")
    if count := workspaces.task_count(db, workspace.id):
        holds = "a task that would go with its" if count == 1 else f"{count:,} tasks that would go with their"
        raise Refused(
            f"“{workspace.name}” holds {holds} history for good; "
            "delete or move what you want to keep, or confirm it (--force)."
        )


def _refuse_taken(db: Connection, name: str, own_id: str) -> None:
    other = workspaces.find(db, name)
    if other is not None and other.id != own_id:
        reason = "Another workspace has that name. Choose another one"
        raise InvalidInput(FieldError(field="name", label="Name", reason=reason, example=f"{name[:100]} 2"))


def _with(workspace: Workspace, key: str, value: str, models: tuple[str, ...]) -> Workspace:
    from kata_desktop.scheduler.inputs.texts import check_name
    from kata_desktop.scheduler.workspace_keys import apply_key

    match key:
        case "name":
            return replace(workspace, name=check_name(value))
        case "folder":
            return replace(workspace, folder=str(_usable_folder(value)))
        case _:
            return apply_key(workspace, key, value, models)


def _usable_folder(folder: str) -> Path:
    """An absolute folder that exists and can be written, made if need be."""
    path, error = _absolute(folder.strip())
    if not error:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            error = f"it cannot be made ({(problem.strerror or str(problem)).lower()})"
        if not error and not path.is_dir():
            error = "it is not a folder"
    if error:
        raise InvalidInput(FieldError(field="folder", label="Folder", reason=error, example=str(Path.home() / "Kata")))
    return path


def _absolute(folder: str) -> tuple[Path, str]:
    """The path that was meant, and why it cannot be one."""
    path = Path(folder)
    if not folder.isprintable():
        return path, "it holds characters that cannot be seen"
    try:
        path = path.expanduser()
    except RuntimeError:
        return path, "there is no such user"
    return path, "" if path.is_absolute() else "it must be an absolute path"
