"""The steps of the set-up: the manifest to paste, the tests, the list of channels."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from kata_desktop.builtin.slack import setting_up
from kata_desktop.builtin.slack.settings import SlackSettings, read_settings
from kata_desktop.domain.errors import Unavailable
from kata_desktop.plugins.sdk import ChannelError, DeliveryError
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.runtime.clock import SystemClock
from tests.support.held_secrets import Secrets
from tests.support.slack_channel import ALL_TOKENS, MANIFEST
from tests.support.slack_server.access import ALL_SCOPES, APP_TOKEN, BOT_TOKEN
from tests.support.slack_server.slack_server import SlackServer


def given(slack: SlackServer, **changes: str) -> SlackSettings:
    tokens = ALL_TOKENS | changes
    return SlackSettings(bot_token=tokens["bot_token"], app_token=tokens["app_token"], base_url=slack.base_url)


def test_the_app_manifest_asks_for_what_is_used_and_no_more() -> None:
    manifest = json.loads(setting_up.app_manifest())
    assert setting_up.wanted_scopes() == ALL_SCOPES
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"]["is_enabled"] is False
    assert {"app_mention", "message.im", "message.channels"} <= set(
        manifest["settings"]["event_subscriptions"]["bot_events"]
    )
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == ["/kata"]
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False


def test_the_address_for_a_new_app_carries_the_manifest() -> None:
    parts = urlsplit(setting_up.new_app_address())
    assert (parts.scheme, parts.hostname) == ("https", "api.slack.com")
    (carried,) = parse_qs(parts.query)["manifest_json"]
    assert json.loads(carried) == json.loads(setting_up.app_manifest())
    assert len(setting_up.new_app_address()) < 4000


def test_tokens_are_told_apart_by_their_beginnings() -> None:
    assert {spec.name: spec.prefix for spec in MANIFEST.credentials} == {"bot_token": "xoxb-", "app_token": "xapp-"}


async def test_the_connection_is_checked_with_both_tokens(slack: SlackServer) -> None:
    told = await setting_up.check_connection(given(slack))
    assert told == "Both tokens work: @kata in Acme. All permissions are there."
    assert [entry.name for entry in slack.journal.of("call")] == ["auth.test", "apps.connections.open", "bots.info"]


async def test_missing_permissions_are_named(slack: SlackServer) -> None:
    slack.access.scopes -= {"reactions:write", "im:history"}
    told = await setting_up.check_connection(given(slack))
    assert "“im:history”, “reactions:write”" in told
    assert "reinstall" in told


async def test_tokens_of_two_apps_are_told_apart(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    other = "xapp-1-A0OTHER-1234-local"
    monkeypatch.setattr("tests.support.slack_server.access.APP_TOKEN", other)
    told = await setting_up.check_connection(given(slack, app_token=other))
    assert "two different apps (A0KATA and A0OTHER)" in told


@pytest.mark.parametrize("changes", [{"bot_token": "xoxb-wrong"}, {"app_token": "xapp-wrong"}])
async def test_a_wrong_token_is_told(slack: SlackServer, changes: dict[str, str]) -> None:
    with pytest.raises(ChannelError, match="does not know the token") as caught:
        await setting_up.check_connection(given(slack, **changes))
    assert caught.value.final


async def test_no_network_is_told(slack: SlackServer) -> None:
    await slack.go_away()
    with pytest.raises(ChannelError, match="check the network") as caught:
        await setting_up.check_connection(given(slack))
    assert not caught.value.final


async def test_channels_are_listed_by_name(slack: SlackServer) -> None:
    for number in range(250):
        slack.world.add_channel(f"C1{number:03}", f"zz-{number:03}")
    lines = (await setting_up.list_channels(given(slack))).splitlines()
    assert lines[:4] == ["#general", "#secret", "#team", "#elsewhere (invite Kata first)"]
    assert len(lines) == 254


@pytest.mark.parametrize("place, conversation", [("#team", "C0TEAM"), ("@bob", "D00BOB"), ("U0BOB", "D00BOB")])
async def test_a_test_message_is_sent(slack: SlackServer, place: str, conversation: str) -> None:
    told = await setting_up.send_test_message(given(slack), place, SystemClock())
    assert place in told
    assert [message["text"] for message in slack.said(conversation)] == [setting_up.TEST_MESSAGE]


async def test_a_test_message_to_nowhere_is_refused(slack: SlackServer) -> None:
    with pytest.raises(ChannelError, match="choose a channel"):
        await setting_up.send_test_message(given(slack), " ", SystemClock())
    with pytest.raises(DeliveryError, match="/invite @kata"):
        await setting_up.send_test_message(given(slack), "#elsewhere", SystemClock())


class LockedKeyring:
    async def get(self, name: str) -> str | None:
        raise Unavailable(f"The keyring is locked, so {name} cannot be read; unlock it.")


async def test_a_locked_keyring_is_waited_for() -> None:
    with pytest.raises(ChannelError, match="locked") as caught:
        await read_settings(SettingsValues.of(MANIFEST.settings, {}), LockedKeyring())
    assert caught.value.needs == "keyring"


@pytest.mark.parametrize(
    "setting, variable, address",
    [
        ("", "", "https://slack.com/api/"),
        ("http://127.0.0.1:1/api", "", "http://127.0.0.1:1/api/"),
        ("http://127.0.0.1:1/api/", "http://127.0.0.1:2/api/", "http://127.0.0.1:2/api/"),
        ("https://gateway.example/slack", "", "https://gateway.example/slack/"),
    ],
)
async def test_the_environment_wins_over_the_setting(
    monkeypatch: pytest.MonkeyPatch, setting: str, variable: str, address: str
) -> None:
    monkeypatch.setenv("KATA_SLACK_BASE_URL", variable)
    settings = await read_settings(SettingsValues.of(MANIFEST.settings, {"base_url": setting}), Secrets(**ALL_TOKENS))
    assert settings.base_url == address
    assert BOT_TOKEN not in repr(settings)
    assert APP_TOKEN not in repr(settings)


@pytest.mark.parametrize("setting", ["ftp://slack.com", "slack.com", "http://slack.com/api/"])
async def test_addresses_that_would_give_the_tokens_away_are_refused(setting: str) -> None:
    with pytest.raises(ChannelError) as caught:
        await read_settings(SettingsValues.of(MANIFEST.settings, {"base_url": setting}), Secrets(**ALL_TOKENS))
    assert caught.value.needs == "set-up"
