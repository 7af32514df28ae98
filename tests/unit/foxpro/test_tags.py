"""A table's rows and its tags stay in step."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.errors import (
    DiskFullError,
    IndexDamagedError,
    KeyExistsError,
    ReadOnlyTableError,
    TableBusyError,
    TableMissingError,
    TagMissingError,
)
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.records.versions import FOX2, FOX2_MEMO
from tests.unit.foxpro.other_program import started

FIELDS = (Field("custno", "C", 6), Field("invno", "C", 10), Field("due", "D"), Field("balance", "N", 12, 2))
TAGS = (
    TagSpec("custno", "custno"),
    TagSpec("invno", "invno", candidate=True),
    TagSpec("custdue", "custno+DTOS(due)"),
    TagSpec("balance", "balance", descending=True),
    TagSpec("live", "invno", filter="!DELETED()"),
)


def row(number: int, custno: str = "C1", balance: str = "10.00") -> dict[str, Value]:
    return {
        "custno": custno,
        "invno": f"{number:>10}",
        "due": date(2026, 1, 1) + timedelta(days=number),
        "balance": Decimal(balance),
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "invoices.dbf"
    create_table(path, FIELDS, TAGS, rows=(row(n, f"C{n % 3}", f"{n}.00") for n in range(1, 10)))
    return path


def in_step(path: Path) -> None:
    """Every tag holds exactly the keys of the rows, in order, and its pages hold together."""
    with Table.open(path) as table:
        for tag in table.tags.values():
            assert tag.check() == []
            entries = list(tag.scan())
            assert entries == sorted(entries)
            keys = (
                (tag.key_of(recno, table.raw(recno)), recno) for recno in range(1, table.record_count + 1)
            )
            assert entries == sorted((key, recno) for key, recno in keys if key is not None)


def test_a_created_table_can_be_sought_by_key_and_by_the_beginning_of_a_key(path: Path) -> None:
    in_step(path)
    with Table.open(path) as table:
        assert table.seek("invno", f"{7:>10}") == 7
        assert table.seek("invno", "nothing") is None
        assert (table.seek("custno", "C1"), table.seek("custno"), table.seek("balance")) == (1, 3, 9)
        assert list(table.scan("custno", "C1")) == [1, 4, 7]
        assert [record.recno for record in table.find("custdue", "C2", date(2026, 1, 6))] == [5]
        assert list(table.scan("balance")) == [9, 8, 7, 6, 5, 4, 3, 2, 1]
        assert set(table.tags) == {"custno", "invno", "custdue", "balance", "live"}


def test_appends_updates_and_deletes_keep_every_tag(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        assert table.append(row(11, "C9")) == 10
        table.update(2, {"custno": "C9", "balance": Decimal("-3.00")})
        table.delete(3)
        table.delete(4)
        table.recall(4)
        assert [record.recno for record in table.find("custno", "C9")] == [2, 10]
        assert list(table.scan("live")) == [1, 2, 4, 5, 6, 7, 8, 9, 10]
        assert table.seek("invno", f"{3:>10}") == 3
        assert list(table.find("invno", f"{3:>10}")) == []
    in_step(path)


@pytest.mark.parametrize("version", [FOX2, FOX2_MEMO])
def test_tables_of_foxpro_2_have_tags_as_well(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.dbf"
    memo = [Field("notes", "M")] if version == FOX2_MEMO else []
    create_table(path, [*FIELDS, *memo], TAGS, version=version, rows=[row(1), row(2)])
    with Table.open(path, writable=True) as table:
        table.append(row(3, "C7"))
        table.update(1, {"custno": "C8"})
        table.delete(2)
        assert [table.seek("custno", name) for name in ("C1", "C7", "C8")] == [2, 3, 1]
        assert (table.locks.scheme.vfp, table.locks.scheme.fox2) == (True, False)
    in_step(path)


def test_thousands_of_rows_split_the_pages_and_stay_in_step(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        for number in range(100, 700):
            table.append(row(number * 7919 % 100_000, f"C{number % 50}", f"{number % 13}.50"))
        for recno in range(1, 600, 7):
            table.update(recno, {"custno": f"D{recno % 9}"})
        for recno in range(1, 600, 5):
            table.delete(recno)
    in_step(path)


def test_a_change_that_touches_no_key_leaves_the_index_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, FIELDS, [TagSpec("custno", "custno")], rows=[row(1)])
    before = path.with_suffix(".cdx").read_bytes()
    with Table.open(path, writable=True) as table:
        table.update(1, {"balance": Decimal(0)})
        table.delete(1)
    assert path.with_suffix(".cdx").read_bytes() == before


def test_the_change_counter_rises_with_every_change_of_the_index(path: Path) -> None:
    def counter() -> int:
        return int.from_bytes(path.with_suffix(".cdx").read_bytes()[8:12], "big")

    start = counter()
    with Table.open(path, writable=True) as table:
        table.append(row(50))
        table.update(1, {"custno": "X"})
    assert counter() == start + 2


def test_a_change_by_another_table_object_is_seen_at_once(path: Path) -> None:
    with Table.open(path, writable=True) as one, Table.open(path, writable=True) as two:
        for number in range(20, 120, 2):
            one.append(row(number, "CX"))
            two.append(row(number + 1, "CX"))
            assert list(one.scan("invno", f"{number + 1:>10}")) == [two.record_count]
    in_step(path)


@pytest.mark.parametrize("live", [True, False])
def test_a_taken_candidate_key_is_refused_before_anything_is_written(path: Path, *, live: bool) -> None:
    with Table.open(path, writable=True) as table:
        if not live:
            table.delete(5)
        files = [path.read_bytes(), path.with_suffix(".cdx").read_bytes()]
        with pytest.raises(KeyExistsError) as caught:
            table.append(row(5))
        assert (caught.value.tag, caught.value.recno) == ("invno", 5)
        with pytest.raises(KeyExistsError):
            table.update(6, {"invno": f"{5:>10}"})
        table.update(5, {"invno": f"{5:>10}", "custno": "same"})
    assert len(path.read_bytes()) == len(files[0])
    in_step(path)


def test_an_index_held_elsewhere_is_busy_and_nothing_is_written(path: Path) -> None:
    index = path.with_suffix(".cdx")
    with started() as other, Table.open(path, writable=True, patience=Patience(timedelta(0))) as table:
        assert other.lock(index, 0x7FFFFFFE)
        writes: tuple[Callable[[], object], ...] = (
            lambda: table.append(row(50)),
            lambda: table.update(1, {"custno": "X"}),
            lambda: table.seek("custno", "C1"),
        )
        for write in writes:
            with pytest.raises(TableBusyError, match="index is locked"):
                write()
        assert table.record_count == 9
        other.unlock(index, 0x7FFFFFFE)
        assert not other.is_locked(index, 0x7FFFFFFE)
        table.append(row(50))
    in_step(path)


def test_an_index_that_lacks_a_row_is_called_damaged_and_nothing_is_written(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.storage.write_raw(1, table.raw(1).replace(b"C1", b"XX"))
        before = path.with_suffix(".cdx").read_bytes()
        with pytest.raises(IndexDamagedError, match="lacks record 1"):
            table.update(1, {"custno": "C2"})
        assert path.with_suffix(".cdx").read_bytes() == before
        table.update(2, {"custno": "C7"})
        assert list(table.scan("custno", "C7")) == [2]


class FullDisk:
    """Lets some writes through, then none."""

    def __init__(self, writes: int) -> None:
        self.writes_left = writes

    def __call__(self, path: Path, what: str, data: bytes, /) -> None:
        self.writes_left -= what == "write"
        if self.writes_left < 0:
            raise OSError(errno.ENOSPC, f"{path}: {len(data)} bytes do not fit")


@pytest.mark.parametrize("writes", range(12))
def test_a_disk_that_fills_up_leaves_rows_and_tags_in_step(path: Path, writes: int) -> None:
    """Whichever write fails: what is there, live, is indexed; what is indexed is there."""

    def append_many() -> None:
        for number in range(20):
            table.append(row(1000 + number, "C5"))

    full = FullDisk(writes)
    with Table.open(path, writable=True, gate=full) as table, pytest.raises(DiskFullError, match="Make room"):
        append_many()
    with Table.open(path, writable=True) as table:
        assert [finding for tag in table.tags.values() for finding in tag.check()] == []
        found = [record.recno for record in table.find("custno", "C5")]
        assert found == [record.recno for record in table.records() if record["custno"] == "C5"]


def test_a_table_whose_index_file_is_gone_is_read_and_not_written(path: Path) -> None:
    path.with_suffix(".cdx").unlink()
    with pytest.raises(TableMissingError, match="index file not found"):
        Table.open(path, writable=True)
    with Table.open(path) as table:
        assert len(list(table.records())) == 9
        with pytest.raises(TagMissingError):
            table.seek("custno", "C1")


def test_an_index_expression_that_nobody_compiles_makes_the_table_read_only(path: Path) -> None:
    index = path.with_suffix(".cdx")
    index.write_bytes(index.read_bytes().replace(b"custno+DTOS(due)", b"custno+WORS(due)"))
    with Table.open(path, writable=True) as table:
        with pytest.raises(ReadOnlyTableError, match="WORS"):
            table.delete(1)
        assert list(table.scan("custno", "C1")) == [1, 4, 7]


def test_an_unknown_tag_is_named(path: Path) -> None:
    with Table.open(path) as table, pytest.raises(TagMissingError, match="'nothere'"):
        table.seek("nothere", 1)
