"""The garbage collector's part in a quick start and a quick loop."""

from __future__ import annotations

import gc


def put_off_collecting() -> None:
    """Collect nothing for now: a start makes a hundred thousand objects that stay, and looked through them again and
    again. To be called first of all, and ended by `spare_what_exists`; a short command may end without.
    """
    gc.disable()


def spare_what_exists() -> None:
    """Take everything that exists now out of the collector's sight, for good, and let it collect from now on.

    To be called when a large part of the program was built that lives to the end: walking all of it took the
    interpreter, and so the loop, 20 ms every now and then.
    """
    gc.freeze()
    gc.enable()
