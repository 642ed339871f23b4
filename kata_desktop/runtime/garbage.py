"""The garbage collector's part in keeping the loop quick."""

from __future__ import annotations

import gc


def spare_what_exists() -> None:
    """Take everything that exists now out of the collector's sight, for good.

    To be called when a large part of the program was built that lives to the end: walking all of it took the
    interpreter, and so the loop, 20 ms every now and then.
    """
    gc.freeze()
