"""Tables of every version with fields of every type: made, appended to, changed and read."""

from __future__ import annotations

import struct
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import dbfread
import pytest

from counterfoil.foxpro import Field, Table, Value, create_table
from counterfoil.foxpro.errors import FieldValueError, MemoError, ReadOnlyTableError, TableFormatError
from counterfoil.foxpro.files.memo_file import MEMO_FILE_MAX, OBJECT, PICTURE, TEXT
from counterfoil.foxpro.files.table_storage import TABLE_FILE_MAX
from counterfoil.foxpro.records.fields import BINARY, NULLABLE, Counter
from counterfoil.foxpro.records.versions import FOX2, FOX2_MEMO, TYPES, VFP, VFP_AUTOINCREMENT, VFP_VARCHAR

WIDTHS = {"C": 8, "N": 9, "F": 9, "V": 8, "Q": 6}
ROW: dict[str, Value] = {
    "c": "  ÄB",
    "n": Decimal("-12.50"),
    "f": Decimal("0.25"),
    "d": date(2026, 11, 2),
    "l": True,
    "i": -7,
    "b": 1.25,
    "y": Decimal("12.3456"),
    "t": datetime(2026, 11, 2, 8, 30, 15),  # noqa: DTZ001 - FoxPro times are local
    "m": "first line\r\nsecond",
    "g": b"",
    "p": b"",
    "v": " v ",
    "q": b"\0q ",
    "w": bytes(range(256)),
}
OTHER_ROW = ROW | {"c": "x", "n": Decimal("7.00"), "m": "", "v": "", "q": b"123456", "w": b"w", "l": False}


def fields_of(version: int) -> list[Field]:
    return [Field(kind, kind, WIDTHS.get(kind, 0), 2 * (kind in "NF")) for kind in sorted(TYPES[version])]


def values_of(version: int, row: dict[str, Value]) -> dict[str, Value]:
    return {kind.lower(): row[kind.lower()] for kind in sorted(TYPES[version])}


@pytest.mark.parametrize("version", TYPES)
def test_every_type_of_every_version_is_made_appended_changed_and_read(version: int, tmp_path: Path) -> None:
    path, row, other = tmp_path / "t.dbf", values_of(version, ROW), values_of(version, OTHER_ROW)
    create_table(path, fields_of(version), version=version, rows=[row])
    assert path.read_bytes()[0] == version
    with Table.open(path, writable=True) as table:
        assert [table.append(other), table.append(row), table.append({})] == [2, 3, 4]
        table.update(3, other)
        table.update(2, row)
    with Table.open(path) as table:
        assert [record.values for record in table.records()][:3] == [row, row, other]


@pytest.mark.parametrize("version", [FOX2, FOX2_MEMO, VFP, VFP_AUTOINCREMENT])
def test_another_reader_reads_every_type(version: int, tmp_path: Path) -> None:
    path, row = tmp_path / "t.dbf", values_of(version, ROW)
    create_table(path, fields_of(version), version=version, rows=[row])
    (found,) = dbfread.DBF(str(path), lowernames=True, encoding="cp1252")
    theirs = {"c": "  ÄB", "n": -12.5, "f": 0.25, "g": None, "p": None, "i": -7}
    assert {name: found[name] for name in row} == {**row, **{k: v for k, v in theirs.items() if k in row}}


def test_visual_foxpro_s_own_marks_of_binary_fields_are_set(tmp_path: Path) -> None:
    """Verified on tables that Visual FoxPro wrote: I B Y T Q W are marked, C N F D L M G V are not."""
    path = tmp_path / "t.dbf"
    create_table(path, fields_of(VFP_VARCHAR))
    with Table.open(path) as table:
        marked = {field.type for field in table.fields if field.flags & BINARY}
    assert marked == set("IBYTQW")


def test_blobs_and_texts_are_blocks_of_their_own_kind(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    fields = [Field("m", "M"), Field("mb", "M", flags=BINARY), Field("w", "W")]
    create_table(path, fields, rows=[{"m": "text", "mb": b"\0\xff", "w": b"\0\xff"}])
    memos = path.with_suffix(".fpt").read_bytes()
    kinds = [int.from_bytes(memos[at : at + 4], "big") for at in range(512, len(memos), 64)]
    assert kinds == [TEXT, TEXT, PICTURE]
    with Table.open(path, writable=True) as table:
        for wrong in ({"m": b"bytes"}, {"mb": "text"}, {"w": "text"}):
            with pytest.raises(FieldValueError, match="needs"):
                table.update(1, wrong)
    assert path.with_suffix(".fpt").read_bytes() == memos


@pytest.mark.parametrize(("kind", "what"), [("G", "an OLE object"), ("P", "a picture")])
def test_what_foxpro_alone_makes_is_kept_or_emptied(kind: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("g", kind), Field("m", "M")], rows=[{"m": "object"}, {}])
    memos = bytearray(path.with_suffix(".fpt").read_bytes())
    memos[512:516] = OBJECT.to_bytes(4, "big")
    path.with_suffix(".fpt").write_bytes(memos)
    with Table.open(path, writable=True) as table:
        table.storage.write_raw(1, b" " + table.raw(1)[5:] + bytes(4))
        assert table.read(1).values == {"g": b"object", "m": ""}
        table.update(1, {"g": b"object", "m": "x"})
        table.append({"g": b"", "m": "y"})
        with pytest.raises(FieldValueError, match=f"holds {what}, which only FoxPro makes"):
            table.update(1, {"g": b"other"})
        with pytest.raises(FieldValueError, match=what):
            table.append({"g": b"object"})
        table.update(1, {"g": None})
        assert table.read(1).values == {"g": b"", "m": "x"}


def test_a_table_numbers_its_rows_beside_nulls_and_variable_fields(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    fields = [Field("v", "V", 5, flags=NULLABLE), Field("id", "I", counter=Counter(10, 10))]
    create_table(path, fields, rows=[{"v": None}])
    with Table.open(path, writable=True) as table:
        assert table.storage.header.version == VFP_VARCHAR
        table.append({"v": "abcde"})
        assert [row.values for row in table.records()] == [{"v": None, "id": 10}, {"v": "abcde", "id": 20}]


def test_a_table_that_numbers_what_is_no_integer_is_read_only(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("n", "N", 8)], rows=[{"n": 5}])
    data = bytearray(path.read_bytes())
    data[32 + 18] |= 0x0C
    path.write_bytes(data)
    with Table.open(path, writable=True) as table:
        assert table.read(1)["n"] == 5
        with pytest.raises(ReadOnlyTableError, match=r"numbers fields that are no integers \(n\)"):
            table.append({})


def test_a_dbase_table_s_other_use_of_field_flags_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("c", "C", 3)], version=FOX2, rows=[{"c": "abc"}])
    data = bytearray(path.read_bytes())
    data[32 + 18 : 32 + 24] = b"\xff" * 6
    path.write_bytes(data)
    with Table.open(path, writable=True) as table:
        table.update(1, {"c": "x"})
        assert (table.read(1)["c"], table.fields[0].flags) == ("x", 0)


def test_a_header_that_counts_too_many_gives_what_is_there_and_then_an_error(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("c", "C", 3)], rows=[{"c": "abc"}] * 3)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, 4, 4_000_000_000)
    path.write_bytes(data)
    with Table.open(path, writable=True) as table:
        assert table.read(3)["c"] == "abc"
        with pytest.raises(TableFormatError, match="the file ends before record 4"):
            table.read(4)
        rows = table.records()
        assert [next(rows)["c"] for _ in range(3)] == ["abc"] * 3
        with pytest.raises(TableFormatError, match="the file ends before record 4"):
            next(rows)
        with pytest.raises((TableFormatError, ReadOnlyTableError)):
            table.append({})
    assert path.read_bytes() == bytes(data)


def test_a_table_never_grows_beyond_what_can_be_locked(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("c", "C", 254)] + [Field(f"c{n}", "C", 254) for n in range(250)])
    with Table.open(path) as table:
        header = table.storage.header
    count = (TABLE_FILE_MAX - header.length) // header.record_length
    with path.open("r+b") as file:
        file.truncate(header.offset_of(count + 1))
        file.seek(4)
        file.write(count.to_bytes(4, "little"))
    with Table.open(path, writable=True) as table:
        table.update(count, {"c": "last"})
        with pytest.raises(ReadOnlyTableError, match="larger than 1 GiB"):
            table.append({})
        assert table.record_count == count


def test_a_memo_file_never_grows_beyond_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("c", "C", 3), Field("m", "M")], rows=[{"c": "a", "m": "memo"}])
    memo = path.with_suffix(".fpt")
    data = (MEMO_FILE_MAX // 64 - 1).to_bytes(4, "big") + memo.read_bytes()[4:]
    memo.write_bytes(data)
    before = path.read_bytes()
    with Table.open(path, writable=True) as table:
        with pytest.raises(MemoError, match="full"):
            table.append({"c": "b", "m": "x" * 100})
        table.update(1, {"c": "b"})
        assert table.record_count == 1
    assert memo.read_bytes() == data
    assert path.read_bytes() == before.replace(b" a  ", b" b  ")


def test_a_record_is_as_long_as_foxpro_allows_and_no_longer(tmp_path: Path) -> None:
    fields = [Field(f"c{n}", "C", 254) for n in range(253)]
    longest = [*fields, Field("v", "V", 254)]
    create_table(tmp_path / "long.dbf", longest, rows=[{"c1": "x", "v": "y" * 254}])
    with Table.open(tmp_path / "long.dbf") as table:
        assert (table.read(1)["c1"], table.read(1)["v"]) == ("x", "y" * 254)
    for many in (
        [*longest, Field("w", "C", 1)],
        [Field(f"f{n}", "L") for n in range(256)],
    ):
        with pytest.raises(TableFormatError, match="1 to 255 fields"):
            create_table(tmp_path / "longer.dbf", many)
