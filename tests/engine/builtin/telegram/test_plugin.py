"""The plugin as a whole, in a workspace of its own."""

from __future__ import annotations

from kata_desktop.builtin.telegram.plugin import TelegramPlugin
from kata_desktop.plugins.harness import harness
from tests.support.telegram_rules import ALICE, TOKEN
from tests.support.telegram_server import TelegramServer


async def test_it_brings_a_channel_and_buttons(telegram: TelegramServer) -> None:
    settings = {"base_url": telegram.address, "test_chat": str(ALICE)}
    async with harness(TelegramPlugin, settings=settings, credentials={"bot_token": TOKEN}) as kata:
        assert "@kata_bot" in await kata.plugin.test_connection()
        await kata.plugin.send_test_message()
        adapter = kata.adapter()
        assert (await adapter.connect()).account == "4242"
        await adapter.close()
    assert len(telegram.to(ALICE)) == 1
