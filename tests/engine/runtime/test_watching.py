"""Watching real folders: with the kernel's notices, and with the library that other systems use."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kata_desktop.runtime.watching.changes import ChangeKind, FileChange, Gathered
from kata_desktop.runtime.watching.inotify import Inotify
from kata_desktop.runtime.watching.kernel_watch import KernelWatch
from kata_desktop.runtime.watching.portable_watch import PortableWatch
from kata_desktop.runtime.watching.tree import WatchedTree
from kata_desktop.runtime.watching.watch import FolderWatch, folder_watch, watch_folders
from tests.support.eventually import eventually
from tests.support.waiting import wait_for

CREATED, CHANGED, REMOVED = ChangeKind
QUIET = 0.1
QUEUE = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text(encoding="ascii"))


class Ear:
    """Hears what a watch tells."""

    def __init__(self) -> None:
        self.batches: list[list[tuple[str, ChangeKind]]] = []
        self.folders: set[Path] = set()

    async def hear(self, changes: Sequence[FileChange]) -> None:
        self.batches.append([(change.name, change.kind) for change in changes])
        self.folders |= {change.folder for change in changes}

    @property
    def heard(self) -> set[tuple[str, ChangeKind]]:
        return {change for batch in self.batches for change in batch}

    async def hears(self, name: str, kind: ChangeKind) -> None:
        """Wait until it was told."""
        await eventually(f"{name} {kind}", lambda: (name, kind) in self.heard)

    async def hears_of(self, *names: str) -> None:
        """Wait until something was told of each."""
        await eventually(f"{len(names)} names", lambda: set(names) <= self.names)

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.heard}


@asynccontextmanager
async def running(watch: FolderWatch) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch.run())
        try:
            yield
        finally:
            task.cancel()
    await watch.close()


@asynccontextmanager
async def watching(ear: Ear, *folders: Path) -> AsyncIterator[FolderWatch]:
    watch = KernelWatch(ear.hear, quiet=QUIET)
    await watch.follow(folders)
    async with running(watch):
        yield watch


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.mark.parametrize("make", [KernelWatch, PortableWatch])
async def test_files_come_change_and_go(make: type[KernelWatch | PortableWatch], ear: Ear, tmp_path: Path) -> None:
    (tmp_path / "deep" / "down").mkdir(parents=True)
    file = tmp_path / "deep" / "down" / "a.txt"
    watch = make(ear.hear, quiet=QUIET)
    await watch.follow([tmp_path])
    async with running(watch):
        await until_it_looks(ear, tmp_path)
        file.write_text("x")
        await ear.hears("deep/down/a.txt", CREATED)
        file.write_text("y")
        await ear.hears("deep/down/a.txt", CHANGED)
        file.unlink()
        await ear.hears("deep/down/a.txt", REMOVED)
    assert ear.folders == {tmp_path}


@pytest.mark.parametrize("make", [KernelWatch, PortableWatch])
async def test_what_tools_keep_for_themselves_is_left_out(
    make: type[KernelWatch | PortableWatch], ear: Ear, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    watch = make(ear.hear, quiet=QUIET)
    await watch.follow([tmp_path])
    async with running(watch):
        await until_it_looks(ear, tmp_path)
        (tmp_path / ".git" / "index").write_text("x")
        (tmp_path / "a.txt~").write_text("x")
        (tmp_path / "a.txt").write_text("x")
        await ear.hears("a.txt", CREATED)
    assert {name for name, _ in ear.heard if not name.startswith("look")} == {"a.txt"}


async def until_it_looks(ear: Ear, folder: Path) -> None:
    """The library of other systems begins some time after it was asked to."""
    async with asyncio.timeout(20):
        number = 0
        while not ear.heard:
            number += 1
            (folder / f"look{number}").write_text("x")
            await asyncio.sleep(0.1)


async def test_nothing_is_missed_from_the_first_instant(ear: Ear, tmp_path: Path) -> None:
    """Neither once it watches, nor while it still walks through the folders."""
    for number in range(300):
        (tmp_path / f"{number}").mkdir()
    watch = KernelWatch(ear.hear, quiet=QUIET)
    asking = asyncio.gather(watch.follow([tmp_path]), asyncio.to_thread(write_into_each, tmp_path))
    async with running(watch):
        await asking
        (tmp_path / "at once").write_text("x")
        await ear.hears("at once", CREATED)
        await ear.hears_of(*(f"{number}/a" for number in range(300)))


def write_into_each(folder: Path) -> None:
    for number in reversed(range(300)):
        (folder / f"{number}" / "a").write_text("x")


async def test_what_changed_since_a_moment_is_told_of_new_folders(ear: Ear, tmp_path: Path) -> None:
    """Who wished to watch may have waited until it began."""
    (tmp_path / "before").write_text("x")
    await asyncio.sleep(0.1)  # the dates of files are coarse
    since = datetime.now(UTC)  # noqa: TID251 - the clock that files are dated with
    (tmp_path / "early").write_text("x")
    task = asyncio.create_task(watch_folders([tmp_path], ear.hear, quiet=QUIET, since=since))  # noqa: TID251
    await ear.hears_of("early")
    task.cancel()
    await asyncio.wait([task])
    assert ear.names == {"early"}


async def test_a_file_that_goes_while_it_is_looked_at_hides_nothing_beside_it(
    ear: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folders beside it are watched all the same."""
    for number in range(9):
        (tmp_path / f"passing {number}").touch()
        (tmp_path / f"folder {number}").mkdir()

    def gone_by_now(name: str) -> bool:
        if name.startswith("passing"):
            (tmp_path / name).unlink(missing_ok=True)
        return False

    monkeypatch.setattr("kata_desktop.runtime.watching.tree.is_left_out", gone_by_now)
    async with watching(ear, tmp_path):
        for number in range(9):
            (tmp_path / f"folder {number}" / "new").touch()
        await ear.hears_of(*(f"folder {number}/new" for number in range(9)))


async def test_a_folder_in_a_place_that_cannot_be_looked_at_hides_no_other(ear: Ear, tmp_path: Path) -> None:
    """A name too long for the disk stands for all places that it refuses to look at."""
    async with watching(ear, tmp_path / ("x" * 300), tmp_path):
        (tmp_path / "new").touch()
        await ear.hears_of("new")


async def test_older_files_are_no_news(ear: Ear, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text("x")
    settle(old)
    async with watching(ear, tmp_path):
        (tmp_path / "new").write_text("x")
        await ear.hears("new", CREATED)
    assert ear.names == {"new"}


def settle(file: Path) -> None:
    """The kernel dates files by a clock that ticks every few milliseconds."""
    later = file.with_name("later")
    wait_for("the clock of files", lambda: is_later(later, file))
    later.unlink()


def is_later(later: Path, file: Path) -> bool:
    later.write_text("x")
    return later.stat().st_ctime_ns - file.stat().st_ctime_ns > 20_000_000


async def test_new_folders_are_followed_with_all_that_is_in_them(ear: Ear, tmp_path: Path) -> None:
    async with watching(ear, tmp_path):
        (tmp_path / "a" / "b" / "c").mkdir(parents=True)
        (tmp_path / "a" / "b" / "c" / "first").write_text("x")
        await ear.hears("a/b/c/first", CREATED)
        (tmp_path / "a" / "b" / "c" / "second").write_text("x")
        await ear.hears("a/b/c/second", CREATED)


async def test_renamed_folders_are_known_by_their_new_name(ear: Ear, tmp_path: Path) -> None:
    (tmp_path / "old" / "in").mkdir(parents=True)
    async with watching(ear, tmp_path):
        (tmp_path / "old").rename(tmp_path / "new")
        (tmp_path / "new" / "in" / "file").write_text("x")
        await ear.hears("new/in/file", CREATED)
        (tmp_path / "old").mkdir()
        (tmp_path / "old" / "file").write_text("x")
        await ear.hears("old/file", CREATED)
        (tmp_path / "new" / "in" / "file").write_text("y")
        await ear.hears("new/in/file", CHANGED)
    assert ("old", REMOVED) in ear.heard
    assert ("old/in/file", CREATED) not in ear.heard


async def test_what_is_moved_out_is_watched_no_longer(ear: Ear, tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    (inside / "a").mkdir(parents=True)
    async with watching(ear, inside):
        (inside / "a").rename(outside)
        await ear.hears("a", REMOVED)
        (outside / "file").write_text("x")
        (inside / "file").write_text("x")
        await ear.hears("file", CREATED)
    assert ear.heard == {("a", REMOVED), ("file", CREATED)}


async def test_a_watched_folder_that_goes_is_watched_when_it_is_back(ear: Ear, tmp_path: Path) -> None:
    folder = tmp_path / "above" / "watched"
    folder.mkdir(parents=True)
    async with watching(ear, folder):
        for number in range(3):
            shutil.rmtree(tmp_path / "above")
            folder.mkdir(parents=True)
            (folder / f"{number}").write_text("x")
            await ear.hears_of(f"{number}")
            (folder / f"{number} later").write_text("x")
            await ear.hears(f"{number} later", CREATED)
        folder.rename(tmp_path / "elsewhere")
        folder.mkdir()
        (folder / "again").write_text("x")
        await ear.hears_of("again")
        (tmp_path / "elsewhere" / "unseen").write_text("x")
        (folder / "last").write_text("x")
        await ear.hears("last", CREATED)
    assert "unseen" not in ear.names


async def test_a_folder_that_is_not_there_is_said_and_watched_once_it_is(
    ear: Ear, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "not" / "yet"
    async with watching(ear, folder, tmp_path / "there"):
        folder.mkdir(parents=True)
        async with asyncio.timeout(20):
            number = 0
            while not ear.heard:
                number += 1
                (folder / f"{number}").write_text("x")
                await asyncio.sleep(0.05)
    assert f"{folder} is not there" in caplog.text
    assert ear.folders == {folder}


async def test_folders_may_lie_in_each_other_and_be_left(ear: Ear, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    link = tmp_path.parent / f"{tmp_path.name} link"
    link.symlink_to(inner)
    async with watching(ear, tmp_path, inner, link) as watch:
        (inner / "one").write_text("x")
        await ear.hears("one", CREATED)
        assert ear.folders == {tmp_path, inner, link}
        assert {("inner/one", CREATED), ("one", CREATED)} == ear.heard
        await watch.follow([inner])
        (tmp_path / "outside").write_text("x")
        (inner / "two").write_text("x")
        await ear.hears("two", CREATED)
    assert not ear.heard & {("inner/two", CREATED), ("outside", CREATED)}


async def test_going_on_has_no_gap(ear: Ear, tmp_path: Path) -> None:
    """What was watched before the folders were changed goes on being watched meanwhile."""
    kept, other = tmp_path / "kept", tmp_path / "other"
    kept.mkdir()
    other.mkdir()
    async with watching(ear, kept) as watch:
        for number in range(50):
            (kept / f"{number}").write_text("x")
            await watch.follow([kept, other] if number % 2 else [kept])
        for number in range(50):
            await ear.hears(f"{number}", CREATED)


async def test_links_are_not_followed(ear: Ear, tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (inside / "link").symlink_to(outside)
    async with watching(ear, inside):
        (inside / "new link").symlink_to(outside)
        (outside / "file").write_text("x")
        (inside / "file").write_text("x")
        await ear.hears("file", CREATED)
    assert ear.heard <= {("file", CREATED), ("new link", CREATED), ("link", CHANGED)}


async def test_names_may_be_any_bytes(ear: Ear, tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff\nx" + b"y" * 200)
    async with watching(ear, tmp_path):
        (tmp_path / name).write_text("x")
        await ear.hears(name, CREATED)


def test_a_full_queue_loses_no_new_or_changed_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Ten thousand files in old and new folders, while nobody reads the queue."""
    (tmp_path / "old").mkdir()
    tree = WatchedTree(Inotify())
    try:
        tree.follow([tmp_path])
        (tmp_path / "new" / "deep").mkdir(parents=True)
        for number in range(max(10_000, QUEUE // 2)):
            (tmp_path / "old" / f"{number}").write_text("x")
        (tmp_path / "new" / "deep" / "file").write_text("x")
        found = drained(tree)
        names = {name for _, name, _ in found}
        assert {f"old/{number}" for number in range(10_000)} <= names
        assert "new/deep/file" in names
        (tmp_path / "new" / "deep" / "later").write_text("x")
        assert [name for _, name, _ in drained(tree)] == ["new/deep/later"]
    finally:
        tree.close()
    assert "More changed at once" in caplog.text


def drained(tree: WatchedTree) -> Gathered:
    found = Gathered()
    while more := tree.take():
        found.add(more)
    return found


def test_a_tree_that_is_closed_tells_nothing(tmp_path: Path) -> None:
    tree = WatchedTree(Inotify())
    tree.follow([tmp_path])
    (tmp_path / "a").write_text("x")
    tree.close()
    tree.close()
    tree.follow([tmp_path])
    assert not tree.take()


@pytest.mark.parametrize(
    "kinds, told",
    [
        ((CREATED, CHANGED), CREATED),
        ((CREATED, REMOVED), None),
        ((REMOVED, CREATED), CHANGED),
        ((CHANGED, REMOVED), REMOVED),
        ((CREATED, REMOVED, CREATED), CREATED),
    ],
)
def test_changes_of_one_file_become_one(kinds: Collection[ChangeKind], told: ChangeKind | None) -> None:
    found = Gathered()
    for kind in kinds:
        later = Gathered()
        later.note("/f", "a", kind)
        found.add(later)
    assert [change.kind for change in found.told()] == ([told] if told else [])


async def test_watching_ends_with_who_watches(ear: Ear, tmp_path: Path) -> None:
    before = queues()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch_folders([tmp_path], ear.hear, quiet=QUIET))
        await until_it_looks(ear, tmp_path)
        task.cancel()
    assert not queues() - before, "what an earlier test left may go meanwhile"


def queues() -> set[str]:
    """The kernel's queues of notices that this process holds."""
    found = {file.name: os.path.realpath(file) for file in Path("/proc/self/fd").iterdir()}
    return {number for number, what in found.items() if what.endswith("inotify")}


def test_this_system_is_watched_by_its_kernel() -> None:
    async def told(_: Sequence[FileChange]) -> None:
        return

    async def watch() -> None:
        found = folder_watch(told, quiet=QUIET)
        assert isinstance(found, KernelWatch)
        await found.close()

    asyncio.run(watch())
