"""The doctor's look at WhatsApp: its library, what that needs of the system, and the phones that are linked."""

from __future__ import annotations

from kata_desktop.control.findings import Finding, ok, problem
from kata_desktop.desktop.paths import Paths
from kata_desktop.store import plugins, workspaces
from kata_desktop.store.connection import Connection

PLUGIN = "whatsapp"


def check_whatsapp(paths: Paths, db: Connection) -> Finding | None:
    """None where nobody has switched it on or set it up: then nothing is missing."""
    switches = plugins.switches(db)
    used = [
        workspace
        for workspace in workspaces.listed(db)
        if PLUGIN in plugins.touched(db, workspace.id) and switches.get((workspace.id, PLUGIN), True)
    ]
    if not used:
        return None
    from kata_desktop.builtin.whatsapp import library
    from kata_desktop.builtin.whatsapp.session import Session

    if sentence := library.problem():
        what, _, fix = sentence.rstrip(".").partition("; ")
        return problem(PLUGIN, f"{what}.", fix)
    ready = f"The library is ready ({library.PACKAGE} {library.PINNED})."
    accounts = [(workspace.name, Session(paths.plugins / PLUGIN / workspace.id).account) for workspace in used]
    linked = [f"+…{account[-3:]} in “{name}”" for name, account in accounts if account]
    if not linked:
        return ok(PLUGIN, f"{ready} No phone is linked.", "kata-desktop plugin run whatsapp pair")
    return ok(PLUGIN, f"{ready} Linked with {', '.join(linked)}.")
