"""The version of the program, written down once: the build reads it from here, and so does a checkout."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
