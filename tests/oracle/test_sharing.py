from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.errors import BusyError
from counterfoil.foxpro.files.table_locks import Patience
from tests.oracle.client import Oracle, OracleError
from tests.oracle.samples import FIVE_TAGS, Rows, create

IMPATIENT = Patience(timedelta(milliseconds=50))


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[Oracle, Table]]:
    path, rows = tmp_path / "locked.dbf", Rows(seed=13)
    create(path, FIVE_TAGS, [rows.row() for _ in range(20)])
    with Oracle(path) as oracle, Table.open(path, writable=True, patience=IMPATIENT) as table:
        yield oracle, table


def test_a_record_that_we_lock_is_locked_for_codebase(shared: tuple[Oracle, Table]) -> None:
    oracle, table = shared
    with table.lock_records([5, 7], IMPATIENT.deadline()):
        assert not oracle.lock(5)
        assert not oracle.lock(7)
        assert oracle.lock(6)
        oracle.unlock()
        assert not oracle.lock("file")
    assert oracle.lock(5)
    oracle.unlock()


def test_a_record_that_codebase_locks_is_locked_for_us(shared: tuple[Oracle, Table]) -> None:
    oracle, table = shared
    assert oracle.lock(9)
    with pytest.raises(BusyError):
        table.update(9, {"balance": 1})
    table.update(8, {"balance": 1})
    oracle.unlock()
    table.update(9, {"balance": 2})
    assert table.read(9).values["balance"] == 2


def test_an_append_waits_for_whoever_appends(shared: tuple[Oracle, Table]) -> None:
    oracle, table = shared
    assert oracle.lock("append")
    with pytest.raises(BusyError):
        table.append({"custno": "late"})
    assert table.record_count == 20
    oracle.unlock()
    assert table.append({"custno": "late"}) == 21


def test_a_table_that_codebase_locks_as_a_whole_is_busy_for_us(shared: tuple[Oracle, Table]) -> None:
    oracle, table = shared
    assert oracle.lock("file")
    with pytest.raises(BusyError):
        table.update(3, {"balance": 1})
    oracle.unlock()
    table.update(3, {"balance": 1})


def test_a_refused_command_of_the_witness_is_an_error(shared: tuple[Oracle, Table]) -> None:
    oracle, _ = shared
    with pytest.raises(OracleError, match="no such tag"):
        oracle.keys("nothere")


def test_the_change_counter_rises_by_one_for_each_changed_row(shared: tuple[Oracle, Table]) -> None:
    """Whoever keeps pages in memory looks at this counter; both sides count alike."""
    oracle, table = shared

    def counter() -> int:
        path = table.storage.path.with_suffix(".cdx")
        return int.from_bytes(path.read_bytes()[8:12], "big")

    before = counter()
    for number in range(5):
        table.append({"custno": f"N{number}"})
        oracle.append(custno=f"O{number}")
    assert counter() == before + 10
    table.update(1, {"custno": "moved"})
    oracle.update(2, custno="moved")
    assert counter() == before + 12
    table.update(1, {"notes": "no tag depends on this"})
    assert counter() == before + 12
