"""The plugins that come along. Their code is imported when one of them is switched on somewhere."""

from __future__ import annotations

from kata_desktop.plugins.catalogue import Bundled

BUNDLED: tuple[Bundled, ...] = ()
"""In the order in which people see them. The id names the folder in ``builtin/``."""
