from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import dbfread
import pytest

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.errors import (
    DuplicateKeysError,
    FieldWidthError,
    FoxProError,
    MemoError,
    ReadOnlyTableError,
    RecordMissingError,
    StorageError,
    TableFormatError,
    TableMissingError,
    UnsupportedExpressionError,
)
from counterfoil.foxpro.records.versions import FOX2, FOX2_MEMO, VFP

FIELDS = (
    Field("custno", "C", 6),
    Field("amount", "N", 12, 2),
    Field("rate", "F", 8, 3),
    Field("paid", "D"),
    Field("closed", "L"),
    Field("notes", "M"),
    Field("number", "I"),
    Field("weight", "B"),
    Field("cost", "Y"),
    Field("stamp", "T"),
)
ROW: dict[str, Value] = {
    "custno": "  ÄB",
    "amount": Decimal("1234.50"),
    "rate": Decimal("0.125"),
    "paid": date(2026, 11, 2),
    "closed": False,
    "notes": "first line\r\nsecond • line",
    "number": 42,
    "weight": 1.25,
    "cost": Decimal("12.3456"),
    "stamp": datetime(2026, 11, 2, 8, 30, 15),  # noqa: DTZ001 - FoxPro times are local
}
BLANK: dict[str, Value] = {
    "custno": "",
    "amount": None,
    "rate": None,
    "paid": None,
    "closed": None,
    "notes": "",
    "number": 0,
    "weight": 0.0,
    "cost": Decimal(0),
    "stamp": None,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sample.dbf"
    create_table(path, FIELDS, rows=[ROW])
    return path


def test_rows_of_every_type_are_read_back(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        assert table.append({}) == 2
        assert table.append(ROW | {"custno": "X", "notes": "y" * 1000}) == 3
    with Table.open(path) as table:
        assert [record.values for record in table.records()] == [
            ROW,
            BLANK,
            ROW | {"custno": "X", "notes": "y" * 1000},
        ]
        assert table.record_count == 3


def test_an_independent_reader_reads_what_was_written(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.append({"custno": "ZZ", "notes": "memo of the second"})
        table.delete(1)
    other = dbfread.DBF(str(path), load=True, lowernames=True, encoding="cp1252")
    assert [(row["custno"], row["amount"], row["notes"]) for row in other] == [
        ("ZZ", None, "memo of the second")
    ]
    (deleted,) = other.deleted
    assert deleted["amount"] == 1234.5
    assert deleted["cost"] == Decimal("12.3456")
    assert deleted["stamp"] == ROW["stamp"]
    assert deleted["notes"] == ROW["notes"]


def test_an_update_changes_the_named_fields_only(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        before = table.raw(1)
        table.update(1, {"amount": Decimal("-1.00"), "closed": True})
        assert table.read(1).values == ROW | {"amount": Decimal("-1.00"), "closed": True}
        table.update(1, {"amount": Decimal("1234.50"), "closed": False})
        assert table.raw(1) == before


def test_deleted_rows_stay_and_can_be_recalled(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.delete(1)
        assert list(table.records()) == []
        assert [record.deleted for record in table.records(deleted=True)] == [True]
        assert table.read(1).deleted
        table.recall(1)
        assert [record.values for record in table.records()] == [ROW]


def test_a_memo_that_changes_gets_a_new_block_and_one_that_does_not_keeps_its_own(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        size = path.with_suffix(".fpt").stat().st_size
        table.update(1, {"notes": ROW["notes"], "custno": "Q"})
        assert path.with_suffix(".fpt").stat().st_size == size
        table.update(1, {"notes": "other"})
        assert path.with_suffix(".fpt").stat().st_size == size + 64
        assert table.read(1)["notes"] == "other"
        table.update(1, {"notes": None})
        assert table.read(1)["notes"] == ""


def test_the_memo_of_an_old_table_is_pointed_at_by_ten_digits(tmp_path: Path) -> None:
    path = tmp_path / "old.dbf"
    create_table(
        path,
        [Field("a", "C", 3), Field("notes", "M")],
        version=FOX2_MEMO,
        rows=[{"a": "x", "notes": "hello"}, {"a": "y"}],
    )
    with Table.open(path) as table:
        assert [table.raw(1), table.raw(2)] == [b" x           8", b" y" + b" " * 12]
        assert [record["notes"] for record in table.records()] == ["hello", ""]
    assert [row["notes"] for row in dbfread.DBF(str(path), lowernames=True)] == ["hello", None]


def test_a_plain_old_table_has_no_backlink(tmp_path: Path) -> None:
    path = tmp_path / "plain.dbf"
    create_table(path, [Field("a", "C", 3)], version=FOX2, rows=[{"a": "x"}])
    assert path.read_bytes()[0] == FOX2
    assert path.stat().st_size == 32 + 32 + 1 + 4 + 1


@pytest.mark.parametrize("ending", [b"\x1a", b""])
def test_appends_go_behind_the_last_record_whether_the_file_is_terminated_or_not(
    path: Path, ending: bytes
) -> None:
    data = path.read_bytes().rstrip(b"\x1a") + ending
    path.write_bytes(data)
    with Table.open(path, writable=True, today=date(2026, 11, 3)) as table:
        table.append(ROW)
    with Table.open(path) as table:
        assert [record.values for record in table.records()] == [ROW, ROW]
        assert table.storage.header.updated == date(2026, 11, 3)
    assert path.read_bytes().endswith(b"\x1a")


def test_files_are_found_in_whatever_case(tmp_path: Path) -> None:
    create_table(tmp_path / "Mixed.dbf", FIELDS, rows=[ROW])
    (tmp_path / "Mixed.dbf").rename(tmp_path / "MIXED.Dbf")
    (tmp_path / "Mixed.fpt").rename(tmp_path / "mixeD.FPT")
    with Table.open(tmp_path / "mixed.dbf") as table:
        assert table.read(1)["notes"] == ROW["notes"]


def test_nothing_is_written_when_one_value_does_not_fit(path: Path) -> None:
    wrong: dict[str, Value] = {"notes": "a new memo", "custno": "too long a name"}
    before = [path.read_bytes(), path.with_suffix(".fpt").read_bytes()]
    with Table.open(path, writable=True) as table:
        with pytest.raises(FieldWidthError):
            table.append(wrong)
        with pytest.raises(FieldWidthError):
            table.update(1, wrong)
    assert [path.read_bytes(), path.with_suffix(".fpt").read_bytes()] == before


def test_a_table_opened_for_reading_refuses_writes_and_keeps_every_byte(path: Path) -> None:
    before = path.read_bytes()
    with Table.open(path) as table, pytest.raises(ReadOnlyTableError, match="opened for reading"):
        table.append(ROW)
    assert path.read_bytes() == before


def test_a_table_of_a_database_is_read_only_because_its_rules_would_be_bypassed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    link = 32 + 32 * len(FIELDS) + 1
    data[link : link + 8] = b"shop.dbc"
    path.write_bytes(data)
    with Table.open(path, writable=True) as table, pytest.raises(ReadOnlyTableError, match=r"shop\.dbc"):
        table.delete(1)


def test_missing_files_are_named(path: Path, tmp_path: Path) -> None:
    with pytest.raises(TableMissingError, match=r"table not found.*none\.dbf"):
        Table.open(tmp_path / "none.dbf")
    path.with_suffix(".fpt").unlink()
    with pytest.raises(TableMissingError, match="memo file not found"):
        Table.open(path)


def test_records_outside_the_table_and_a_file_that_ends_early_are_named(path: Path) -> None:
    with Table.open(path) as table:
        for recno in (0, 2, -1):
            with pytest.raises(RecordMissingError) as caught:
                table.read(recno)
            assert caught.value.recno == recno
    path.write_bytes(path.read_bytes()[:-10])
    with Table.open(path) as table, pytest.raises(TableFormatError, match="ends before record 1"):
        list(table.records())


def test_a_memo_pointer_outside_the_file_is_named(path: Path) -> None:
    fpt = path.with_suffix(".fpt")
    fpt.write_bytes(fpt.read_bytes()[:520])
    with Table.open(path) as table, pytest.raises(MemoError, match="lies outside"):
        table.read(1)


def test_creating_over_a_table_that_exists_is_refused(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(StorageError, match="exists already"):
        create_table(path, FIELDS)
    assert path.read_bytes() == before


def test_many_rows_are_read_over_several_chunks(tmp_path: Path) -> None:
    path = tmp_path / "many.dbf"
    create_table(path, [Field("n", "N", 8), Field("t", "C", 200)], rows=({"n": n} for n in range(3000)))
    with Table.open(path) as table:
        assert [record["n"] for record in table.records()] == list(range(3000))


def test_an_unknown_code_page_is_read_when_the_caller_names_it(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[29] = 0x69
    path.write_bytes(data)
    with pytest.raises(TableFormatError, match=r"Mazovia.*mark 0x69"):
        Table.open(path)
    with Table.open(path, code_page="cp1252") as table:
        assert table.read(1)["custno"] == "  ÄB"


def test_versions_are_what_was_asked_for(path: Path) -> None:
    assert path.read_bytes()[0] == VFP


@pytest.mark.parametrize(
    ("rows", "tag", "error"),
    [
        ([{"k": "a"}, {"k": "b"}, {"k": "a"}], TagSpec("k", "k", candidate=True), DuplicateKeysError),
        ([{"k": "a"}, {"k": "too long"}], TagSpec("k", "k"), FieldWidthError),
        ([{"k": "a"}], TagSpec("k", "UNKNOWN(k)"), UnsupportedExpressionError),
    ],
)
def test_a_table_that_cannot_be_made_leaves_no_file(
    tmp_path: Path, rows: list[dict[str, Value]], tag: TagSpec, error: type[FoxProError]
) -> None:
    new = tmp_path / "new.dbf"
    with pytest.raises(error):
        create_table(new, [Field("k", "C", 4), Field("notes", "M")], [tag], rows=rows)
    assert list(tmp_path.glob("new.*")) == []
    create_table(new, [Field("k", "C", 4)], [TagSpec("k", "k")])
