"""A key that a service sends back, or that an error repeats, is in no row, no export, no log and no message."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.handler import Handler, HandlerError, HandlerSpec, Result, RunContext
from kata_desktop.domain.task import PROMPT_HANDLER
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.scheduler.import_plan import Change, ImportMode
from tests.support.command_line import CommandLine

SECRET = "canary horse battery"
SHAPED = "sk-canary-0123456789abcdef"


async def echo(context: RunContext) -> Result:
    """A handler that tells everything it should not, everywhere it can."""
    text = f"it is {SECRET} and {SHAPED}"
    context.log("info", text)
    context.progress(50, text)
    await context.note(text)
    state = f'[{{"content": "{text}"}}]'.encode()
    return Result(output=text, title=text, session_id="ses_1", session_title=text, session_state=state)


async def fail(_: RunContext) -> Result:
    raise HandlerError(f"it is {SECRET} and {SHAPED}", retryable=False)


async def crash(_: RunContext) -> Result:
    raise ValueError(f"it is {SECRET} and {SHAPED}")


def holding(folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if b"canary" in path.read_bytes()]


@pytest.mark.parametrize("handler", [echo, fail, crash])
async def test_no_file_keeps_a_secret_that_came_back(kata: Kata, handler: Handler) -> None:
    kata.redactor.add(SECRET)
    kata.scheduling.register(HandlerSpec(name=PROMPT_HANDLER, run=handler))
    task = await kata.scheduling.create(TaskInput(prompt="Go", name="Talker", every="2h", retries="0"))
    run = await kata.scheduling.wait((await kata.scheduling.run_now(task.id)).id, 10)
    assert "it is ‹hidden› and ‹hidden›" in run.output + run.detail
    await kata.backup()
    await kata.exchange.write(kata.paths.data_dir / "export.json", await kata.exchange.export())
    assert holding(kata.paths.data_dir) == []


async def test_an_export_hides_a_key_in_a_prompt_and_can_be_imported(kata: Kata) -> None:
    await kata.scheduling.create(TaskInput(prompt=f"Use {SHAPED} for it", name="Talker", every="2h"))
    text = await kata.exchange.export()
    assert "canary" not in text
    plan = await kata.exchange.plan(text.encode(), ImportMode.MERGE)
    assert plan.rows[0].change is Change.CHANGED


def test_a_key_in_the_environment_stays_there(command_line: CommandLine) -> None:
    command_line.environment["KATA_CREDENTIAL_MODEL_GPT_API_KEY"] = SHAPED
    program = command_line.headless("-v")
    command_line.ok("model", "add", "GPT", "--provider", "openai", "--model", "m", "--base-url", "http://127.0.0.1:9")
    command_line.ok("task", "add", "Say hello", "--name", "Hello", "--every", "2h", "--retries", "0")
    command_line("task", "run", "Hello", "--wait")
    command_line.ok("export", "export.json")
    seen = [command_line(*words) for words in (("credential", "list"), ("doctor",), ("runs", "list"), ("status",))]
    assert "canary" not in str(seen)
    assert "canary" not in str([*program.lines, *program.errors])
    assert holding(command_line.home) == []
    for other in Path("/proc").iterdir():
        if other.name.isdigit() and int(other.name) != os.getpid():
            assert b"canary" not in _read(other / "cmdline")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


STARTS = ("subprocess.", "create_subprocess", "os.exec", "os.spawn", "QProcess", "os.system(")


def test_only_the_supervisor_starts_other_programs() -> None:
    """It scrubs their environment; whoever starts something elsewhere changes this test."""
    package = Path(__file__).parents[3] / "kata_desktop"
    texts = {path.name: path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    starting = [name for name, text in texts.items() if any(word in text for word in STARTS)]
    asks_only = {"autostart.py"}  # how Windows quotes a command
    itself = {"start.py"}  # goes on headless where Qt cannot
    assert set(starting) - asks_only - itself == {"child.py", "guard.py"}
