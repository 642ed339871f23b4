"""The plugins that come along. Their code is imported when one of them is switched on somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.plugins.catalogue import Bundled

if TYPE_CHECKING:
    from kata_desktop.plugins.contract import Plugin


def _slack() -> type[Plugin]:
    from kata_desktop.builtin.slack.plugin import SlackPlugin

    return SlackPlugin


def _whatsapp() -> type[Plugin]:
    from kata_desktop.builtin.whatsapp.plugin import WhatsAppPlugin

    return WhatsAppPlugin


def _matrix() -> type[Plugin]:
    from kata_desktop.builtin.matrix.plugin import MatrixPlugin

    return MatrixPlugin


def _telegram() -> type[Plugin]:
    from kata_desktop.builtin.telegram.plugin import TelegramPlugin

    return TelegramPlugin


def _rss() -> type[Plugin]:
    from kata_desktop.builtin.rss.plugin import RssPlugin

    return RssPlugin


def _webpage() -> type[Plugin]:
    from kata_desktop.builtin.webpage.plugin import WebpagePlugin

    return WebpagePlugin


def _files() -> type[Plugin]:
    from kata_desktop.builtin.files.plugin import FilesPlugin

    return FilesPlugin


def _history() -> type[Plugin]:
    from kata_desktop.builtin.history.plugin import HistoryPlugin

    return HistoryPlugin


def _service() -> type[Plugin]:
    from kata_desktop.builtin.service.plugin import ServicePlugin

    return ServicePlugin


BUNDLED: tuple[Bundled, ...] = (
    Bundled(id="slack", load=_slack),
    Bundled(id="whatsapp", load=_whatsapp),
    Bundled(id="matrix", load=_matrix),
    Bundled(id="telegram", load=_telegram),
    Bundled(id="rss", load=_rss),
    Bundled(id="webpage", load=_webpage),
    Bundled(id="files", load=_files),
    Bundled(id="history", load=_history),
    Bundled(id="service", load=_service),
)
"""In the order in which people see them. The id names the folder in ``builtin/``."""
