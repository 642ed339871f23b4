"""What plugins with a diary wrote: what happened, plugin, workspace."""

from __future__ import annotations

PAGES: list[tuple[str, str, str]] = []
