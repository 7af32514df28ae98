"""Copies of real FoxPro tables are written to; what was not asked for stays as it was, byte for byte."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import dbfread
import pytest

from counterfoil.foxpro import Table, Value
from counterfoil.foxpro.errors import FieldValueError, ReadOnlyTableError
from counterfoil.foxpro.records.header import BACKLINK_LENGTH, FLAGS_OFFSET, HAS_CDX
from counterfoil.foxpro.records.versions import VFP_VERSIONS
from tests.unit.foxpro.test_samples import SAMPLES

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"REAL FOXPRO TABLES NOT WRITTEN TO: {SAMPLES} is absent"
)

CODE_PAGES = {"dbase_03_cyrillic.dbf": "cp1251", "dbase_f5.dbf": "cp850", "mazovia.dbf": "cp852"}
NAMES = [f"dbase_{name}.dbf" for name in ("03", "03_cyrillic", "30", "31", "32", "f5")]
OTHER_NAMES = ["cp1251.dbf", "mazovia.dbf", *(f"foxprodb/{n}.dbf" for n in ("calls", "contacts", "setup"))]
DATE_AND_COUNT = slice(1, 8)


def copied(name: str, folder: Path) -> Path:
    """The sample without its database; it also says no more that it has an index, which was not kept."""
    path = folder / name
    shutil.copy(SAMPLES / name, path)
    memo = (SAMPLES / name).with_suffix(".fpt")
    if memo.exists():
        shutil.copy(memo, path.with_suffix(".fpt"))
    data = bytearray(path.read_bytes())
    data[FLAGS_OFFSET] &= ~HAS_CDX
    end = int.from_bytes(data[8:10], "little")
    if data[0] in VFP_VERSIONS:
        data[end - BACKLINK_LENGTH : end] = bytes(BACKLINK_LENGTH)
    path.write_bytes(data)
    return path


def opened(path: Path) -> Table:
    return Table.open(path, writable=True, code_page=CODE_PAGES.get(path.name))


def writable(table: Table, values: dict[str, Value]) -> dict[str, Value]:
    """The values that a caller may give: not the numbers that the table draws."""
    return {name: value for name, value in values.items() if not table.codec.field(name)[0].is_autoincrement}


@pytest.mark.parametrize(
    "name",
    [
        *NAMES,
        "cp1251.dbf",
        "mazovia.dbf",
        *[f"foxprodb/{n}.dbf" for n in ("calls", "contacts", "setup", "types")],
    ],
)
def test_what_is_read_is_written_back_as_it_was(name: str) -> None:
    """But for times a millisecond off, which become whole seconds."""
    with Table.open(SAMPLES / name, code_page=CODE_PAGES.get(name)) as table:
        for recno, raw in table.storage.raws():
            values = writable(table, table.codec.decode(raw, recno))
            values = {name: value for name, value in values.items() if not isinstance(value, datetime)}
            assert table.codec.encode(values, raw) == raw


@pytest.mark.parametrize("name", NAMES)
def test_an_append_adds_a_row_and_changes_nothing_else(name: str, tmp_path: Path) -> None:
    path = copied(name, tmp_path)
    before = path.read_bytes()
    with opened(path) as table:
        header, count = table.storage.header, table.record_count
        row = table.read(1)
        recno = table.append(writable(table, row.values))
        assert recno == count + 1
        again = table.read(recno)
        drawn = {field.name for field in table.codec.counters}
        assert {n: v for n, v in again.values.items() if n not in drawn} == writable(table, row.values)
    after, end = path.read_bytes(), header.offset_of(count + 1)
    assert after[header.length : end] == before[header.length : end]
    assert after[end + header.record_length :] == b"\x1a"
    changed = bytearray(before[: header.length])
    changed[DATE_AND_COUNT] = before[1:4] + (count + 1).to_bytes(4, "little")
    if name == "dbase_31.dbf":
        assert again["productid"] == 78
        changed[32 + 19] += 1
    assert after[: header.length] == bytes(changed)


@pytest.mark.parametrize("name", NAMES)
def test_an_update_changes_its_field_and_no_other_byte(name: str, tmp_path: Path) -> None:
    path = copied(name, tmp_path)
    memo = path.with_suffix(".fpt")
    before, memos = path.read_bytes(), memo.read_bytes() if memo.exists() else b""
    with opened(path) as table:
        field = next(one for one in table.fields if one.type in "CV" and one.width > 2)
        value: Value = b"xy" if field.is_bytes else "xy"
        table.update(table.record_count, {field.name: value})
        start = table.storage.header.offset_of(table.record_count)
        table.update(1, {})
    after = path.read_bytes()
    inside = slice(start + field.offset, start + field.end)
    assert after[inside].startswith(b"xy ")
    assert after[: inside.start] + before[inside] + after[inside.stop :] == before
    assert (memo.read_bytes() if memo.exists() else b"") == memos


def test_a_memo_of_a_real_table_is_replaced_by_a_new_block(tmp_path: Path) -> None:
    path = copied("dbase_30.dbf", tmp_path)
    memos = path.with_suffix(".fpt").read_bytes()
    with opened(path) as table:
        table.update(1, {"classes": "éclair"})
    after = path.with_suffix(".fpt").read_bytes()
    assert after[4 : len(memos)] == memos[4:]
    assert after[len(memos) :] == b"\0\0\0\1\0\0\0\6\xe9clair".ljust(64, b"\0")
    other = dbfread.DBF(str(path), lowernames=True, encoding="cp1252")
    assert next(iter(other))["classes"] == "éclair"


def test_another_reader_finds_nulls_and_drawn_numbers_in_a_real_table(tmp_path: Path) -> None:
    path = copied("dbase_31.dbf", tmp_path)
    with opened(path) as table:
        table.append({"productnam": "new", "quantitype": None, "unitprice": None})
        table.update(1, {"quantitype": None, "unitsinsto": None})
        with pytest.raises(FieldValueError, match="numbered by the table"):
            table.append({"productid": 5})
    rows = list(dbfread.DBF(str(path), lowernames=True, encoding="cp1252", raw=True))
    assert (rows[-1]["productid"], rows[-1]["_nullflags"]) == ((78).to_bytes(4, "little"), bytes([0b1100]))
    assert (rows[0]["quantitype"], rows[0]["_nullflags"]) == (b" " * 20, bytes([0b10100]))


def test_a_table_whose_bits_have_no_place_is_read_and_not_written(tmp_path: Path) -> None:
    path = copied("mazovia.dbf", tmp_path)
    before = path.read_bytes()
    with opened(path) as table:
        assert table.read(1)["a2"] == "English"
        with pytest.raises(ReadOnlyTableError, match="_NullFlags is missing"):
            table.update(1, {"a2": "Polish"})
    assert path.read_bytes() == before
