"""Kills the real headless app while messages come in through a channel and are answered, then counts.

Run it by hand with ``python -m tests.torture.channel_kill9 --messages 500 --kills 60 --seed 7 [--deaf]``.
"""

from __future__ import annotations

import argparse
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kata_desktop.domain.errors import Unavailable
from tests.support.command_line import CommandLine
from tests.support.model_server.model_server import Fixture, ModelServer
from tests.support.program import Program
from tests.support.waiting import wait_for
from tests.support.wire.far_end import WireFarEnd

ROOT = Path(__file__).resolve().parents[2]
SETTLE_LIMIT = 240.0
"""Seconds after the last kill in which everything must have come to its end."""
ANSWER: Fixture = {
    "match": {"userMessage": "text of"},
    "response": {"content": "A short answer of a few words."},
    "streamingProfile": {"ttft": 60, "tps": 40},
}
SENDERS = 40
MOST_OPEN = 120
"""Messages that may wait for their answers before more are written: the limit against floods is another test's."""
_ORDERLY = 0.1
"""Of the ends: asked for, not forced."""
_EARLY = 0.2
"""Of the kills: while it is still starting."""
_MOST_TOLD = 20


@dataclass(kw_only=True)
class Report:
    """What was seen."""

    kills: int = 0
    messages: int = 0
    answered: int = 0
    """Messages whose answer arrived."""
    uncertain: int = 0
    """Answers that the outbox lists as unknown."""
    interruptions: int = 0
    """Attempts that ended with their process."""
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"{self.kills} ends, {self.messages} messages, {self.answered} answered, {self.uncertain} uncertain, "
            f"{self.interruptions} attempts interrupted",
            *(self.problems[:_MOST_TOLD] or ["nothing lost, nothing answered twice, integrity ok"]),
        ]
        return "\n".join(lines)


class ChannelTorture:
    """One round after another: start, let people write, kill at a random moment."""

    def __init__(
        self, kata: CommandLine, far: WireFarEnd, socket: Path, *, seed: int, model: ModelServer | None
    ) -> None:
        self._kata = kata
        self._far = far
        self._socket = socket
        self._random = random.Random(seed)
        self._model = model
        self._life = (0.0, 0.5) if model is None else (2.0, 6.0)  # the model's libraries are loaded first
        self._report = Report()
        self._began = datetime.now(UTC)  # noqa: TID251 - people elsewhere have a clock of their own

    def run(self, *, messages: int, kills: int) -> Report:
        """Let so many messages come in while it is killed so often; then let it finish, and look."""
        app = self._start()
        self._set_up()
        app.end()
        for round_number in range(kills):
            left = messages - self._report.messages
            self._round(left if round_number == kills - 1 else min(left, -(-messages // kills)))
            self._report.kills += 1
        app = self._start()
        wait_for(self._still_open, lambda: not self._still_open(), timeout=SETTLE_LIMIT)
        app.end()
        self._examine()
        return self._report

    def _set_up(self) -> None:
        ask = self._kata.ask
        for key in ("quota-tasks", "quota-runs-per-hour"):
            ask("workspace.set", name="Personal", key=key, value="100000")
        ask("workspace.set", name="Personal", key="concurrency", value="10")
        if self._model is not None:
            how = ("--provider", "openai-compatible", "--base-url", self._model.openai_url, "--model", "gpt-4o-mini")
            self._kata.ok("model", "add", "Local", *how)
            self._kata.ok("model", "default", "Local")
        ask("plugins.set", id="wire", key="allow", value="\n".join(f"S{number}" for number in range(SENDERS)))
        ask("plugins.set", id="wire", key="socket", value=str(self._socket))

    def _round(self, number: int) -> None:
        early = self._random.random() < _EARLY
        if early:
            app = self._program()
            self._write(number)
            time.sleep(self._random.uniform(0.0, 1.0))
        else:
            app = self._start()
            self._write(number)
            time.sleep(self._random.uniform(*self._life))
        if self._random.random() < _ORDERLY:
            app.signal(signal.SIGTERM)
            app.wait(timeout=20.0)
        app.kill()
        app.end()

    def _write(self, number: int) -> None:
        if self._open_runs() > MOST_OPEN:
            number = min(number, 5)
        in_one_go = self._random.random() < 0.5
        for _ in range(number):
            sender = f"S{self._report.messages % SENDERS}"
            self._report.messages += 1
            ident = f"m{self._report.messages}"
            at = self._began + timedelta(seconds=self._report.messages)
            self._far.write(
                {
                    "id": ident,
                    "sender": sender,
                    "conversation": f"D-{sender}",
                    "text": f"text of {ident}",
                    "at": at.isoformat(),
                }
            )
            if not in_one_go and self._random.random() < 0.3:
                time.sleep(self._random.uniform(0.0, 0.03))

    def _program(self) -> Program:
        deaf = [] if self._far.can_lookup else ["--deaf"]
        return Program(
            [sys.executable, "-m", "tests.support.wire.program", *deaf], environment=self._kata.environment, cwd=ROOT
        )

    def _start(self) -> Program:
        app = self._program()
        wait_for(lambda: f"an answer; it said {app.errors[-10:]}", self._answers, timeout=30.0)
        return app

    def _answers(self) -> bool:
        with suppress(Unavailable):  # the socket of the one that was killed
            return bool(self._kata.ask("app.status")["running"])
        return False

    def _open_runs(self) -> int:
        with self._store() as db:
            return int(db.execute("SELECT count(*) FROM runs WHERE state != 'done'").fetchone()[0])

    def _still_open(self) -> str:
        """What has not come to its end yet, in words; empty when all has."""
        unread = len(self._far.written) - len(self._far.acknowledged)
        with self._store() as db:
            queries = (
                "SELECT 'message', message_id, reason FROM inbox WHERE state = 'received' LIMIT 5",
                "SELECT 'run', id, state FROM runs WHERE state != 'done' LIMIT 5",
                "SELECT 'answer', state, last_error FROM outbox WHERE state IN ('pending', 'sending') OR ask = 1 "
                "LIMIT 5",
            )
            rows = [row for query in queries for row in db.execute(query).fetchall()]
        return " ".join([*([f"{unread} unread"] if unread else []), *map(str, rows)])

    def _examine(self) -> None:
        problems = self._report.problems
        with self._store() as db:
            if (verdict := db.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                problems.append(f"integrity: {verdict}")
            states = Counter(row[0] for row in db.execute("SELECT state FROM inbox"))
            if states != {"queued": self._report.messages}:
                problems.append(f"the inbox holds {dict(states)} of {self._report.messages} messages")
            runs = db.execute(
                "SELECT i.message_id, r.status FROM inbox i LEFT JOIN runs r "
                "ON json_extract(r.arguments, '$.message') = i.id"
            ).fetchall()
            fates = db.execute("SELECT run_id, state FROM outbox WHERE kind = 'answer'").fetchall()
            answering = dict(db.execute("SELECT message_id, run_id FROM inbox").fetchall())
            interrupted = db.execute("SELECT count(*) FROM attempts WHERE outcome = 'interrupted'").fetchone()
        self._report.interruptions = interrupted[0]
        by_message: dict[str, list[str]] = {}
        for message, status in runs:
            by_message.setdefault(message, []).append(status)
        problems += [f"{ident}: its runs are {ended}" for ident, ended in by_message.items() if ended != ["succeeded"]]
        if len(fates) != len(dict(fates)):
            problems.append("a run has several answers in the outbox")
        self._compare(dict(fates), answering)

    def _compare(self, fates: dict[str, str], answering: dict[str, str]) -> None:
        """What the far end has, with what the outbox says."""
        problems = self._report.problems
        problems += [f"{key} arrived {times} times" for key, times in self._far.times.items() if times > 1]
        arrived = Counter(key.partition(":")[0] for key in self._far.arrived)
        problems += [f"{run} was answered {times} times" for run, times in arrived.items() if times > 1]
        for text in self._far.written:
            run = answering.get(text, "")
            fate, came = fates.get(run, "missing"), bool(arrived[run])
            self._report.answered += came
            self._report.uncertain += fate == "unknown"
            if fate == "unknown" and self._far.can_lookup:
                problems.append(f"“{text}” is uncertain although the far end can be asked")
            if fate not in {"delivered", "unknown"} or (fate == "delivered") > came:
                problems.append(f"“{text}”: the outbox says {fate}, and it {'arrived' if came else 'did not arrive'}")

    @contextmanager
    def _store(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._kata.data / "kata.db", timeout=10.0)) as db:
            yield db


def torture(
    folder: Path, *, messages: int, kills: int, seed: int, can_lookup: bool, with_model: bool = False
) -> Report:
    """Do it all in a folder with a short name."""
    socket = folder / "far.sock"
    far = WireFarEnd(socket, can_lookup=can_lookup, seed=seed)
    kata, model = CommandLine(folder), ModelServer([ANSWER]) if with_model else None
    try:
        return ChannelTorture(kata, far, socket, seed=seed, model=model).run(messages=messages, kills=kills)
    finally:
        kata.close()
        far.stop()
        if model is not None:
            model.stop()


def main() -> int:
    """Run by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--deaf", action="store_true", help="the far end cannot be asked what arrived")
    parser.add_argument("--model", action="store_true", help="a model server answers, not the Reminder")
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    with tempfile.TemporaryDirectory(prefix="kata-") as folder:
        report = torture(
            Path(folder),
            messages=options.messages,
            kills=options.kills,
            seed=options.seed,
            can_lookup=not options.deaf,
            with_model=options.model,
        )
    sys.stdout.write(f"{report}\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
