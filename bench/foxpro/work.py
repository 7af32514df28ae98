"""The changes that everybody makes to a copy of the same table, and how many rows a second that makes."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, so that everybody does the same work
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from bench.foxpro.tables import fresh_rows, timed
from counterfoil.foxpro import Table
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Append, Operation, Posting, Set, Written
from counterfoil.foxpro.transactions.transaction import write_group
from tests.oracle.client import Oracle, assignments
from tests.oracle.samples import Row, in_codebase_words

APPEND, CHANGE, DELETE = "append", "change of every key", "delete"
TABLE = "table"

Rates = dict[str, float]
"""Rows a second by kind of work."""


@dataclass(frozen=True, slots=True)
class Work:
    """Rows to append, rows to give new values in all fields, rows to delete."""

    appended: Sequence[Row]
    changed: Sequence[tuple[int, Row]]
    deleted: Sequence[int]

    @classmethod
    def drawn(cls, size: int, times: int) -> Work:
        """Work for a table of that size; another number of times gives other work."""
        chance, rows = random.Random(times), fresh_rows(size, seed=times)  # noqa: S311 - no secret
        changed = [(chance.randrange(1, size + 1), row) for row in islice(rows, times)]
        deleted = chance.sample(range(1, size + 1), min(times, size))
        return cls(list(islice(rows, times)), changed, deleted)

    def operations(self) -> dict[str, list[Operation]]:
        """The same as operations of a transaction, which delete nothing."""
        return {
            APPEND: [Append(TABLE, row) for row in self.appended],
            CHANGE: [Set(TABLE, recno, row) for recno, row in self.changed],
        }

    def commands(self) -> dict[str, list[str]]:
        """The same in the witness's words."""
        return {
            APPEND: [f"append {_assigned(row)}" for row in self.appended],
            CHANGE: [f"update {recno} {_assigned(row)}" for recno, row in self.changed],
            DELETE: [f"delete {recno}" for recno in self.deleted],
        }


def one_by_one(path: Path, work: Work) -> Rates:
    """Each change through `Table`, which does not wait for the disk, as FoxPro does not."""
    with Table.open(path, writable=True) as table:
        calls: dict[str, list[Callable[[], object]]] = {
            APPEND: [partial(table.append, row) for row in work.appended],
            CHANGE: [partial(table.update, recno, row) for recno, row in work.changed],
            DELETE: [partial(table.delete, recno) for recno in work.deleted],
        }
        return {kind: _rate(partial(_do_all, many), many) for kind, many in calls.items()}


def in_groups(path: Path, work: Work, size: int) -> Rates:
    """Each change a posting; so many postings at a time, journalled and waited for."""
    with (
        closing(sqlite3.connect(path.with_suffix(".sqlite3"), isolation_level=None)) as connection,
        Table.open(path, writable=True) as table,
    ):
        journal, tables = Journal(connection), {TABLE: table}
        table.sync()

        def write(operations: Sequence[Operation]) -> None:
            for first in range(0, len(operations), size):
                part = operations[first : first + size]
                postings = [Posting(str(number), (operation,)) for number, operation in enumerate(part)]
                outcomes = write_group(tables, journal, postings)
                if not all(isinstance(outcome, Written) for outcome in outcomes.values()):
                    raise AssertionError(outcomes)

        return {kind: _rate(partial(write, many), many) for kind, many in work.operations().items()}


def by_codebase(path: Path, work: Work) -> Rates:
    """One row at a time, flushed to the disk: strace saw its flush wait for each of the three files."""
    with Oracle(path) as oracle:
        return {kind: asked(oracle, commands) for kind, commands in work.commands().items()}


def asked(oracle: Oracle, commands: Sequence[str]) -> float:
    """Answers a second; commands are sent ahead, so that the pipe costs the witness next to nothing."""

    def perform() -> None:
        feeder = threading.Thread(target=oracle.send_all, args=(commands,))
        feeder.start()
        for _ in commands:
            oracle.answer()
        feeder.join()

    return _rate(perform, commands)


def _assigned(row: Row) -> str:
    return assignments(in_codebase_words(row))


def _do_all(calls: Sequence[Callable[[], object]]) -> None:
    for call in calls:
        call()


def _rate(work: Callable[[], object], items: Sequence[object]) -> float:
    return len(items) / timed(work)
