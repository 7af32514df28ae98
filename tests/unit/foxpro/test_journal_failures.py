from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from counterfoil.foxpro.errors import DiskFullError, StorageError, TableBusyError, TableFormatError
from counterfoil.foxpro.transactions.journal import Journal, Mark


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "journal.db", timeout=0)) as opened:
        yield opened


def test_a_journal_that_may_not_be_written_says_so_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.touch()
    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection,
        pytest.raises(StorageError, match=r"the posting journal: .*mend disk and rights"),
    ):
        Journal(connection)


def test_a_journal_whose_disk_is_full_says_so(connection: sqlite3.Connection) -> None:
    journal = Journal(connection)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")

    def fill(inside: sqlite3.Connection) -> None:
        inside.execute("CREATE TABLE ballast AS SELECT zeroblob(1000000)")

    with pytest.raises(DiskFullError, match="the posting journal: the disk is full"):
        journal.commit([], fill)
    assert journal.unfinished() == ()


def test_a_journal_that_another_program_writes_is_busy_and_nothing_is_half_done(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    journal = Journal(connection)
    entry = journal.commit([], lambda _: None)
    with closing(sqlite3.connect(tmp_path / "journal.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TableBusyError, match="another program"):
            journal.mark(entry, Mark.STAGED)
        other.rollback()
    assert journal.mark_of(entry)[0] is Mark.COMMITTING
    journal.finish(entry)
    assert journal.unfinished() == ()


def test_a_mistake_in_what_the_caller_commits_is_not_taken_for_a_failure_of_the_disk(
    connection: sqlite3.Connection,
) -> None:
    journal = Journal(connection)

    def mistake(inside: sqlite3.Connection) -> None:
        inside.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        journal.commit([], mistake)
    assert journal.unfinished() == ()


def test_unfinished_work_in_an_earlier_layout_stops_the_program_and_says_what_to_do(
    connection: sqlite3.Connection,
) -> None:
    connection.execute("CREATE TABLE journal_entry (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
    connection.execute("INSERT INTO journal_entry VALUES (1, 'committing')")
    connection.commit()
    with pytest.raises(TableFormatError, match=r"an earlier version of this program.*with that version"):
        Journal(connection)
    connection.execute("DELETE FROM journal_entry")
    connection.commit()
    assert Journal(connection).unfinished() == ()
