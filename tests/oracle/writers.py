"""Random work of several writers in one table, told apart by who may change what, and what must come of it.

A script makes the same choices for every actor. So a rehearsal without files tells the rows that the real
actors must leave, in whatever order they came to write.
"""

from __future__ import annotations

import random  # noqa: TID251 - the generator comes from the caller's seed
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from counterfoil.foxpro import Table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Append, Operation, Posting, Set, Written
from counterfoil.foxpro.transactions.transaction import write_group
from tests.oracle.client import Oracle
from tests.oracle.samples import ALL_TAGS, Row, Rows, create, in_codebase_words

PATIENT = Patience(timedelta(seconds=60))
BASE_ROWS, SHARED_ROWS = 60, 10
"""The first rows are for every writer, each in fields of its own; the others are shared out."""
OWN_FIELDS = (("balance", "notes"), ("custno", "total"), ("weight", "paid"))
SEQ_STEP = 100_000
HOLD_EVERY, HOLD_SECONDS = 40, 0.1
WORK = (*("append",) * 4, *("update",) * 4, *("share",) * 3, *("delete",) * 2, "recall", "memo")


class Actor(Protocol):
    """Whoever does what a script says."""

    def append(self, row: Row) -> int: ...

    def update(self, recno: int, values: Row) -> None: ...

    def delete(self, recno: int) -> None: ...

    def recall(self, recno: int) -> None: ...

    def hold(self, turn: int) -> None:
        """Keep the others from something for a while."""
        ...


class Ours(Actor):
    """The engine, one row at a time."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @override
    def append(self, row: Row) -> int:
        return self._table.append(row)

    @override
    def update(self, recno: int, values: Row) -> None:
        self._table.update(recno, values)

    @override
    def delete(self, recno: int) -> None:
        self._table.delete(recno)

    @override
    def recall(self, recno: int) -> None:
        self._table.recall(recno)

    @override
    def hold(self, turn: int) -> None:
        table, deadline = self._table, PATIENT.deadline()
        assert table.index
        held = (
            table.locks.header(deadline),
            table.lock_records(range(1, SHARED_ROWS), deadline),
            table.index.writing(deadline),
        )
        with held[turn % len(held)]:
            threading.Event().wait(HOLD_SECONDS)


class Transactions(Ours):
    """The engine, rows appended and changed by postings; the writer's own deleted rows alone are not."""

    def __init__(self, table: Table, journal: Journal) -> None:
        super().__init__(table)
        self._journal = journal

    @override
    def append(self, row: Row) -> int:
        return self._post(Append("t", row)).recnos[0]

    @override
    def update(self, recno: int, values: Row) -> None:
        if self._table.read(recno).deleted:
            super().update(recno, values)
        else:
            self._post(Set("t", recno, values))

    def _post(self, operation: Operation) -> Written:
        tables = {"t": self._table}
        outcomes = write_group(tables, self._journal, [Posting("p", (operation,))], patience=PATIENT)
        outcome = outcomes["p"]
        assert isinstance(outcome, Written), outcome
        return outcome


class Theirs(Actor):
    """CodeBase."""

    def __init__(self, oracle: Oracle) -> None:
        self._oracle = oracle

    @override
    def append(self, row: Row) -> int:
        return self._oracle.append(**in_codebase_words(row))

    @override
    def update(self, recno: int, values: Row) -> None:
        self._oracle.update(recno, **in_codebase_words(values))

    @override
    def delete(self, recno: int) -> None:
        self._oracle.delete(recno)

    @override
    def recall(self, recno: int) -> None:
        self._oracle.recall(recno)

    @override
    def hold(self, turn: int) -> None:
        what = ("append", 1 + turn % SHARED_ROWS, "file")[turn % 3]
        deadline = PATIENT.deadline()
        while not self._oracle.lock(what):  # It is free at the latest when the others have done their work.
            assert not deadline.is_over(), f"{what} was never free"
        threading.Event().wait(HOLD_SECONDS)
        self._oracle.unlock()


class Rehearsal(Actor):
    """No files: the rows as they must become, and how many changes touch a key."""

    def __init__(self, base: Sequence[Row]) -> None:
        self.rows = [dict(row) for row in base]
        self.deleted: set[int] = set()
        self.keyed = 0

    @override
    def append(self, row: Row) -> int:
        self.rows.append(dict(row))
        self.keyed += 1
        return len(self.rows)

    @override
    def update(self, recno: int, values: Row) -> None:
        row = self.rows[recno - 1]
        self.keyed += any(row[name] != value for name, value in values.items() if name != "notes")
        row |= values

    @override
    def delete(self, recno: int) -> None:
        self.deleted.add(recno)
        self.keyed += 1

    @override
    def recall(self, recno: int) -> None:
        self.deleted.discard(recno)
        self.keyed += 1

    @override
    def hold(self, turn: int) -> None:
        return


class Script:
    """What one of several writers does, from a seed."""

    def __init__(self, place: int, writers: int, seed: int, count: int) -> None:
        self._place, self._writers, self._seed, self._count = place, writers, seed, count

    def play(self, actor: Actor) -> None:
        rows = Rows(self._seed * 10 + self._place, first_seq=(self._place + 1) * SEQ_STEP)
        own = [n for n in range(SHARED_ROWS + 1, BASE_ROWS + 1) if n % self._writers == self._place]
        flock = _Flock(own, list(range(len(own))), [], rows.chance)
        for number in range(1, self._count + 1):
            what, values = rows.chance.choice(WORK), rows.row()
            if what == "append":
                flock.add(actor.append(values))
            elif what == "share":
                names: tuple[str, ...] = OWN_FIELDS[self._place]
                recno = rows.chance.randint(1, SHARED_ROWS)
                actor.update(recno, {name: values[name] for name in names})
            elif what in {"update", "memo"}:
                chosen = rows.chance.sample(sorted(values.keys() - {"seq"}), 4)
                names = ("notes",) if what == "memo" else tuple(chosen)
                actor.update(flock.any(), {name: values[name] for name in names})
            elif recno := flock.move(deleted=what == "delete"):
                (actor.delete if what == "delete" else actor.recall)(recno)
            if number % HOLD_EVERY == 0:
                actor.hold(number // HOLD_EVERY)


@dataclass
class _Flock:
    """The rows of one writer's own, chosen by their turn and never by their number."""

    recnos: list[int]
    live: list[int]
    deleted: list[int]
    chance: random.Random

    def add(self, recno: int) -> None:
        self.live.append(len(self.recnos))
        self.recnos.append(recno)

    def any(self) -> int:
        return self.recnos[self.chance.randrange(len(self.recnos))]

    def move(self, *, deleted: bool) -> int:
        """One that was live and is deleted from now on, or the other way; 0 where there is none."""
        source, target = (self.live, self.deleted) if deleted else (self.deleted, self.live)
        if not source:
            return 0
        target.append(source.pop(self.chance.randrange(len(source))))
        return self.recnos[target[-1]]


class Stage:
    """A table, what several writers do to it, and the judgement."""

    def __init__(self, path: Path, scripts: Sequence[Script], seed: int) -> None:
        base = Rows(seed)
        rows = [base.row() for _ in range(BASE_ROWS)]
        create(path, ALL_TAGS, rows)
        self.path = path
        self._before = self.counter()
        self._expected = Rehearsal(rows)
        for script in scripts:
            script.play(self._expected)

    def counter(self) -> int:
        return int.from_bytes(self.path.with_suffix(".cdx").read_bytes()[8:12], "big")

    def judge(self) -> None:
        """No row and no key is lost, each change of a key was counted once, and CodeBase agrees."""
        wanted = self._expected
        with Table.open(self.path) as table:
            found = {record["seq"]: record for record in table.records(deleted=True)}
            assert table.record_count == len(found) == len(wanted.rows)
            for recno, row in enumerate(wanted.rows, start=1):
                record = found[row["seq"]]
                assert record.deleted is (recno in wanted.deleted), row["seq"]
                assert _plain(record.values) == _plain(row)
                assert table.seek("seq", row["seq"]) == record.recno
        assert check_table(self.path) == []
        assert self.counter() - self._before == wanted.keyed
        with Oracle(self.path) as oracle:
            verdict = oracle.verify()
            assert verdict.is_good, verdict
            assert verdict.tags["live"].count == len(wanted.rows) - len(wanted.deleted)


def _plain(row: Row) -> Row:
    texts = {name: value.rstrip(" ") for name, value in row.items() if isinstance(value, str)}
    return {**row, **texts, "notes": texts.get("notes", "")}
