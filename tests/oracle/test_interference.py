"""CodeBase works on the tables between a crash of ours and recovery, and finds them sound afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from counterfoil.foxpro.transactions.changes import QuarantinedRow
from counterfoil.foxpro.transactions.recovery import Quarantined
from tests.crash.test_foxpro_transactions import (
    crashed_at_every_point,
    ledger,
    recover_with_reindex,
    sound,
    write,
)
from tests.oracle.client import Oracle, OracleError
from tests.oracle.test_transactions import INDEXED
from tests.unit.foxpro import company

EVERY = 4
"""Each fourth crash point: starting wine takes a second."""


@pytest.fixture(scope="module")
def crashes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("crashes")
    company.create(folder / "before")
    decided = [copy for _, copy in crashed_at_every_point(folder / "before", folder) if ledger(copy)]
    return decided[::EVERY]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> company.Rows:
    folder = tmp_path_factory.mktemp("after")
    company.create(folder)
    write(folder)
    return company.live_rows(folder)


def acted(table: Path, act: Callable[[Oracle], object]) -> bool:
    """Whether CodeBase did it; an index that we left half-written may keep it from doing so."""
    try:
        with Oracle(table) as oracle:
            act(oracle)
    except OracleError:
        return False
    return True


def codebase_finds_every_key(folder: Path) -> None:
    """A page that a crash left to nobody costs room, which CodeBase's check minds; no key may be wrong."""
    for name in INDEXED:
        with Oracle(folder / f"{name}.dbf") as oracle:
            verdict = oracle.verify()
            assert all(tag.wrong == tag.disordered == 0 for tag in verdict.tags.values()), (name, verdict)
            assert {tag.count for tag in verdict.tags.values()} <= set(range(oracle.count() + 1))


def recovered(folder: Path) -> tuple[QuarantinedRow, ...]:
    (outcome,) = recover_with_reindex(folder)
    sound(folder)
    codebase_finds_every_key(folder)
    return outcome.rows if isinstance(outcome, Quarantined) else ()


@pytest.mark.parametrize(
    "act",
    [lambda oracle: oracle.update(1, company="Edited"), lambda oracle: oracle.delete(1)],
    ids=["edited", "deleted"],
)
def test_a_row_that_codebase_changed_is_named_and_left(
    crashes: list[Path], whole: company.Rows, tmp_path: Path, act: Callable[[Oracle], object]
) -> None:
    for number, crash in enumerate(crashes):
        folder = company.copied(crash, tmp_path / str(number))
        assert acted(folder / "customer.dbf", act)
        with company.opened(folder) as tables:
            left = tables["customer"].raw(1)
        (row,) = recovered(folder)
        assert (row.table, row.recno, row.found) == ("customer", 1, left)
        rows = company.live_rows(folder)
        assert rows["customer"][-39:] == whole["customer"][1:]
        assert {name: rows[name] for name in ("invoice", "receipt", "system")} == {
            name: whole[name] for name in ("invoice", "receipt", "system")
        }


def test_rows_that_codebase_appended_keep_their_place(
    crashes: list[Path], whole: company.Rows, tmp_path: Path
) -> None:
    appended = 0
    for number, crash in enumerate(crashes):
        folder = company.copied(crash, tmp_path / str(number))
        if not acted(folder / "receipt.dbf", lambda oracle: oracle.append(custno="OTHER", refno="OTHER")):
            continue
        assert recovered(folder) == ()
        receipts = company.live_rows(folder)["receipt"]
        assert [row["custno"] for row in receipts].count("OTHER") == 1
        ours = sorted(str(row) for row in receipts if row["custno"] != "OTHER")
        assert ours == sorted(map(str, whole["receipt"]))
        appended += 1
    assert appended
