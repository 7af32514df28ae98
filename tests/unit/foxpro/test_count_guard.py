"""A row that must not be added once somebody else added rows to its table."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Append, GuardFailed, Outcome, Posting, Written
from counterfoil.foxpro.transactions.transaction import write_group


def posted(path: Path, *postings: Posting) -> list[Outcome]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with closing(connection) as file, Table.open(path, writable=True) as table:
        return list(write_group({"t": table}, Journal(file), postings).values())


def added(name: str, rows_before: int | None) -> Posting:
    return Posting(name, (Append("t", {"name": name}, rows_before=rows_before),))


def test_rows_of_others_keep_it_out_and_those_of_its_own_group_do_not(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("name", "C", 5)], rows=[{"name": "first"}])
    late, first, second = posted(path, added("late", 0), added("a", 1), added("b", 1))
    assert late == GuardFailed("t", 1, "reccount()", 0, 1)
    assert isinstance(first, Written)
    assert isinstance(second, Written)
    (other,) = posted(path, added("c", 1))
    assert other == GuardFailed("t", 3, "reccount()", 1, 3)
    (free,) = posted(path, added("d", None))
    assert isinstance(free, Written)
    with Table.open(path) as table:
        assert [str(row["name"]).strip() for row in table.records()] == ["first", "a", "b", "d"]
