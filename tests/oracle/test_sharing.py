from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.errors import BusyError
from counterfoil.foxpro.locks import Patience
from tests.oracle.client import Oracle, OracleError, assignments
from tests.oracle.samples import ALL_TAGS, FIVE_TAGS, Rows, create, faults, in_codebase_words

IMPATIENT = Patience(timedelta(milliseconds=50))


def test_two_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    """Both append and update in one table; what either wrote is there, and every tag agrees with the rows."""
    path, count = tmp_path / "both.dbf", 250
    ours, theirs = Rows(seed=11, first_seq=10_000), Rows(seed=12, first_seq=20_000)
    base = Rows(seed=10)
    create(path, ALL_TAGS, [base.row() for _ in range(50)])
    our_rows, their_rows = [ours.row() for _ in range(count)], [theirs.row() for _ in range(count)]
    patient = Patience(timedelta(seconds=30))
    with Oracle(path) as oracle, Table.open(path, writable=True, patience=patient) as table:
        commands = [f"append {assignments(in_codebase_words(row))}" for row in their_rows]
        commands += [f"update {recno} {assignments({'custno': f'X{recno}'})}" for recno in range(1, 51)]
        commands[::2], commands[1::2] = commands[: len(commands[::2])], commands[len(commands[::2]) :]
        feeder = threading.Thread(target=oracle.send_all, args=(commands,))
        feeder.start()
        for number, row in enumerate(our_rows):
            table.append(row)
            table.update(number % 50 + 1, {"balance": number})
        answers = [oracle.answer() for _ in commands]
        feeder.join()
        numbers = [
            int(answer) for answer, command in zip(answers, commands, strict=True) if command[0] == "a"
        ]
        assert len(set(numbers)) == count
        assert table.record_count == 50 + 2 * count
        for row in our_rows + their_rows:
            recno = table.seek("seq", row["seq"])
            assert recno is not None
            assert table.read(recno).values["company"] == row["company"]
        for recno in range(1, 51):
            values = table.read(recno).values
            assert values["custno"] == f"X{recno}"
            assert values["balance"] == count - 50 + recno - 1
        assert faults(table) == []
        verdict = oracle.verify()
        assert verdict.is_good, verdict


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
