"""What windows are given to work with: the services of a running engine, and nothing below them."""

from __future__ import annotations

from kata_desktop.control.services import Services

__all__ = ["Services"]
