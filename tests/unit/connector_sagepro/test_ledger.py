from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.entries import ChangedRow, Entry, NewRow
from counterfoil.connectors.sagepro.ledger import FILE, PostingLedger, record_number, record_posting
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.erp import FieldChange, Posted, RowChange
from counterfoil.ports.errors import ConfigurationError, TransientError
from tests.support.sagepro_books import receipt

FACT = receipt("ABC", {"1001": "60.25"}, "5")
ROW = RowChange(
    table="armast01", record=3, added=False, fields=(FieldChange(field="é", before="", after="2"),)
)
POSTED = Posted(key=FACT.key, fact=FACT, document="900000000", rows=(ROW,))
ENTRY = Entry(
    fact=FACT,
    document="900000000",
    new=(
        NewRow(
            table=TableName.CASH,
            values={
                "number": "1001",
                "paid": Decimal("60.25"),
                "paid_on": date(2026, 11, 20),
                "reversed": False,
            },
        ),
    ),
    changed=(
        ChangedRow(
            table=TableName.DOCUMENTS,
            key={"number": "1001", "customer": "ABC"},
            added={"paid": Decimal("60.25")},
            replaced={"paid_on": (None, date(2026, 11, 20))},
        ),
    ),
)
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[PostingLedger]:
    ledger = PostingLedger(tmp_path)
    yield ledger
    ledger.close()


def test_a_posting_comes_back_as_it_was_noted(ledger: PostingLedger, tmp_path: Path) -> None:
    assert ledger.find(FACT.key) is None
    ledger.journal.commit([], lambda connection: record_posting(connection, POSTED, ENTRY, NOW))
    assert ledger.find(FACT.key) == POSTED
    again = PostingLedger(tmp_path)
    assert again.find(FACT.key) == POSTED
    assert again.entry(FACT.key) == ENTRY
    again.close()


def test_a_posting_is_noted_only_if_its_transaction_commits(ledger: PostingLedger) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        record_posting(connection, POSTED, ENTRY, NOW)
        record_number(connection, "open_credits", 7)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.journal.commit([], fail)
    assert ledger.find(FACT.key) is None
    assert ledger.last_number("open_credits") is None


def test_the_first_posting_of_a_key_stands_for_ever(ledger: PostingLedger) -> None:
    ledger.journal.commit([], lambda connection: record_posting(connection, POSTED, ENTRY, NOW))
    with pytest.raises(sqlite3.IntegrityError):
        ledger.journal.commit([], lambda connection: record_posting(connection, POSTED, ENTRY, NOW))


def test_numbers_drawn_are_remembered(ledger: PostingLedger) -> None:
    for number in (5, 6):
        ledger.journal.commit([], lambda c, n=number: record_number(c, "open_credits", n))  # type: ignore[misc]
    assert ledger.last_number("open_credits") == 6


def test_every_commit_waits_for_the_disk(ledger: PostingLedger) -> None:
    assert ledger._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert ledger._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_ledger_of_a_later_program_is_left_alone(tmp_path: Path) -> None:
    PostingLedger(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(ConfigurationError, match="later version"):
        PostingLedger(tmp_path)


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database file, whatever it may be" * 20)
    with pytest.raises(ConfigurationError, match=r"postings\.sqlite3 cannot be opened"):
        PostingLedger(tmp_path)


def test_a_closed_ledger_says_try_again(tmp_path: Path) -> None:
    ledger = PostingLedger(tmp_path)
    ledger.close()
    with pytest.raises(TransientError, match="does not answer"):
        ledger.find(FACT.key)


def test_a_ledger_in_which_an_earlier_version_left_work_is_named(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "postings.sqlite3")) as connection:
        connection.execute("CREATE TABLE journal_entry (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        connection.execute("INSERT INTO journal_entry VALUES (1, 'committing')")
        connection.commit()
    with pytest.raises(ConfigurationError, match="an earlier version of this program left work"):
        PostingLedger(tmp_path)
