from __future__ import annotations

import errno
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.errors import QuarantineError, StorageError
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Add, Outcome, Posting, Refused, Written
from counterfoil.foxpro.transactions.recovery import Quarantined, recover
from counterfoil.foxpro.transactions.transaction import write_group
from tests.unit.foxpro import company

CUSTOMER = 6


def broken(*_: object) -> None:
    """The disk fails as soon as anything is to be written."""
    raise OSError(errno.EIO, "Input/output error")


def interrupted(folder: Path, journal: Journal) -> None:
    """A payment that was decided and not written, and a customer whom somebody edited since."""
    payment = company.payment(CUSTOMER - 1, 60, next_number=301)
    with company.opened(folder) as tables:
        for table in tables.values():
            for file in filter(None, (table.storage.dbf, table.storage.cdx)):
                file._gate = broken
        with pytest.raises(StorageError):
            write_group(tables, journal, [payment], on_commit=company.enter_ledger)
    with company.opened(folder) as tables:
        tables["customer"].update(CUSTOMER, {"balance": 7})
    (recovered,) = recover(journal, lambda name: Table.open(folder / f"{name}.dbf", writable=True))
    assert isinstance(recovered, Quarantined)
    assert [(row.table, row.found_at) for row in recovered.rows] == [("customer", CUSTOMER)]


def add(folder: Path, journal: Journal, recno: int) -> Outcome:
    posting = Posting(f"add {recno}", (Add("customer", recno, {"balance": Decimal(1)}),))
    with company.opened(folder) as tables:
        return write_group(tables, journal, [posting])[posting.id]


def test_nothing_is_posted_to_a_row_in_quarantine_until_a_person_releases_it(tmp_path: Path) -> None:
    company.create(tmp_path)
    with company.journal_of(tmp_path) as (journal, connection):
        interrupted(tmp_path, journal)
        refused = add(tmp_path, journal, CUSTOMER)
        assert isinstance(refused, Refused)
        assert isinstance(refused.error, QuarantineError)
        assert (refused.error.table, refused.error.recno) == ("customer", CUSTOMER)
        assert isinstance(add(tmp_path, journal, CUSTOMER + 1), Written)

        (number,) = journal.held()
        notes: list[bool] = []
        (row,) = journal.release(number, lambda inside: notes.append(inside is connection))
        assert (row.table, row.recno, notes) == ("customer", CUSTOMER, [True])
        assert journal.held() == {}
        assert isinstance(add(tmp_path, journal, CUSTOMER), Written)


def test_only_what_waits_is_released(tmp_path: Path) -> None:
    company.create(tmp_path)
    with company.journal_of(tmp_path) as (journal, _):
        entry = journal.commit([], lambda _: None)
        with pytest.raises(LookupError, match=f"no entry {entry} waits"):
            journal.release(entry, lambda _: None)
        assert journal.unfinished() == (entry,)
