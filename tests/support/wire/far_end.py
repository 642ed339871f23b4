"""The far end of a channel in a process of its own: a socket that people's messages come from and answers go to."""

from __future__ import annotations

import json
import random
import socketserver
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any


class WireFarEnd:
    """Listens on a Unix socket; outlives every program that connects.

    Attributes:
        arrived: Address and text by key, of everything it has accepted.
        times: How often each key has arrived.
    """

    def __init__(self, path: Path, *, can_lookup: bool, seed: int) -> None:
        self.can_lookup = can_lookup
        self.arrived: dict[str, tuple[str, str]] = {}
        self.times: Counter[str] = Counter()
        self.written: dict[str, dict[str, Any]] = {}
        self.acknowledged: set[str] = set()
        self._dice = random.Random(seed)
        self._lock = threading.Lock()
        self._news = threading.Condition(self._lock)
        far_end = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                far_end._serve(self)

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True
            request_queue_size = 20

        self._server = Server(str(path), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="test gear: far end", daemon=True)
        self._thread.start()

    def write(self, message: dict[str, Any]) -> None:
        """Somebody writes."""
        with self._news:
            self.written[message["id"]] = message
            self._news.notify_all()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        with self._news:
            self._news.notify_all()

    def _serve(self, handler: socketserver.StreamRequestHandler) -> None:
        """Push what nobody has acknowledged; answer what is asked."""
        link = _Link(handler)
        link.say(op="hello", can_lookup=self.can_lookup)
        pusher = threading.Thread(target=self._push, args=(link,), name="test gear: far end pushes", daemon=True)
        pusher.start()
        try:
            for line in handler.rfile:
                self._answer(json.loads(line), link)
        except (OSError, ValueError):
            pass
        finally:
            link.over.set()
            pusher.join(2.0)

    def _push(self, link: _Link) -> None:
        told: set[str] = set()
        while not link.over.is_set():
            with self._news:
                fresh = [each for ident, each in self.written.items() if ident not in told | self.acknowledged]
                if not fresh:
                    self._news.wait(0.2)
            for message in fresh:
                told.add(message["id"])
                link.say(op="message", message=message)

    def _answer(self, asked: dict[str, Any], link: _Link) -> None:
        match asked["op"]:
            case "ack":
                with self._lock:
                    self.acknowledged.add(asked["id"])
            case "send":
                with self._lock:
                    pause = self._dice.choice((0, 0, 0.005, 0.03))
                    self.arrived[asked["key"]] = (asked["address"], asked["text"])
                    self.times[asked["key"]] += 1
                time.sleep(pause)  # it has it, and nobody knows: here a kill hurts most
                link.say(op="answer", n=asked["n"], yes=True)
            case "lookup":
                with self._lock:
                    yes = asked["key"] in self.arrived
                link.say(op="answer", n=asked["n"], yes=yes)
            case _:
                link.say(op="answer", n=asked.get("n"), yes=None)


class _Link:
    """One connection; whatever breaks it ends it."""

    def __init__(self, handler: socketserver.StreamRequestHandler) -> None:
        self.over = threading.Event()
        self._handler = handler
        self._writing = threading.Lock()

    def say(self, **words: object) -> None:
        try:
            with self._writing:
                self._handler.wfile.write(json.dumps(words).encode() + b"\n")
        except (OSError, ValueError):
            self.over.set()
