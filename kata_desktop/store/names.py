"""The key under which two spellings of a name count as the same."""

from __future__ import annotations

import unicodedata


def name_key(name: str) -> str:
    """Fold letter case and composed or decomposed letters, so that twins a person cannot tell apart share a key."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
