"""The version of the program, written down once: the build reads it from here, and so does a checkout."""

from __future__ import annotations

__version__ = "0.1.0"
