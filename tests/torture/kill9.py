"""Kills the real headless app again and again while it works, then counts: nothing lost, nothing done twice.

Run it by hand with ``python -m tests.torture.kill9 --kills 300 --seed 7``.
"""

from __future__ import annotations

import argparse
import random
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

SETTLE_LIMIT = 300.0
"""Seconds after the last kill in which everything must have come to its end."""
PROMPT: Fixture = {
    "match": {"userMessage": "Say"},
    "response": {"content": " ".join(f"word{number}" for number in range(12))},
    "streamingProfile": {"ttft": 100, "tps": 20},
}
"""An answer that takes most of a second, so that kills fall into it."""
_TASKS_PER_ROUND = 3
_OWED = ("schedule", "catch-up")
_MOST_TOLD = 20
_EARLY = 0.15
"""Of the kills: while it is still starting."""


@dataclass(kw_only=True)
class Report:
    """What was seen."""

    kills: int = 0
    tasks: int = 0
    asked: int = 0
    """Requests that reached the model."""
    problems: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    """Seconds from each start to the first answer."""
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def slowest(self) -> float:
        """Seconds of the slowest restart."""
        return max(self.restarts, default=0.0)

    def __str__(self) -> str:
        middle = sorted(self.restarts)[len(self.restarts) // 2] if self.restarts else 0.0
        lines = [
            f"{self.kills} kills, {self.tasks} tasks, {self.asked} requests to the model",
            f"restart: median {middle:.2f} s, slowest {self.slowest:.2f} s; runs {dict(self.statuses)}",
            *(self.problems[:_MOST_TOLD] or ["nothing lost, nothing done twice, integrity ok"]),
        ]
        return "\n".join(lines)


class Torture:
    """One round after another: start, give work that comes due at once, kill at a random moment."""

    def __init__(self, kata: CommandLine, model: ModelServer, *, seed: int) -> None:
        self._kata = kata
        self._model = model
        self._random = random.Random(seed)
        self._report = Report()

    def run(self, kills: int) -> Report:
        """Kill it so often; then let it finish, and look."""
        how = ("--provider", "openai-compatible", "--base-url", self._model.openai_url, "--model", "gpt-4o-mini")
        self._kata.ok("model", "add", "Local", *how)
        for limit in ("quota-tasks", "quota-runs-per-hour"):
            self._kata.ok("workspace", "set", "Personal", limit, "10000")
        for _ in range(kills):
            self._round()
            self._report.kills += 1
        app = self._start()
        wait_for(self._still_open, lambda: not self._still_open(), timeout=SETTLE_LIMIT)
        app.end()
        self._report.asked = len(self._model.journal())
        self._examine()
        return self._report

    def _round(self) -> None:
        if self._random.random() < _EARLY:
            app = self._kata.start("--headless")
            time.sleep(self._random.uniform(0.0, 1.0))
        else:
            app = self._start()
            self._give_work()
            time.sleep(self._random.uniform(0.0, 2.5))
        app.kill()

    def _start(self) -> Program:
        began = time.monotonic()
        app = self._kata.start("--headless")
        wait_for(lambda: f"an answer; it said {app.errors}", self._answers, timeout=30.0)
        self._report.restarts.append(time.monotonic() - began)
        return app

    def _answers(self) -> bool:
        with suppress(Unavailable):  # the socket of the one that was killed
            return bool(self._kata.ask("app.status")["running"])
        return False

    def _give_work(self) -> None:
        for number in range(_TASKS_PER_ROUND):
            self._report.tasks += 1
            at = datetime.now(UTC) + timedelta(seconds=1 + self._random.random() * 2)  # noqa: TID251 - no engine here
            self._kata.ask(
                "task.add",
                prompt=f"Say {self._report.tasks}",
                name=f"Task {self._report.tasks}",
                at=f"{at:%Y-%m-%dT%H:%M:%S}Z",
                retries="10",
                retry_delay="1",
                model="Reminder" if number == 0 else "Local",
            )

    def _still_open(self) -> str:
        """What has not come to its end yet, in words; empty when all has."""
        with self._store() as db:
            queued = db.execute("SELECT task_name, state FROM runs WHERE state != 'done' LIMIT 5").fetchall()
            planned = db.execute("SELECT name FROM tasks WHERE state = 'active' LIMIT 5").fetchall()
        return " ".join(str(row) for row in [*queued, *planned])

    def _examine(self) -> None:
        with self._store() as db:
            if (verdict := db.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                self._report.problems.append(f"integrity: {verdict}")
            rows = db.execute(
                "SELECT t.name, r.source, r.status FROM tasks t LEFT JOIN runs r ON r.task_id = t.id ORDER BY r.slot"
            ).fetchall()
            twice = db.execute("SELECT run_id FROM outbox GROUP BY run_id, kind, target_kind HAVING count(*) > 1")
            self._report.problems += [f"run {row[0]} was told of twice" for row in twice]
        by_task: dict[str, list[tuple[str, str]]] = {}
        for name, source, status in rows:
            by_task.setdefault(name, []).append((source, status))
            self._report.statuses[status] += 1
        for name, runs in by_task.items():
            self._judge(name, runs)
        if len(by_task) != self._report.tasks:
            self._report.problems.append(f"{self._report.tasks} tasks were added, {len(by_task)} are there")

    def _judge(self, name: str, runs: list[tuple[str, str]]) -> None:
        owed = [run for run in runs if run[0] in _OWED]
        done = [run for run in runs if run[1] == "succeeded"]
        if len(owed) != 1:
            self._report.problems.append(f"{name}: its one occurrence has {len(owed)} rows: {runs}")
        if len(done) != 1:
            self._report.problems.append(f"{name}: completed {len(done)} times: {runs}")

    @contextmanager
    def _store(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._kata.data / "kata.db", timeout=10.0)) as db:
            yield db


def torture(folder: Path, *, kills: int, seed: int) -> Report:
    """Do it all in a folder with a short name."""
    kata, model = CommandLine(folder), ModelServer([PROMPT])
    try:
        return Torture(kata, model, seed=seed).run(kills)
    finally:
        kata.close()
        model.stop()


def main() -> int:
    """Run by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    with tempfile.TemporaryDirectory(prefix="kata-") as folder:
        report = torture(Path(folder), kills=options.kills, seed=options.seed)
    sys.stdout.write(f"{report}\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
