"""The local Slack refuses what the real one refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.support.eventually import eventually
from tests.support.slack_server.access import APP_TOKEN, BOT_TOKEN
from tests.support.slack_server.slack_server import SlackServer
from tests.support.slack_server.socket_mode import Timing
from tests.support.slack_server.world import BOT_USER


class Client:
    """Talks plain HTTP, without a library that would set things right."""

    def __init__(self, slack: SlackServer, http: aiohttp.ClientSession) -> None:
        self.slack = slack
        self.http = http

    async def call(self, method: str, token: str = BOT_TOKEN, **arguments: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.http.post(self.slack.base_url + method, data=arguments, headers=headers) as response:
            self.status, self.headers = response.status, response.headers
            body: dict[str, Any] = await response.json()
            return body

    async def error(self, method: str, token: str = BOT_TOKEN, **arguments: Any) -> str:
        return str((await self.call(method, token, **arguments)).get("error", ""))

    async def link(self) -> aiohttp.ClientWebSocketResponse:
        """An open connection that has said hello."""
        url = (await self.call("apps.connections.open", APP_TOKEN))["url"]
        socket = await self.http.ws_connect(url)
        assert (await socket.receive_json(timeout=30))["type"] == "hello"
        return socket


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    timing = Timing(acknowledge_within=0.2, redeliver_after=(0.0, 0.1), close_after=0.2)
    async with SlackServer(timing) as slack, aiohttp.ClientSession() as http:
        yield Client(slack, http)


@pytest.mark.parametrize(
    "method, token, error",
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-other", "invalid_auth"),
        ("auth.test", APP_TOKEN, "not_allowed_token_type"),
        ("apps.connections.open", BOT_TOKEN, "not_allowed_token_type"),
        ("chat.postmessage", BOT_TOKEN, "unknown_method"),
        ("chat.postMessage", BOT_TOKEN, "invalid_arguments"),
        ("conversations.history", BOT_TOKEN, "invalid_arguments"),
    ],
)
async def test_doors(client: Client, method: str, token: str, error: str) -> None:
    assert await client.error(method, token) == error


async def test_tokens_do_not_belong_into_addresses(client: Client) -> None:
    async with client.http.get(client.slack.base_url + f"auth.test?token={BOT_TOKEN}") as response:
        assert (await response.json())["error"] == "invalid_auth"


async def test_ended_tokens(client: Client) -> None:
    client.slack.revoke("account_inactive")
    assert await client.error("auth.test") == "account_inactive"


async def test_scopes_are_shown_and_needed(client: Client) -> None:
    await client.call("auth.test")
    assert "chat:write" in client.headers["x-oauth-scopes"]
    client.slack.access.scopes -= {"chat:write", "im:read", "groups:history"}
    body = await client.call("chat.postMessage", channel="C0GEN", text="x")
    assert (body["error"], body["needed"]) == ("missing_scope", "chat:write")
    assert await client.error("conversations.list", types="public_channel,im") == "missing_scope"
    assert await client.error("conversations.history", channel="C0SECRET") == "missing_scope"


@pytest.mark.parametrize(
    "arguments, error",
    [
        ({"channel": "C0NONE", "text": "x"}, "channel_not_found"),
        ({"channel": "#general", "text": "x"}, "channel_not_found"),
        ({"channel": "C0ELSE", "text": "x"}, "not_in_channel"),
        ({"channel": "C0GEN", "text": ""}, "no_text"),
        ({"channel": "C0GEN", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0GEN", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "C0GEN", "text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"channel": "C0GEN", "text": "x", "metadata": '{"event_type": "a"}'}, "invalid_metadata_format"),
        (
            {"channel": "C0GEN", "text": "x", "metadata": '{"event_type": "a b", "event_payload": {}}'},
            "invalid_metadata_format",
        ),
    ],
)
async def test_messages(client: Client, arguments: dict[str, str], error: str) -> None:
    assert await client.error("chat.postMessage", **arguments) == error
    assert client.slack.said("C0GEN") == []


async def test_own_messages_can_be_changed(client: Client) -> None:
    ts = (await client.call("chat.postMessage", channel="C0GEN", text="x"))["ts"]
    other = client.slack.post("U0ALICE", "C0GEN", "y")
    assert await client.error("chat.update", channel="C0GEN", ts=ts, text="z") == ""
    assert await client.error("chat.update", channel="C0GEN", ts=other, text="z") == "cant_update_message"


async def test_reactions_count_once(client: Client) -> None:
    ts = client.slack.post("U0ALICE", "C0GEN", "y")
    place = {"channel": "C0GEN", "timestamp": ts, "name": "eyes"}
    outcomes = [await client.error(f"reactions.{verb}", **place) for verb in ("add", "add", "remove", "remove")]
    assert outcomes == ["", "already_reacted", "", "no_reaction"]
    assert await client.error("reactions.add", **(place | {"name": "no such"})) == "invalid_name"


async def test_pages(client: Client) -> None:
    for number in range(5):
        client.slack.world.say("C0GEN", "U0ALICE", f"{number}")
    seen, cursor = [], ""
    while True:
        page = await client.call("conversations.history", channel="C0GEN", limit="2", cursor=cursor)
        seen += [message["text"] for message in page["messages"]]
        assert page["has_more"] == bool(page["response_metadata"]["next_cursor"])
        if not (cursor := page["response_metadata"]["next_cursor"]):
            break
    assert seen == ["4", "3", "2", "1", "0"]
    assert await client.error("conversations.history", channel="C0GEN", cursor="nonsense") == "invalid_cursor"
    assert await client.error("conversations.history", channel="C0GEN", limit="1000") == "invalid_limit"


async def test_replies_are_no_history(client: Client) -> None:
    ts = client.slack.post("U0ALICE", "C0GEN", "parent")
    reply = client.slack.post("U0ALICE", "C0GEN", "reply", thread=ts)
    history = (await client.call("conversations.history", channel="C0GEN"))["messages"]
    assert [(one["text"], one["reply_count"], one["latest_reply"]) for one in history] == [("parent", 1, reply)]
    replies = (await client.call("conversations.replies", channel="C0GEN", ts=ts, oldest=reply))["messages"]
    assert [one["text"] for one in replies] == ["parent"]


async def test_metadata_is_shown_on_request(client: Client) -> None:
    metadata = '{"event_type": "kata", "event_payload": {"key": "k"}}'
    await client.call("chat.postMessage", channel="C0GEN", text="x", metadata=metadata)
    for asked, shown in (("true", True), ("false", False)):
        page = await client.call("conversations.history", channel="C0GEN", include_all_metadata=asked)
        assert ("metadata" in page["messages"][0]) is shown


async def test_json_bodies(client: Client) -> None:
    url, headers = client.slack.base_url + "chat.postMessage", {"Authorization": f"Bearer {BOT_TOKEN}"}
    bodies = [('{"channel": "C0GEN", "text": "x"}', None), ("{", "invalid_json"), ("[]", "json_not_object")]
    for body, error in bodies:
        sent = {"data": body, "headers": headers | {"Content-Type": "application/json; charset=utf-8"}}
        async with client.http.post(url, **sent) as response:  # type: ignore[arg-type]
            assert (await response.json()).get("error") == error
    async with client.http.post(url, data="x", headers=headers | {"Content-Type": "text/plain"}) as response:
        assert (await response.json())["error"] == "invalid_post_type"


async def test_limits_are_told_and_impatience_is_noted(client: Client) -> None:
    client.slack.limit("auth.test", retry_after=5)
    assert await client.error("auth.test") == "ratelimited"
    assert (client.status, client.headers["Retry-After"]) == (429, "5")
    assert await client.error("auth.test") == ""
    assert "called before Retry-After had passed" in client.slack.journal.violations[0]


async def test_a_ticket_works_once(client: Client) -> None:
    url = (await client.call("apps.connections.open", APP_TOKEN))["url"]
    async with client.http.ws_connect(url) as socket:
        assert (await socket.receive_json())["num_connections"] == 1
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await client.http.ws_connect(url)


async def test_what_nobody_acknowledges_comes_again_elsewhere(client: Client) -> None:
    one, two = await client.link(), await client.link()
    client.slack.direct("U0ALICE", "hello")
    frames = []
    for _ in range(3):
        done, waiting = await asyncio.wait(
            [asyncio.get_running_loop().create_task(link.receive_json()) for link in (one, two)],
            return_when=asyncio.FIRST_COMPLETED,
        )
        frames.append(done.pop().result())
        for task in waiting:
            task.cancel()
    assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2]
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    await eventually("the end", lambda: client.slack.journal.of("given up") or None)
    (given_up,) = client.slack.journal.of("given up")
    assert set(given_up.detail["deliveries"]) == {1, 2}
    await one.close()
    await two.close()


async def test_commands_come_once_and_are_answered_five_times(client: Client) -> None:
    link = await client.link()
    command = client.slack.command("U0ALICE", "C0GEN", "hello")
    frame = await link.receive_json(timeout=30)
    await eventually("its end", lambda: client.slack.journal.of("given up") or None)
    assert not command.acknowledged
    assert frame["accepts_response_payload"]
    answers = []
    for _ in range(6):
        async with client.http.post(frame["payload"]["response_url"], json={"text": "x"}) as response:
            answers.append((response.status, await response.text()))
    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]
    await link.close()


async def test_broken_frames_are_noted(client: Client) -> None:
    link = await client.link()
    for text in ("nonsense", "{}", '{"envelope_id": "none"}'):
        await link.send_str(text)
    await eventually("three notes", lambda: len(client.slack.journal.violations) == 3 or None)
    await link.close()


async def test_a_mention_is_two_events_and_strangers_channels_are_silent(client: Client) -> None:
    client.slack.timing.acknowledge_within = 30.0
    link = await client.link()
    client.slack.post("U0ALICE", "C0ELSE", f"<@{BOT_USER}> unheard")
    client.slack.mention("U0ALICE", "C0GEN", "heard")
    events = []
    for _ in range(2):
        frame = await link.receive_json(timeout=30)
        await link.send_json({"envelope_id": frame["envelope_id"]})
        events.append(frame["payload"]["event"])
    assert {event["type"] for event in events} == {"message", "app_mention"}
    assert len({event["ts"] for event in events}) == 1
    assert [event.get("channel_type") for event in events if event["type"] == "app_mention"] == [None]
    await link.close()


async def test_announced_ends_and_switched_off_links(client: Client) -> None:
    link = await client.link()
    await client.slack.sockets.announce("refresh_requested")
    assert (await link.receive_json(timeout=30))["reason"] == "refresh_requested"
    assert (await link.receive(timeout=30)).type is aiohttp.WSMsgType.CLOSE
    client.slack.sockets.enabled = False
    url = (await client.call("apps.connections.open", APP_TOKEN))["url"]
    async with client.http.ws_connect(url) as refused:
        assert (await refused.receive_json(timeout=30))["reason"] == "link_disabled"
