"""Two processes of ours in the same tables at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.transactions.operations import Add, Append, Posting, Written
from counterfoil.foxpro.transactions.transaction import write_group
from tests.support import children
from tests.unit.foxpro import company

ROUNDS = 60
PATIENT = Patience(timedelta(seconds=30))


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[None]:
    """The work goes on in a process of its own meanwhile."""
    child = children.start(work)
    try:
        yield
    finally:
        status = children.wait(child)
    assert status == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    company.create(tmp_path)
    return tmp_path


def test_rows_appended_by_two_processes_are_all_there(folder: Path) -> None:
    path = folder / "receipt.dbf"

    def append(sign: str) -> None:
        with Table.open(path, writable=True, patience=PATIENT) as table:
            for number in range(ROUNDS):
                recno = table.append(
                    {"refno": f"{sign}{number}", "custno": sign, "notes": f"{sign} {number}"}
                )
                table.update(recno, {"amount": number})

    with beside(lambda: append("B")):
        append("A")
    with Table.open(path) as table:
        rows = {str(record["refno"]): record for record in table.records() if record["custno"] in {"A", "B"}}
        assert set(rows) == {f"{sign}{number}" for sign in "AB" for number in range(ROUNDS)}
        assert all(record["notes"] == f"{name[0]} {name[1:]}" for name, record in rows.items())
        assert all(record["amount"] == int(name[1:]) for name, record in rows.items())
    assert check_table(path) == []


def test_a_group_and_another_program_lose_nothing_of_each_other(folder: Path) -> None:
    """Both add to one balance, each under the lock; a group works out its delta there."""

    def clerk() -> None:
        with Table.open(folder / "customer.dbf", writable=True, patience=PATIENT) as table:
            for number in range(ROUNDS):
                with table.lock_records([1], PATIENT.deadline()):
                    balance = table.read(1)["balance"]
                    assert isinstance(balance, Decimal)
                    table.update(1, {"balance": balance + 100})
                table.append({"custno": f"X{number}"})

    with beside(clerk), company.journal_of(folder) as (journal, _):
        for number in range(ROUNDS):
            posting = Posting(
                f"p{number}",
                (
                    Append("receipt", {"refno": f"P{number}"}),
                    Append("customer", {"custno": f"Y{number}"}),
                    Add("customer", 1, {"balance": Decimal(1)}),
                ),
            )
            with company.opened(folder) as tables:
                outcome = write_group(tables, journal, [posting], patience=PATIENT)[posting.id]
                assert isinstance(outcome, Written)
    with Table.open(folder / "customer.dbf") as table:
        assert table.read(1)["balance"] == 100 + 101 * ROUNDS
        assert table.record_count == company.OPEN_ROWS + 2 * ROUNDS
    assert [found for name in company.NAMES for found in check_table(folder / f"{name}.dbf")] == []
