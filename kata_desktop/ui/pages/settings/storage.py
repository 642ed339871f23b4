"""Storage: how much there is, how long it is kept, copies of it, and tasks in files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QUrl
from PySide6.QtGui import QDesktopServices

from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.settings.disk_use import DiskUse, disk_use
from kata_desktop.ui.pages.settings.section import Section
from kata_desktop.ui.pages.settings.setting_row import SettingRow
from kata_desktop.ui.pages.settings.storage_files import StorageFiles
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.layout import boxed, row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.pages.settings.bound import Binder
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots


class StorageSection(Section):
    """Rows with buttons; what they do with files is in `StorageFiles`.

    Attributes:
        files: exports, imports, restores.
    """

    def __init__(self, bind: Binder, services: Services, bridge: Bridge, slots: Slots) -> None:
        super().__init__(
            bind.theme, "storage", self.tr("Storage"), "hard-drive", keys=("history_days", "log_days", "backups_kept")
        )
        self.slots = slots
        self._services, self._bridge, self._theme = services, bridge, bind.theme
        self.files = StorageFiles(self, services, bind.theme, bridge, slots)
        self.add_group(self.tr("Your data"), self._data(), self._backups())
        self.add_group(self.tr("What is kept"), *self._kept(bind))
        self.add_group(self.tr("Tasks in files"), *self._exchange())
        self.add_group(self.tr("For help"), self._diagnostics())
        self._now.clicked.connect(self._back_up)
        self.files.changed.connect(self.opened)

    def opened(self) -> None:
        """Look at the disk."""
        self._measure()

    def _data(self) -> SettingRow:
        folder = self._button(self.tr("Open folder"), "folder-open")
        folder.clicked.connect(self._open_folder)
        self._data_row = SettingRow(self._theme, self.tr("Data folder"), str(self._services.paths.data_dir), folder,
                                    words=self.tr("size disk space"))  # fmt: skip
        return self._data_row

    def _backups(self) -> SettingRow:
        self._now = self._button(self.tr("Back up now"), "archive")
        restore = self._button(self.tr("Restore…"), "rotate-ccw")
        restore.clicked.connect(self.files.restore)
        hint = self.tr("A verified copy is made every day.")
        self._backup_row = SettingRow(self._theme, self.tr("Backups"), hint, _beside(self._now, restore))
        return self._backup_row

    def _kept(self, bind: Binder) -> tuple[SettingRow, ...]:
        days = self.tr(" days")
        return (
            bind.number("history_days", self.tr("History"),
                        self.tr("Runs older than this are removed; 0 keeps them for good."), 0, 3650, days),
            bind.number("log_days", self.tr("Logs"), self.tr("Older log files are removed."), 1, 365, days),
            bind.number("backups_kept", self.tr("Backups"), self.tr("So many of the newest are kept."), 1, 60),
        )  # fmt: skip

    def _exchange(self) -> tuple[SettingRow, ...]:
        out, into = self._button(self.tr("Export…"), "upload"), self._button(self.tr("Import…"), "download")
        out.clicked.connect(self.files.export_tasks)
        into.clicked.connect(self.files.import_tasks)
        return (
            SettingRow(self._theme, self.tr("Export tasks"), self.tr("All tasks as one file, without keys or history."),
                       out),
            SettingRow(self._theme, self.tr("Import tasks"),
                       self.tr("You see what would change before anything does; tasks arrive paused."), into),
        )  # fmt: skip

    def _diagnostics(self) -> SettingRow:
        save = self._button(self.tr("Export diagnostics…"), "bug")
        save.clicked.connect(self.files.export_diagnostics)
        hint = self.tr("Versions, settings, counts and the log, without prompts, results, names or keys.")
        return SettingRow(self._theme, self.tr("Diagnostics"), hint, save)

    def _button(self, text: str, icon: str) -> Button:
        return Button(self._theme, text, icon=icon)

    @async_slot
    async def _measure(self) -> None:
        use = await asyncio.to_thread(disk_use, self._services.paths)
        self._data_row.set_hint(self._sizes(use))
        self._backup_row.set_hint(self._copies(use))

    def _sizes(self, use: DiskUse) -> str:
        template = self.tr("{folder}\n{data} of data, {logs} of logs, {backups} of backups")
        backups = sum(each.size for each in use.backups)
        return template.format(
            folder=self._services.paths.data_dir, data=_bytes(use.store), logs=_bytes(use.logs), backups=_bytes(backups)
        )

    def _copies(self, use: DiskUse) -> str:
        if not use.backups:
            return self.tr("There is none yet; one is made every day.")
        clock = self._services.clock
        newest = LocalTime(clock.now(), clock.zone_name()).moment(use.backups[0].made_at)
        template = self.tr("One is made every day and checked. Kept now: {count}; the newest: {newest}.")
        return template.format(count=len(use.backups), newest=newest)

    @async_slot
    async def _back_up(self) -> None:
        self._now.setEnabled(False)
        self._backup_row.set_error("")
        try:
            made = await self._services.backup()
            self._bridge.told.emit(self.tr("The backup {name} was written.").format(name=made.name))
        finally:
            self._now.setEnabled(True)
            self._measure()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._services.paths.data_dir)))


def _beside(*buttons: Button) -> QWidget:
    return boxed(row(*buttons, spacing=8))


def _bytes(size: int) -> str:
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)
