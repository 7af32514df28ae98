"""Several writers at the same time in one table with a memo and tags of every kind."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from typing_extensions import override

from counterfoil.foxpro import Table
from counterfoil.foxpro.transactions.journal import Journal
from tests.oracle.client import Oracle
from tests.oracle.writers import PATIENT, Actor, Ours, Script, Stage, Theirs, Transactions
from tests.support import children

CHANGES = 400
HEAD_START_SECONDS = 0.05


class Late(threading.Thread):
    """Plays a script; what goes wrong is told to whoever waits for the end."""

    def __init__(self, script: Script, actor: Actor) -> None:
        super().__init__()
        self._script, self._actor = script, actor
        self._failure: Exception | None = None

    @override
    def run(self) -> None:
        try:
            self._script.play(self._actor)
        except Exception as error:  # noqa: BLE001 - told in `finish`
            self._failure = error

    def finish(self) -> None:
        self.join()
        if self._failure:
            raise self._failure


def beside_codebase(stage: Stage, ours: Script, theirs: Script, *, we_start: bool) -> None:
    with Oracle(stage.path) as oracle, Table.open(stage.path, writable=True, patience=PATIENT) as table:
        sides = [Late(ours, Ours(table)), Late(theirs, Theirs(oracle))]
        for side in sides if we_start else sides[::-1]:
            side.start()
            threading.Event().wait(HEAD_START_SECONDS)
        for side in sides:
            side.finish()


def at_once(*works: Callable[[], None]) -> None:
    """Each in a process of its own."""
    started = [children.start(work) for work in works]
    assert [children.wait(child) for child in started] == [0] * len(works)


def single(path: Path, script: Script) -> Callable[[], None]:
    def work() -> None:
        with Table.open(path, writable=True, patience=PATIENT) as table:
            script.play(Ours(table))

    return work


def posting(path: Path, script: Script) -> Callable[[], None]:
    def work() -> None:
        connection = sqlite3.connect(path.with_suffix(".db"))
        with Table.open(path, writable=True, patience=PATIENT) as table:
            script.play(Transactions(table, Journal(connection)))
        connection.close()

    return work


@pytest.mark.parametrize("we_start", [True, False])
def test_codebase_and_we_lose_nothing_of_each_other(tmp_path: Path, *, we_start: bool) -> None:
    scripts = [Script(place, 2, 30 + we_start, CHANGES) for place in range(2)]
    stage = Stage(tmp_path / "t.dbf", scripts, 3)
    beside_codebase(stage, *scripts, we_start=we_start)
    stage.judge()


@pytest.mark.parametrize("writers", [2, 3])
def test_our_processes_lose_nothing_of_each_other(tmp_path: Path, writers: int) -> None:
    scripts = [Script(place, writers, 40 + writers, CHANGES // 2) for place in range(writers)]
    stage = Stage(tmp_path / "t.dbf", scripts, 4)
    at_once(*(single(stage.path, script) for script in scripts))
    stage.judge()


@pytest.mark.parametrize("writers", [2, 3])
def test_transactions_and_single_changes_lose_nothing_of_each_other(tmp_path: Path, writers: int) -> None:
    scripts = [Script(place, writers, 50 + writers, CHANGES // 2) for place in range(writers)]
    stage = Stage(tmp_path / "t.dbf", scripts, 5)
    at_once(posting(stage.path, scripts[0]), *(single(stage.path, script) for script in scripts[1:]))
    stage.judge()
