"""The keyring on the page: locked, dismissed, missing, and doing without it by choice."""

from __future__ import annotations

import pytest

from kata_desktop.credentials.credential import VaultState
from kata_desktop.credentials.errors import KeyringMissing
from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.domain.plugin import PluginState
from kata_desktop.store import outbox
from tests.support.eventually import eventually
from tests.support.history_rows import NOW
from tests.ui.plugins.conftest import Scene


def asked(scene: Scene) -> int:
    return scene.keyring.asked


def said(scene: Scene) -> str:
    return scene.page.keyring.banner.accessibleName() if scene.page.keyring.isVisible() else ""


async def lock(scene: Scene) -> None:
    """Shut the keyring, and let two plugins wait for it."""
    scene.keyring.open = False
    for ident in ("slack", "calendar"):
        scene.plugins.put(ident, state=PluginState.WAITING_KEYRING, sentence="")
    await eventually("the banner", lambda: said(scene))


async def test_an_open_keyring_is_not_spoken_of(scene: Scene) -> None:
    await eventually("the look", lambda: scene.kata.vault.state is VaultState.AVAILABLE)
    assert said(scene) == ""


async def test_unlocking_is_a_click_away_and_asks_once(scene: Scene) -> None:
    item = OutboxItem(id="o1", key="k1", kind=NotificationKind.RESULT, target_kind="slack", target_address="#a",
                      title="", body="hi", workspace_id="ws_acme", created_at=NOW, next_at=NOW)  # fmt: skip
    scene.kata.database.write_now(lambda db: outbox.add(db, item))
    await lock(scene)
    assert said(scene) == (
        "Your keyring is locked Plugins that need a password continue once it is unlocked. "
        "Nothing is lost; 1 result waits in the outbox."
    )
    assert asked(scene) == 0
    scene.keyring.answered = True
    scene.row("slack").button.click()
    await eventually("the open keyring", lambda: scene.kata.vault.state is VaultState.AVAILABLE)
    assert asked(scene) == 1
    await eventually("the check", lambda: ("check", "ws_acme") in scene.plugins.calls)
    for ident in ("slack", "calendar"):
        scene.plugins.put(ident, state=PluginState.READY)
    await eventually("the end of the banner", lambda: not said(scene))


async def test_a_dismissed_question_says_so_and_is_not_asked_again(scene: Scene) -> None:
    await lock(scene)
    scene.page.keyring.banner.button.click()
    await eventually("the dismissal", lambda: "still locked" in said(scene))
    assert "It was not opened" in said(scene)
    assert scene.page.keyring.banner.button.text() == "Unlock keyring…"
    for _ in range(3):
        scene.shown.refresh()
        await scene.settled()
    assert asked(scene) == 1


async def test_a_missing_keyring_leaves_memory_as_a_visible_choice(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> bool:
        raise KeyringMissing

    monkeypatch.setattr(scene.keyring, "locked", gone)
    scene.plugins.put("slack", state=PluginState.WAITING_KEYRING)
    await eventually("the banner", lambda: said(scene).startswith("There is no keyring"))
    assert scene.page.keyring.memory.isVisible()
    scene.page.keyring.memory.click()
    await eventually("the choice", lambda: said(scene).startswith("Credentials are kept for this session only"))
    assert scene.kata.vault.state is VaultState.MEMORY
    assert not scene.page.keyring.memory.isVisible()
    assert scene.page.keyring.banner.button.text() == "Use the keyring"
    scene.page.keyring.banner.button.click()
    await eventually("the way back", lambda: said(scene).startswith("There is no keyring"))
