"""The process of the linked device with a scripted WhatsApp: ``program.py SOCKET``. Codes pass by quickly."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from kata_desktop.builtin.whatsapp.child import station
from kata_desktop.builtin.whatsapp.child.codes import CodeTimes
from kata_desktop.builtin.whatsapp.child.program import run
from tests.support.whatsapp.scripted_gateway import ScriptedGateway

if __name__ == "__main__":
    station.DIAL_PAUSES = (0.1, 0.1)
    quick = CodeTimes(first=0.6, following=0.3, phone=1.0, late=0.2, all=3.0)
    run(lambda session: ScriptedGateway(session.store, sys.argv[1]), times=quick)
