"""Connections that end, and what was said meanwhile; credentials that do not do."""

from __future__ import annotations

import pytest

from kata_desktop.builtin.matrix import setting_up
from kata_desktop.builtin.matrix.account import open_client
from kata_desktop.builtin.matrix.logins import Logins
from kata_desktop.builtin.matrix.settings import read_settings
from kata_desktop.domain.errors import Unavailable
from kata_desktop.domain.notification import DeliveryError
from kata_desktop.plugins.sdk import ChannelError
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store.database import Database
from tests.support.eventually import becomes, eventually
from tests.support.held_secrets import Secrets
from tests.support.matrix_channel import MANIFEST, MatrixChannel
from tests.support.matrix_person import MatrixPerson
from tests.support.matrix_server import Gate, MatrixServer
from tests.support.web_site import web_site


async def direct(channel: MatrixChannel, alice: MatrixPerson, kata: MatrixPerson) -> str:
    """A direct room that Kata is in and has heard of."""
    room = await alice.room(kata.id, direct=True)

    async def there() -> bool:
        return kata.id in await alice.members(room)

    await becomes("the joining", there)
    await alice.say(room, "before")
    await channel.took(1)
    return room


async def test_missed_messages_are_fetched_over_a_limited_timeline(
    channel: MatrixChannel, gate: Gate, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await direct(channel, alice, kata)
    await gate.shut()
    for number in range(155):
        await alice.say(room, f"message {number}")
    await gate.open()
    await channel.took(156)
    assert channel.texts == ["before", *(f"message {number}" for number in range(155))]
    assert channel.doubles == []


async def test_invitations_and_words_of_a_long_absence_are_found(
    channel: MatrixChannel, gate: Gate, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    await gate.shut()
    room = await alice.room(kata.id, direct=True)
    for number in range(70):
        await alice.say(room, f"message {number}")
    await gate.open()
    await channel.took(70)
    assert channel.texts == [f"message {number}" for number in range(70)]


async def test_the_homeserver_may_be_away_for_a_while(
    channel: MatrixChannel, gate: Gate, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await direct(channel, alice, kata)
    await gate.shut()
    await eventually("several tries", lambda: len(channel.errors) > 3)
    with pytest.raises(DeliveryError) as caught:
        await channel.adapter.send(room, "hello", "k")
    assert (caught.value.retryable, caught.value.certain) == (True, True)
    assert {error.final for error in channel.errors} == {False}
    await alice.say(room, "meanwhile")
    await gate.open()
    await channel.took(2)
    assert channel.texts == ["before", "meanwhile"]


async def test_a_message_that_cannot_be_stored_comes_again(
    channel: MatrixChannel, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await direct(channel, alice, kata)
    channel.refuse = 2
    for text in ("one", "two", "three"):
        await alice.say(room, text)
    await channel.took(4)
    assert channel.texts == ["before", "one", "two", "three"]
    assert len(channel.errors) == 2


async def test_a_mark_that_the_homeserver_does_not_know_is_made_anew(
    channel: MatrixChannel, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    room = await direct(channel, alice, kata)
    await channel.marks().put("since", "s999_not_a_mark")
    await channel.reconnect()
    await becomes("a new mark", lambda: _differs(channel, "s999_not_a_mark"))
    await alice.say(room, "after")
    await channel.took(2)
    assert channel.texts == ["before", "after"]


async def _differs(channel: MatrixChannel, mark: str) -> bool:
    return await channel.marks().get("since") != mark


async def test_a_revoked_token_is_final(channel: MatrixChannel, kata: MatrixPerson) -> None:
    await kata.call("POST", "logout", {})
    with pytest.raises(DeliveryError, match="does not accept the access token") as caught:
        await channel.adapter.send("!room:localhost", "hello", "k")
    assert (caught.value.retryable, caught.value.certain) == (True, True)
    await eventually("the end", lambda: channel.final)
    assert kata.token not in str(channel.errors[-1])


async def test_a_wrong_token_is_final(matrix: MatrixServer, database: Database) -> None:
    secrets = Secrets(access_token="wrong")
    async with MatrixChannel(database, secrets, homeserver=matrix.address) as channel:
        await eventually("the end", lambda: channel.final)
        assert "does not accept the access token" in channel.errors[0].sentence


async def test_a_token_of_somebody_else_is_final(
    matrix: MatrixServer, database: Database, alice: MatrixPerson, kata: MatrixPerson
) -> None:
    secrets = Secrets(access_token=alice.token)
    async with MatrixChannel(database, secrets, homeserver=matrix.address, user_id=kata.id) as channel:
        await eventually("the end", lambda: channel.final)
        assert f"belongs to {alice.id}" in channel.errors[0].sentence


async def test_a_password_signs_in_once_and_again_when_the_session_ends(
    matrix: MatrixServer, database: Database, kata: MatrixPerson
) -> None:
    secrets = Secrets(password=kata.password)
    async with MatrixChannel(database, secrets, homeserver=matrix.address, user_id=kata.id) as channel:
        await channel.follows()
        await channel.reconnect()
        device = Logins("w1").device_id
        assert [each["device_id"] for each in await _devices(kata)].count(device) == 1
        path = f"/_synapse/admin/v2/users/{kata.id}/devices/{device}"
        await kata.call("DELETE", path)
        await eventually("the next session", lambda: channel.connections >= 3)
        await channel.follows()
        assert [error.sentence for error in channel.errors] == [
            "The homeserver ended the session; Kata signs in again."
        ]
        assert channel.final is None


async def _devices(person: MatrixPerson) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (await person.call("GET", "devices"))["devices"]
    return found


async def test_a_wrong_password_is_final(matrix: MatrixServer, database: Database, kata: MatrixPerson) -> None:
    secrets = Secrets(password="wrong")
    async with MatrixChannel(database, secrets, homeserver=matrix.address, user_id=kata.id) as channel:
        await eventually("the end", lambda: channel.final)
        assert f"does not accept {kata.id} with this password" in channel.errors[0].sentence


@pytest.mark.parametrize(
    "settings, secrets, word",
    [
        ({}, {}, "neither an access token nor a password"),
        ({}, {"access_token": "t"}, "homeserver is missing"),
        ({"homeserver": "https://x.example"}, {"password": "p"}, "user id"),
        ({"user_id": "kata"}, {"password": "p"}, "no user id"),
        ({"homeserver": "http://matrix.example.org"}, {"access_token": "t"}, "must begin with https://"),
        ({"homeserver": "matrix example"}, {"access_token": "t"}, "no server"),
    ],
)
async def test_what_is_missing_is_named(settings: dict[str, str], secrets: dict[str, str], word: str) -> None:
    with pytest.raises(ChannelError, match=word) as caught:
        await read_settings(SettingsValues.of(MANIFEST.settings, settings), Secrets(**secrets))
    assert caught.value.needs == "set-up"


class LockedKeyring:
    async def get(self, name: str) -> str | None:
        raise Unavailable(f"The keyring is locked, so {name} cannot be read; unlock it.")


async def test_a_locked_keyring_is_waited_for() -> None:
    with pytest.raises(ChannelError, match="locked") as caught:
        await read_settings(SettingsValues.of(MANIFEST.settings, {}), LockedKeyring())
    assert caught.value.needs == "keyring"


async def test_secrets_are_not_shown() -> None:
    values = SettingsValues.of(MANIFEST.settings, {"user_id": "@kata:example.org"})
    settings = await read_settings(values, Secrets(access_token="canary"))
    assert "canary" not in repr(settings)
    assert settings.homeserver == "example.org"


async def test_the_homeserver_is_found_by_its_name(matrix: MatrixServer) -> None:
    told = f'{{"m.homeserver": {{"base_url": "{matrix.address}/"}}}}'
    async with web_site() as site:
        name = site.address.removeprefix("http://")
        site.pages["/.well-known/matrix/client"] = (told, "application/json")
        client = await open_client(name)
        await client.close()
        assert client.homeserver == matrix.address
        for unusable in ("{}", "[]", '{"m.homeserver": {"base_url": "http://elsewhere.example"}}', "no JSON"):
            site.pages["/.well-known/matrix/client"] = (unusable, "application/json")
            client = await open_client(name)
            await client.close()
            assert client.homeserver == site.address


async def test_the_buttons_of_the_set_up(matrix: MatrixServer, alice: MatrixPerson, kata: MatrixPerson) -> None:
    values = SettingsValues.of(MANIFEST.settings, {"homeserver": matrix.address, "user_id": kata.id})
    settings, logins = await read_settings(values, Secrets(password=kata.password)), Logins("w1")
    assert kata.id in await setting_up.check_connection(settings, logins)
    now = SystemClock().now()
    assert alice.id in await setting_up.send_test_message(settings, logins, alice.id, now)
    (room,) = (await alice.call("GET", "sync", timeout="0"))["rooms"]["invite"]
    await alice.join(room)
    assert [content["body"] for content in await alice.said(room, kata.id)] == [setting_up.TEST_MESSAGE]
    with pytest.raises(ChannelError, match="choose a room"):
        await setting_up.send_test_message(settings, logins, " ", now)
    with pytest.raises(DeliveryError, match="no such room"):
        await setting_up.send_test_message(settings, logins, "#nowhere:localhost", now)
