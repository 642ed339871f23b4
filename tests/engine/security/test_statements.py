"""Statements of the store are made of constants; whatever people type travels beside them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.errors import InvalidInput, NotFound
from kata_desktop.domain.listing import RunQuery, TaskQuery
from kata_desktop.domain.task_input import TaskInput

STORE = Path(__file__).parents[3] / "kata_desktop" / "store"
VERBS = {"execute", "one", "all", "value"}
PIECES = {
    "APPLICATION_ID",
    "COLUMNS",
    "JOIN",
    "OUTPUT_SHOWN",
    "RUN_FILTERS[kind]",
    "RUN_FILTERS[query.filter]",
    "_ATTENTION",
    "_BAD",
    "_COLUMNS",
    "_COUNTS",
    "_KEY",
    "_LAST_WORDS",
    "_NOT_BEHIND",
    "_OUTCOME.format(what='r.error_kind')",
    "_OUTCOME.format(what='r.status')",
    "_OUTCOME.format(what=_BAD)",
    "_PUT",
    "_RUN_COLUMNS",
    "SELECT",
    "_SELECT",
    "_SUMS if totals else _NO_SUMS",
    "_WITH_LAST_RUN",
    "_TASK_ORDERS[query.sort]",
    "_run_order(query)",
    "change",
    "clause",
    "column",
    "joined",
    "marks",
    "migration.number",
    "name",
    "runs.COLUMNS",
    "state",
    "sums",
    "table",
    "tasks.COLUMNS",
    "tasks.JOIN",
    "where",
    "where.sql",
    "' AND '.join(clauses)",
    "', '.join((f's.{name}' for name in _COLUMNS))",
    "', '.join((f'i.{name}' for name in _COLUMNS.split(', ')))",
    "','.join('?' * len(states))",
    "','.join('?' * len(zones))",
}
"""What may stand in a statement, each looked at: constants, question marks, and clauses made of such. A new one wants
another look before it gets its place here.
"""
HOSTILE = [
    "'; DROP TABLE tasks; --",
    "' OR '1'='1",
    '" OR ""="',
    "%",
    "_",
    "\\",
    "\\%",
    "x') UNION SELECT value FROM settings --",
    "?",
    ":1",
    "{}",
    "\0",
    "ſ%",
]


def statements() -> list[tuple[str, str]]:
    """Every piece that is put into a statement: where, and what."""
    found = []
    for file in STORE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in VERBS:
                parts = [part for each in node.args[:1] for part in ast.walk(each)]
                inserted = [part for part in parts if isinstance(part, ast.FormattedValue)]
                found += [(f"{file.name}:{part.lineno}", ast.unparse(part.value)) for part in inserted]
    return found


def test_only_known_pieces_are_put_into_statements() -> None:
    found = statements()
    assert len(found) > 20
    assert [(place, piece) for place, piece in found if piece not in PIECES] == []


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
async def test_hostile_words_are_words(kata: Kata, text: str) -> None:
    task = await kata.scheduling.create(TaskInput(prompt="A prompt", name="Ordinary", every="2h"))
    for query in (TaskQuery(search=text), TaskQuery(tag=text), TaskQuery(workspace_id=text)):
        assert await kata.scheduling.tasks(query) == []
    for runs in (RunQuery(search=text), RunQuery(task_id=text), RunQuery(status=text), RunQuery(workspace_id=text)):
        assert await kata.scheduling.runs(runs) == []
        assert (await kata.scheduling.run_counts(runs)).all == 0
    for verb in (kata.scheduling.find, kata.workspaces.get, kata.models.find, kata.sessions.get):
        with pytest.raises(NotFound):
            await verb(text)
    assert await kata.messages.find(text) is None
    assert [row.task.id for row in await kata.scheduling.tasks(TaskQuery())] == [task.id]


async def test_a_hostile_name_is_kept_letter_by_letter(kata: Kata) -> None:
    for name in [text for text in HOSTILE if text.isprintable()]:
        task = await kata.scheduling.create(TaskInput(prompt=name, name=name, every="2h", tags=(name,)))
        assert (await kata.scheduling.find(name)).id == task.id
        assert task.id in {row.task.id for row in await kata.scheduling.tasks(TaskQuery(search=name.split()[0]))}


BAD_FOLDERS = [
    "",
    " ",
    "relative",
    "../x",
    "/x\0y",
    "/x\ny",
    "/x\u202ey",
    "/x\ud800",
    "~nobody-of-that-name/x",
    "/proc/none",
]


@pytest.mark.parametrize(
    "folder", [*BAD_FOLDERS, "/proc/none", "/" + "x" * 300, "/dev/null", "/etc/passwd/x"], ids=ascii
)
async def test_a_folder_that_cannot_be_one_is_refused_in_a_sentence(kata: Kata, folder: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await kata.workspaces.add("Other", folder)
    assert [error.field for error in caught.value.errors] == ["folder"]
    (present,) = await kata.workspaces.all()
    with pytest.raises(InvalidInput):
        await kata.workspaces.set(present.id, "folder", folder)
