"""The control socket against callers of every kind."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.control.client import Client, Gone, NobodyThere
from kata_desktop.control.failures import RemoteError
from kata_desktop.control.methods import METHODS
from kata_desktop.control.protocol import LONGEST_LINE
from kata_desktop.control.server import MOST_CONNECTIONS, ControlServer
from kata_desktop.domain.errors import InvalidInput
from kata_desktop.domain.events import QuitRequested
from tests.support.rpc import Caller


@pytest_asyncio.fixture
async def caller(kata: Kata) -> AsyncIterator[Caller]:
    caller = await Caller.connect(kata.paths.socket)
    yield caller
    await caller.close()


async def test_a_call_is_answered_as_the_standard_says(caller: Caller) -> None:
    await caller.send(b'{"jsonrpc": "2.0", "id": "mine", "method": "workspace.list"}\n')
    answer = await caller.next()
    assert set(answer) == {"jsonrpc", "id", "result"}
    assert answer["jsonrpc"] == "2.0"
    assert answer["id"] == "mine"
    assert answer["result"][0]["name"] == "Personal"


@pytest.mark.parametrize(
    "line, code, ident",
    [
        (b"nonsense", -32700, None),
        (b"{", -32700, None),
        (b"\xff\xfe\x00", -32700, None),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "app.status", "params": {"x": NaN}}', -32700, None),
        (b"[" * 100_000, -32700, None),
        (b"9" * 5000, -32700, None),
        (b"[]", -32600, None),
        (b"7", -32600, None),
        (b'{"jsonrpc": "1.0", "id": 7, "method": "app.status"}', -32600, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": 1}', -32600, 7),
        (b'{"jsonrpc": "2.0", "id": [], "method": "app.status"}', -32600, None),
        (b'{"jsonrpc": "2.0", "id": true, "method": "app.status"}', -32600, None),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "no.such"}', -32601, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "__class__"}', -32601, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "app.status", "params": []}', -32602, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "app.status", "params": {"x": 1}}', -32602, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "task.show", "params": {}}', -32602, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "task.show", "params": {"id": 1}}', -32602, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "task.list", "params": {"limit": true}}', -32602, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "task.list", "params": {"limit": 99999999}}', -32602, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "task.list", "params": {"sort": "x"}}', -32602, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "task.add", "params": {"cron": "x"}}', -32602, 7),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "task.add", "params": {"paused": "yes"}}', -32602, 7),
    ],
)
async def test_what_is_no_call_is_refused_and_the_line_stays_open(
    caller: Caller, line: bytes, code: int, ident: int | None
) -> None:
    await caller.send(line + b"\n")
    answer = await caller.next()
    assert answer["error"]["code"] == code, answer
    assert answer["id"] == ident
    assert await caller.result("task.list") == []


async def test_a_line_beyond_the_limit_is_refused_and_the_caller_let_go(kata: Kata, caller: Caller) -> None:
    await caller.send(b"y" * (LONGEST_LINE + 1))
    answer = await caller.next()
    assert answer["error"]["code"] == -32600
    assert await caller.next() is None
    other = await Caller.connect(kata.paths.socket)
    assert await other.result("task.list") == []
    await other.close()


async def test_a_large_call_within_the_limit_is_taken(caller: Caller) -> None:
    added = await caller.result("task.add", prompt="🧑‍🚀 " * 20_000, name="Big", every="2h")
    assert len((await caller.result("task.show", id=added["id"]))["prompt"]) == 79_999


async def test_without_an_id_there_is_no_answer(caller: Caller) -> None:
    await caller.send(b'{"jsonrpc": "2.0", "method": "workspace.list"}\n{"jsonrpc": "2.0", "method": "no.such"}\n')
    await caller.send(b"\n   \n")
    assert (await caller.call("task.list"))["result"] == []


async def test_half_a_line_at_the_end_does_nothing(kata: Kata) -> None:
    caller = await Caller.connect(kata.paths.socket)
    await caller.send(b'{"jsonrpc": "2.0", "id": 1, "method": "scheduler.pause"}')
    await caller.close()
    other = await Caller.connect(kata.paths.socket)
    assert (await other.result("app.status"))["paused"] is False
    await other.close()


async def test_a_domain_error_says_what_why_and_what_to_do(caller: Caller) -> None:
    error = (await caller.call("task.add", prompt="x", cron=["60 * * * *"], retries="99"))["error"]
    assert error["code"] == -32000
    assert set(error["data"]) == {"kind", "sentence", "exit_code", "errors"}
    assert error["data"]["kind"] == "invalid-input"
    assert error["data"]["exit_code"] == 3
    assert error["message"] == error["data"]["sentence"]
    fields = {each["field"]: each for each in error["data"]["errors"]}
    assert set(fields) == {"cron", "retries"}
    assert set(fields["cron"]) == {"field", "label", "reason", "example", "part"}
    assert fields["cron"]["part"] == "minute"
    missing = (await caller.call("task.show", id="none"))["error"]["data"]
    assert (missing["kind"], missing["exit_code"], missing["errors"]) == ("not-found", 4, [])


async def test_an_error_of_ours_tells_nothing_but_that(
    kata: Kata, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    await kata.database.write(lambda db: db.all("ALTER TABLE models RENAME COLUMN thinking TO elsewhere"))
    error = (await caller.call("model.list"))["error"]
    assert error["code"] == -32603
    assert error["data"]["exit_code"] == 1
    assert "elsewhere" not in json.dumps(error)
    assert "thinking" not in json.dumps(error)
    assert "model.list" in caplog.text


async def test_calls_of_one_caller_do_not_wait_for_each_other(caller: Caller) -> None:
    task = await caller.result("task.add", prompt="x", at="2035-01-01T09:00")
    waiting = await caller.begin("events.follow", types=[])
    listed = await caller.begin("task.list")
    messages = [await caller.next(), await caller.next()]
    assert {message.get("id", message.get("method")) for message in messages} == {"events.following", listed}
    assert waiting != listed
    assert task["name"] == "X"


async def test_events_are_told_as_they_happen(kata: Kata, caller: Caller) -> None:
    follower = await Caller.connect(kata.paths.socket)
    await follower.begin("events.follow", types=["task-changed", "run-changed"])
    assert (await follower.next())["method"] == "events.following"
    task = await caller.result("task.add", prompt="Drink water", every="2h")
    told = (await follower.next())["params"]
    assert told["type"] == "task-changed"
    assert told["task_id"] == task["id"]
    run = await caller.result("task.run", id=task["id"])
    states: list[str] = []
    while not states or states[-1] != "done":
        message = (await follower.next())["params"]
        if message["type"] == "run-changed":
            assert message["run_id"] == run["id"]
            states.append(message["state"])
    assert states[0] == "queued"
    await follower.close()


async def test_a_log_is_followed_to_its_end(kata: Kata, caller: Caller) -> None:
    task = await caller.result("task.add", prompt="Drink water", every="2h")
    await caller.result("scheduler.pause")
    run = await caller.result("task.run", id=task["id"])
    answer = await caller.result("runs.follow", id=run["id"])
    assert answer["status"] == "succeeded"
    assert (await caller.result("runs.wait", id=run["id"]))["id"] == run["id"]
    assert kata.scheduling.running_here == []


async def test_a_caller_that_goes_away_leaves_nothing_behind(kata: Kata, caller: Caller) -> None:
    follower = await Caller.connect(kata.paths.socket)
    await follower.begin("events.follow")
    assert (await follower.next())["method"] == "events.following"
    subscribers = len(kata.bus._subscribers)
    await follower.close()
    async with asyncio.timeout(30):
        while len(kata.bus._subscribers) == subscribers:
            await caller.result("task.list")


async def test_a_quit_is_answered_and_told(kata: Kata, caller: Caller) -> None:
    heard: list[QuitRequested] = []
    kata.bus.subscribe(QuitRequested, heard.append)
    assert (await caller.call("app.quit"))["result"] is None
    assert len(heard) == 1


async def test_headless_has_no_window_to_show(caller: Caller) -> None:
    error = (await caller.call("app.show"))["error"]["data"]
    assert error["exit_code"] == 3


async def test_other_users_are_refused(kata: Kata) -> None:
    path = kata.paths.run_dir / "other.sock"
    server = ControlServer(path, METHODS, kata, owner=os.getuid() + 1)
    await server.start()
    caller = await Caller.connect(path)
    try:
        await caller.begin("task.list")
        assert await caller.next() is None
    except ConnectionError:
        pass  # refused while it was still speaking
    finally:
        await caller.close()
        await server.stop()
    assert not path.exists()


async def test_the_socket_is_private(kata: Kata) -> None:
    assert stat.S_IMODE(kata.paths.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(kata.paths.socket.parent.stat().st_mode) == 0o700


async def test_too_many_callers_are_refused_and_those_there_go_on(kata: Kata, caller: Caller) -> None:
    others = [await Caller.connect(kata.paths.socket) for _ in range(MOST_CONNECTIONS + 5)]
    assert await caller.result("task.list") == []
    for other in others:
        await other.close()
    async with asyncio.timeout(30):
        while True:
            late = await Caller.connect(kata.paths.socket)
            await late.begin("task.list")
            try:
                answer = await late.next()
            except ConnectionError:
                answer = None
            await late.close()
            if answer is not None:
                break


async def test_stopping_ends_those_who_wait(kata: Kata) -> None:
    path = kata.paths.run_dir / "second.sock"
    server = ControlServer(path, METHODS, kata)
    await server.start()
    caller = await Caller.connect(path)
    await caller.begin("events.follow")
    assert (await caller.next())["method"] == "events.following"
    await server.stop()
    assert await caller.next() is None
    await caller.close()


async def test_a_socket_of_a_dead_process_is_taken_over(kata: Kata) -> None:
    path = kata.paths.run_dir / "second.sock"
    path.write_text("left behind")
    server = ControlServer(path, METHODS, kata)
    await server.start()
    caller = await Caller.connect(path)
    assert await caller.result("task.list") == []
    await caller.close()
    await server.stop()


async def test_the_client_speaks_with_the_server(kata: Kata) -> None:
    def work() -> None:
        with Client.connect(kata.paths.socket) as client:
            assert client.call("task.list") == []
            told: list[tuple[str, object]] = []
            with pytest.raises(RemoteError) as refusal:
                client.call("task.show", {"id": "none"}, told=lambda *what: told.append(what))
            assert int(refusal.value.exit_code) == 4
            with pytest.raises(InvalidInput):
                client.call("task.add", {"prompt": "x" * LONGEST_LINE})
            with pytest.raises(Gone):
                client.call("events.follow", limit=0.2)

    await asyncio.to_thread(work)


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(NobodyThere):
        Client.connect(tmp_path / "none.sock")
    (tmp_path / "file").write_text("")
    with pytest.raises(NobodyThere):
        Client.connect(tmp_path / "file")
