"""Connections that end, tokens that do not do, and other programs that want the same messages."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import aiohttp
import pytest

from kata_desktop.builtin.telegram import setting_up
from kata_desktop.builtin.telegram.settings import read_settings
from kata_desktop.domain.errors import Unavailable
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.plugins.sdk import ChannelError
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.store.database import Database
from tests.support.eventually import eventually
from tests.support.telegram_channel import MANIFEST, TelegramChannel, held
from tests.support.telegram_rules import ALICE, TOKEN, Refusal
from tests.support.telegram_server import TelegramServer

OTHER = f"{TOKEN}x"


async def test_telegram_may_be_away_for_a_while(telegram: TelegramServer, channel: TelegramChannel) -> None:
    await telegram.go_away()
    await eventually("several tries", lambda: len(channel.errors) > 3)
    assert {error.final for error in channel.errors} == {False}
    assert "cannot be reached" in channel.errors[0].sentence
    await telegram.come_back()
    await telegram.write(ALICE, "after")
    await channel.took(1)


async def test_patience_is_kept(telegram: TelegramServer, channel: TelegramChannel) -> None:
    telegram.refuse.append(("getUpdates", Refusal(429, "Too Many Requests: retry after 3", retry_after=3)))
    await telegram.write(ALICE, "one")
    await eventually("the error", lambda: channel.errors)
    (error,) = channel.errors
    assert error.retry_after
    assert error.retry_after.total_seconds() == 3
    assert not error.final
    await channel.took(1)


async def test_a_revoked_token_is_final(telegram: TelegramServer, channel: TelegramChannel) -> None:
    telegram.token = OTHER
    with pytest.raises(DeliveryError, match="does not know the bot token") as caught:
        await channel.adapter.send(str(ALICE), "hello", "k")
    assert (caught.value.retryable, caught.value.certain) == (True, True)
    await eventually("the end", lambda: channel.final)
    assert not any(TOKEN in str(error) for error in channel.errors)


@pytest.mark.parametrize(
    "token, word", [(OTHER, "does not know the bot token"), ("kata", "is none"), (f"12:{'a' * 22}", "is none")]
)
async def test_a_wrong_token_is_final(
    telegram: TelegramServer, database: Database, token: str, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with TelegramChannel(database, telegram.address, token=token) as channel:
        await eventually("the end", lambda: channel.final)
        error = channel.errors[0]
        assert word in error.sentence
        causes = [error, error.__cause__, error.__context__]
        assert not any(token in str(cause) for cause in causes if token != "kata")


async def test_a_missing_token_asks_for_the_set_up(telegram: TelegramServer, database: Database) -> None:
    async with TelegramChannel(database, telegram.address, token=None) as channel:
        await eventually("the error", lambda: channel.errors)
        assert channel.errors[0].needs == "set-up"
    assert telegram.calls == []


async def poll(telegram: TelegramServer) -> None:
    """Another program fetches messages."""
    url = f"{telegram.address}/bot{TOKEN}/getUpdates"
    async with aiohttp.ClientSession() as session, session.post(url, data={"timeout": "1"}) as response:
        await response.read()


async def test_another_program_that_goes_on_fetching_is_final(
    telegram: TelegramServer, channel: TelegramChannel
) -> None:
    while channel.final is None:
        await poll(telegram)
    assert "Another program fetches this bot's messages" in channel.final.sentence


async def test_a_single_conflict_is_no_reason_to_give_up(telegram: TelegramServer, channel: TelegramChannel) -> None:
    def polls() -> int:
        return [method for method, _ in telegram.calls].count("getUpdates")

    await eventually("a long poll", lambda: polls() == 2)  # the first one does not wait
    await poll(telegram)
    await eventually("the next one", lambda: polls() == 4)
    await telegram.write(ALICE, "one")
    await channel.took(1)
    assert channel.errors == []


async def test_a_webhook_is_told(telegram: TelegramServer, database: Database) -> None:
    telegram.webhook = True
    async with TelegramChannel(database, telegram.address) as channel:
        await eventually("the end", lambda: channel.final)
        assert "web address" in channel.errors[0].sentence


class LockedKeyring:
    async def get(self, name: str) -> str | None:
        raise Unavailable(f"The keyring is locked, so {name} cannot be read; unlock it.")


async def test_a_locked_keyring_is_waited_for() -> None:
    with pytest.raises(ChannelError, match="locked") as caught:
        await read_settings(SettingsValues.of(MANIFEST.settings, {}), LockedKeyring())
    assert caught.value.needs == "keyring"


@pytest.mark.parametrize("setting", ["ftp://x.example", "x.example", "http://x.example"])
async def test_addresses_that_would_give_the_token_away_are_refused(setting: str) -> None:
    with pytest.raises(ChannelError) as caught:
        await read_settings(SettingsValues.of(MANIFEST.settings, {"base_url": setting}), held())
    assert caught.value.needs == "set-up"


async def test_the_environment_wins_over_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KATA_TELEGRAM_BASE_URL", "http://127.0.0.1:2/")
    settings = await read_settings(SettingsValues.of(MANIFEST.settings, {"base_url": "https://x.example"}), held())
    assert settings.base_url == "http://127.0.0.1:2"
    assert TOKEN not in repr(settings)


async def test_the_buttons_of_the_set_up(telegram: TelegramServer) -> None:
    settings = await read_settings(SettingsValues.of(MANIFEST.settings, {"base_url": telegram.address}), held())
    assert "@kata_bot" in await setting_up.check_connection(settings)
    assert str(ALICE) in await setting_up.send_test_message(settings, str(ALICE))
    assert telegram.to(ALICE) == [setting_up.TEST_MESSAGE]
    with pytest.raises(ChannelError, match="enter one"):
        await setting_up.send_test_message(settings, "")
    with pytest.raises(DeliveryError, match="chat not found"):
        await setting_up.send_test_message(settings, "555")


def test_nothing_of_the_library_is_imported_before_it_is_needed() -> None:
    heavy = re.compile(r"^(?:import|from) (?:telegram|httpx)", re.MULTILINE)
    folder = Path(setting_up.__file__).parent
    assert [file.name for file in folder.glob("*.py") if heavy.search(file.read_text())] == ["client.py"]
