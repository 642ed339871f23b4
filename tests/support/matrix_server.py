"""A real Synapse on loopback, with people who use it by its plain client API."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.matrix_person import MatrixPerson
from tests.support.waiting import wait_for

_SECRET = "the tests' own"
_numbers = count(1)


class MatrixServer:
    """A homeserver called ``localhost`` that lives until `stop`; limits are high unless somebody is limited.

    Attributes:
        address: Where its client API is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_port()
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, for the first time or again, and wait until it answers."""
        config = self._folder / "homeserver.yaml"
        config.write_text(_CONFIG.format(folder=self._folder, port=self._port, secret=_SECRET))
        (self._folder / "log.yaml").write_text(_LOG.format(folder=self._folder))
        command = [sys.executable, "-m", "synapse.app.homeserver", "-c", str(config)]
        if not (self._folder / "signing.key").exists():
            subprocess.run([*command, "--generate-keys"], check=True, capture_output=True, timeout=60)
        with (self._folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, cwd=self._folder)
        wait_for(self._trouble, self._answers, timeout=45)

    def stop(self) -> None:
        """End it; what it knows stays in its folder."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    async def register(self, name: str) -> MatrixPerson:
        """A new account whose id begins with `name`; the same name may be used in every test."""
        user = f"{name}{next(_numbers)}"
        password = f"password of {user}"
        url = f"{self.address}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as response:
                nonce = (await response.json())["nonce"]
            words = "\0".join((nonce, user, password, "admin")).encode()
            body = {
                "nonce": nonce, "username": user, "password": password, "admin": True,
                "mac": hmac.new(_SECRET.encode(), words, hashlib.sha1).hexdigest(),
            }  # fmt: skip
            async with session.post(url, json=body) as response:
                told = await response.json()
                assert response.status == 200, told
        person = MatrixPerson(self.address, told["user_id"], told["access_token"], password)
        await person.call("PUT", f"profile/{person.id}/displayname", {"displayname": name.capitalize()})
        return person

    async def limit(self, person: MatrixPerson, *, a_second: int, at_once: int) -> None:
        """Let somebody say only so much from now on."""
        path = f"/_synapse/admin/v1/users/{person.id}/override_ratelimit"
        await person.call("POST", path, {"messages_per_second": a_second, "burst_count": at_once})

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._trouble()
        with socket.socket() as probe:
            probe.settimeout(0.2)
            return probe.connect_ex(("127.0.0.1", self._port)) == 0

    def _trouble(self) -> str:
        return f"Synapse, which says: {(self._folder / 'output.txt').read_text()[-2000:]}"


class Gate:
    """A way to a homeserver that can be shut, or lose answers; everything else passes as it is."""

    def __init__(self, server: str) -> None:
        self._target = int(server.rpartition(":")[2])
        self._server: asyncio.Server | None = None
        self._port = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._swallow = b""
        self._times = 0
        self._stall = False
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._port}"

    async def open(self) -> None:
        """Let people through."""
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Nothing listens any more, and open connections end."""
        assert self._server
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await self._server.wait_closed()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)

    def swallow(self, request: bytes) -> None:
        """Lose the answer to the next request in which these bytes are, and to its repetition by the HTTP library;
        the requests themselves arrive.
        """
        self._swallow, self._times, self._stall = request, 2, False

    def stall(self, request: bytes) -> None:
        """Keep the answer to the next such request to itself: whoever asks waits."""
        self._swallow, self._times, self._stall = request, 1, True

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        lost = asyncio.Event()
        try:
            there_reader, there = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, there}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, there, lost, asks=True))
                group.create_task(self._pump(there_reader, writer, lost, asks=False))
        finally:
            for each in (writer, there):
                self._open.discard(each)
                each.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event, *, asks: bool
    ) -> None:
        try:
            while data := await reader.read(65536):
                if asks and self._times and self._swallow in data:
                    self._times -= 1
                    lost.set()
                if not asks and lost.is_set():
                    if self._stall:
                        continue
                    break
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.transport.abort()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


_FAST = "{{per_second: 10000, burst_count: 10000}}"
_CONFIG = f"""
server_name: localhost
pid_file: {{folder}}/pid
listeners:
  - port: {{port}}
    bind_addresses: ["127.0.0.1"]
    type: http
    resources: [{{{{names: [client]}}}}]
database: {{{{name: sqlite3, args: {{{{database: "{{folder}}/homeserver.db"}}}}}}}}
log_config: {{folder}}/log.yaml
media_store_path: {{folder}}/media
signing_key_path: {{folder}}/signing.key
registration_shared_secret: "{{secret}}"
macaroon_secret_key: macaroons
form_secret: forms
report_stats: false
bcrypt_rounds: 4
trusted_key_servers: []
suppress_key_server_warning: true
rc_message: {_FAST}
rc_registration: {_FAST}
rc_login: {{{{address: {_FAST}, account: {_FAST}, failed_attempts: {_FAST}}}}}
rc_joins: {{{{local: {_FAST}, remote: {_FAST}}}}}
rc_joins_per_room: {_FAST}
rc_invites: {{{{per_room: {_FAST}, per_user: {_FAST}, per_issuer: {_FAST}}}}}
rc_room_creation: {_FAST}
presence: {{{{enabled: false}}}}
"""
_LOG = """
version: 1
handlers: {{file: {{class: logging.FileHandler, filename: "{folder}/synapse.log"}}}}
root: {{level: WARNING, handlers: [file]}}
disable_existing_loggers: false
"""
