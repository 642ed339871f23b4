"""What the doctor says about WhatsApp."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kata_desktop.builtin.whatsapp import library
from kata_desktop.builtin.whatsapp.session import Session
from kata_desktop.control.doctor import Examination
from kata_desktop.control.findings import Finding
from kata_desktop.desktop.paths import Paths
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import plugins
from kata_desktop.store.database import Database
from tests.support.store_rows import add_workspace


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(data_dir=tmp_path / "data", run_dir=tmp_path / "run")
    paths.prepare()
    database = Database.open(paths.store)
    database.write_now(add_workspace)
    database.close()
    return paths


def found(paths: Paths) -> Finding | None:
    examination = Examination(paths=paths, clock=SystemClock(), environ=os.environ)
    return next((each for each in examination._store_and_model() if each.check == "whatsapp"), None)


def switch(paths: Paths, *, on: bool) -> None:
    database = Database.open(paths.store)
    database.write_now(lambda db: plugins.switch(db, "w1", "whatsapp", on=on, at=SystemClock().now()))
    database.close()


def test_where_nobody_uses_it_nothing_is_said(paths: Paths) -> None:
    assert found(paths) is None
    switch(paths, on=False)
    assert found(paths) is None


def test_the_library_and_the_link(paths: Paths) -> None:
    switch(paths, on=True)
    finding = found(paths)
    assert finding is not None
    assert (finding.ok, finding.sentence) == (True, "The library is ready (neonize 0.5.2). No phone is linked.")
    assert finding.fix == "kata-desktop plugin run whatsapp pair"
    session = Session(paths.plugins / "whatsapp" / "w1")
    session.prepare()
    session.linked("4915123456789")
    finding = found(paths)
    assert finding is not None
    assert "Linked with +…789 in “" in finding.sentence
    assert "15123456789" not in finding.sentence


def test_what_is_missing_has_its_repair(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    switch(paths, on=True)
    monkeypatch.setattr(library, "_loads", lambda _: False)
    finding = found(paths)
    assert finding is not None
    assert not finding.ok
    assert "libmagic is missing" in finding.sentence
    assert finding.fix == "install libmagic1 of your system"
