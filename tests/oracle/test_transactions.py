from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.foxpro.transactions.operations import Written
from counterfoil.foxpro.transactions.transaction import write_group
from tests.crash.test_foxpro_transactions import Gate, die, in_child, ledger, roll_forward, write
from tests.oracle.client import Oracle
from tests.unit.foxpro import company

INDEXED = ("customer", "invoice", "receipt")
POINTS = 50


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    company.create(tmp_path)
    return tmp_path


def codebase_agrees(folder: Path) -> None:
    for name in INDEXED:
        with Oracle(folder / f"{name}.dbf") as oracle:
            verdict = oracle.verify()
            assert verdict.is_good, (name, verdict)


def test_groups_of_postings_leave_sound_indexes(folder: Path) -> None:
    with company.journal_of(folder) as (journal, _):
        for first in range(1, 37, 4):
            numbers = range(first, first + 4)
            group = [company.payment(number, 50, next_number=300 + number) for number in numbers]
            with company.opened(folder) as tables:
                outcomes = write_group(tables, journal, group)
            assert all(isinstance(outcome, Written) for outcome in outcomes.values())
    codebase_agrees(folder)
    with Oracle(folder / "receipt.dbf") as oracle:
        recno = oracle.seek("refno", b"R0000255")
        assert recno == 371
        assert oracle.memo(recno, "notes") == b"paid 50 for 36"


def test_recovery_leaves_sound_indexes(tmp_path: Path) -> None:
    recovered = 0
    for point in range(10, POINTS, 6):
        folder = tmp_path / str(point)
        company.create(folder)
        if not in_child(lambda: write(folder, Gate(point, die))) and ledger(folder):  # noqa: B023 - at once
            roll_forward(folder)
            codebase_agrees(folder)
            recovered += 1
    assert recovered
