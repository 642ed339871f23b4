"""``python -m kata_desktop.builtin.whatsapp.child``: started by Kata, with a link as its standard input."""

from __future__ import annotations

from kata_desktop.builtin.whatsapp.child.neonize_gateway import NeonizeGateway
from kata_desktop.builtin.whatsapp.child.program import run

if __name__ == "__main__":
    run(lambda session: NeonizeGateway(session.store))
