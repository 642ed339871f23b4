"""Methods about files: exported and imported tasks, and backups."""

from __future__ import annotations

from kata_desktop.control.call import Call, Method
from kata_desktop.control.shapes import Shape


async def _backup(call: Call) -> Shape:
    with call.params:
        pass
    return {"file": str(await call.services.backup())}


METHODS = {
    "store.backup": Method(run=_backup),
}
