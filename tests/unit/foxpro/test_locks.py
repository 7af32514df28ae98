"""The bytes are those that FoxPro programs lock; a second process holds them or looks for ours."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from counterfoil.foxpro import Field, Table, create_table
from counterfoil.foxpro.errors import RecordBusyError, StorageError, TableBusyError
from counterfoil.foxpro.files.memo_file import MemoFile
from counterfoil.foxpro.files.table_file import TableFile
from counterfoil.foxpro.files.table_locks import Patience, TableLocks, Waiter
from counterfoil.foxpro.records.versions import FOX2
from counterfoil.foxpro.system.lock_holders import locked_ranges
from counterfoil.foxpro.system.locks_linux import LinuxLocks
from counterfoil.foxpro.system.ranges import Range
from tests.unit.foxpro.other_program import OtherProgram, started

HEADER = 0x7FFFFFFE
OLD_HEADER = 0x40000000


class CountingWaiter(Waiter):
    """Time passes only by waiting."""

    def __init__(self) -> None:
        self.now_ns = 0
        self.pauses: list[int] = []

    @override
    def monotonic_ns(self) -> int:
        return self.now_ns

    @override
    def pause(self, milliseconds: int) -> None:
        self.pauses.append(milliseconds)
        self.now_ns += milliseconds * 1_000_000


NO_PATIENCE = Patience.none()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("a", "C", 3), Field("notes", "M")], rows=[{"a": str(n)} for n in range(3)])
    return path


@pytest.fixture(scope="module")
def other() -> Iterator[OtherProgram]:
    with started() as program:
        yield program


def test_a_record_held_elsewhere_is_busy_and_the_others_are_not(path: Path, other: OtherProgram) -> None:
    assert other.lock(path, HEADER - 2)
    with Table.open(path, writable=True, patience=NO_PATIENCE) as table:
        table.update(1, {"a": "x"})
        with pytest.raises(RecordBusyError) as caught:
            table.update(2, {"a": "x"})
        assert (caught.value.recno, caught.value.what) == (2, "record 2")
        assert f"process {other.pid}" in caught.value.by
        assert "Try again" in str(caught.value)
        other.unlock(path, HEADER - 2)
        table.update(2, {"a": "x"})


@pytest.mark.parametrize("offset", [HEADER, OLD_HEADER])
def test_appending_waits_for_the_header_in_both_schemes(path: Path, other: OtherProgram, offset: int) -> None:
    assert other.lock(path, offset)
    with Table.open(path, writable=True, patience=NO_PATIENCE) as table:
        with pytest.raises(TableBusyError, match="header is locked"):
            table.append({})
        assert table.record_count == 3
    other.unlock(path, offset)


def test_a_file_held_as_a_whole_is_busy(path: Path, other: OtherProgram) -> None:
    assert other.lock(path, 0x77FFFFFF, 0x08000000)
    with Table.open(path, writable=True, patience=NO_PATIENCE) as table:
        with pytest.raises(RecordBusyError):
            table.update(1, {"a": "x"})
        with pytest.raises(TableBusyError):
            table.append({})
    other.unlock(path, 0x77FFFFFF, 0x08000000)


@pytest.mark.parametrize("offset", [0, OLD_HEADER])
def test_a_memo_file_held_elsewhere_is_busy(path: Path, other: OtherProgram, offset: int) -> None:
    memo = path.with_suffix(".fpt")
    assert other.lock(memo, offset)
    with Table.open(path, writable=True, patience=NO_PATIENCE) as table:
        with pytest.raises(TableBusyError, match="memo is locked"):
            table.append({"notes": "text"})
        table.append({"a": "x"})
    other.unlock(memo, offset)


def test_other_programs_see_our_locks_where_foxpro_looks_for_them(path: Path, other: OtherProgram) -> None:
    with Table.open(path, writable=True) as table:
        deadline = table.patience.deadline()
        start, length = table.storage.header.length, table.storage.header.record_length
        with table.lock_records([3, 1], deadline):
            held = [recno for recno in (1, 2, 3) if other.is_locked(path, HEADER - recno)]
            old = [n for n in (1, 2, 3) if other.is_locked(path, OLD_HEADER + start + (n - 1) * length)]
            assert (held, old) == ([1, 3], [1, 3])
            assert not other.is_locked(path, HEADER)
        with table.locks.header(deadline):
            assert other.is_locked(path, HEADER)
            assert other.is_locked(path, OLD_HEADER)
        with table.locks.whole(deadline):
            assert other.is_locked(path, 0x77FFFFFF)
            assert other.is_locked(path, HEADER)
        assert not other.is_locked(path, 0, 0x7FFFFFFF)


def test_an_old_table_without_index_is_locked_in_the_old_scheme_only(
    tmp_path: Path, other: OtherProgram
) -> None:
    path = tmp_path / "old.dbf"
    create_table(path, [Field("a", "C", 3)], version=FOX2, rows=[{"a": "x"}])
    with Table.open(path, writable=True) as table, table.lock_records([1], table.patience.deadline()):
        assert other.is_locked(path, OLD_HEADER + table.storage.header.length)
        assert not other.is_locked(path, HEADER - 1)


def test_locks_may_be_taken_again_and_end_with_the_outermost(path: Path, other: OtherProgram) -> None:
    with Table.open(path, writable=True) as table:
        with table.lock_records([1, 2], table.patience.deadline()):
            table.update(1, {"a": "x"})
            assert other.is_locked(path, HEADER - 1)
        assert not other.is_locked(path, HEADER - 1)
        with table.locks.whole(table.patience.deadline()):
            table.update(2, {"a": "y"})
            assert table.append({}) == 4
            assert other.is_locked(path, HEADER - 3)
        assert not other.is_locked(path, HEADER - 3)


def test_the_file_is_locked_before_its_records_or_not_at_all(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        deadline = table.patience.deadline()
        with table.lock_records([1], deadline), pytest.raises(RuntimeError), table.locks.whole(deadline):
            pass


def test_two_tables_of_one_process_exclude_each_other(path: Path) -> None:
    with Table.open(path, writable=True) as one, Table.open(path, writable=True, patience=NO_PATIENCE) as two:
        with (
            one.lock_records([1], one.patience.deadline()),
            pytest.raises(RecordBusyError, match="record 1 is locked by this program itself"),
        ):
            two.delete(1)
        two.delete(1)
        assert one.read(1).deleted


def test_waiting_is_bounded_and_asks_less_and_less_often(path: Path, other: OtherProgram) -> None:
    assert other.lock(path, HEADER - 1)
    waiter = CountingWaiter()
    patience = Patience(timedelta(milliseconds=100), waiter)
    with Table.open(path, writable=True, patience=patience) as table, pytest.raises(RecordBusyError):
        table.delete(1)
    assert waiter.pauses == [1, 2, 4, 8, 16, 20, 20, 20, 20]
    other.unlock(path, HEADER - 1)


def test_a_lock_that_is_given_back_in_time_is_taken(path: Path, other: OtherProgram) -> None:
    class Releasing(CountingWaiter):
        @override
        def pause(self, milliseconds: int) -> None:
            super().pause(milliseconds)
            other.unlock(path, HEADER - 1)

    assert other.lock(path, HEADER - 1)
    with Table.open(path, writable=True, patience=Patience(waiter=Releasing())) as table:
        table.delete(1)
        assert table.read(1).deleted


def test_no_record_stays_locked_when_one_of_several_is_busy(path: Path, other: OtherProgram) -> None:
    assert other.lock(path, HEADER - 3)
    with Table.open(path, writable=True, patience=NO_PATIENCE) as table:
        with pytest.raises(RecordBusyError), table.lock_records([1, 2, 3], table.patience.deadline()):
            pass
        assert not other.is_locked(path, HEADER - 2, 2)
    other.unlock(path, HEADER - 3)


def test_locks_end_with_the_table_even_inside_their_block(path: Path, other: OtherProgram) -> None:
    with Table.open(path, writable=True) as table, table.lock_records([1], table.patience.deadline()):
        assert other.is_locked(path, HEADER - 1)
        table.close()
        assert not other.is_locked(path, HEADER - 1)


def test_a_lock_that_fails_half_way_leaves_nothing_locked(path: Path, other: OtherProgram) -> None:
    class Failing(LinuxLocks):
        @override
        def take(self, descriptor: int, part: Range, *, exclusive: bool) -> bool:
            if part.offset == OLD_HEADER:
                raise OSError(errno.ENOLCK, "no locks available")
            return super().take(descriptor, part, exclusive=exclusive)

    with Table.open(path, writable=True) as table:
        locks = TableLocks(table.name, table.locks.scheme, table.storage.dbf, Failing())
        with pytest.raises(StorageError, match="no locks available"), locks.header(NO_PATIENCE.deadline()):
            pass
        assert not other.is_locked(path, HEADER)


def test_an_error_inside_the_block_gives_the_lock_back(path: Path, other: OtherProgram) -> None:
    with Table.open(path, writable=True) as table:
        with pytest.raises(LookupError), table.locks.whole(NO_PATIENCE.deadline()):
            raise LookupError
        assert not other.is_locked(path, 0, 0x7FFFFFFF)


def test_the_locked_byte_of_a_memo_file_is_read_only_under_its_lock(path: Path) -> None:
    """Windows keeps others from reading locked bytes; the first byte is locked while somebody appends."""

    class Guarded(TableFile):
        @override
        def read_at(self, offset: int, size: int) -> bytes:
            assert offset > 0
            return super().read_at(offset, size)

    file = Guarded(path.with_suffix(".fpt"))
    assert MemoFile("t", file).block_size == 64
    file.close()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("lock:\t1: OFDLCK ADVISORY  WRITE -1 fe:00:2146393 2147483646 2147483646", [Range(0x7FFFFFFE)]),
        ("lock:\t2: POSIX  ADVISORY  READ 77 fe:00:2146393 5 EOF", [Range(5, (1 << 63) - 5)]),
        ("lock:\t1: LEASE  ACTIVE    READ 77 fe:00:2146393 0 EOF", [Range(0, (1 << 63) - 0)]),
        ("pos:\t0", []),
        ("lock:", []),
    ],
)
def test_the_locks_of_an_open_file_are_read_from_the_system(line: str, found: list[Range]) -> None:
    assert list(locked_ranges(f"ino:\t2146393\n{line}\n")) == found
