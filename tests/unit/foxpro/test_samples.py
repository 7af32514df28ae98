from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import dbfread
import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.containers.membership import read_container
from counterfoil.foxpro.errors import CodePageError, TableFormatError

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "vfp-infused"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"REAL FOXPRO TABLES NOT READ: {SAMPLES} is absent"
)


def test_a_visual_foxpro_table_with_memos() -> None:
    with Table.open(SAMPLES / "dbase_30.dbf") as table:
        rows = list(table.records())
        assert (len(rows), table.fields[0].name, len(table.fields)) == (34, "accessno", 145)
        assert rows[0]["accessno"] == "1999.1"
        assert rows[0]["classes"] == "Domestic Life\r\nWeddings\r\n"
        assert rows[0]["acqvalue"] is None
        assert rows[0]["insvalue"] == Decimal("1000000.00")
        assert rows[0]["catdate"] == date(1999, 3, 5)


def test_a_foxpro_2_table_points_at_memos_in_digits() -> None:
    with Table.open(SAMPLES / "dbase_f5.dbf", code_page="cp850") as table:
        rows = list(table.records(deleted=True))
        assert len(rows) == 975
        memos = [str(row["obse"]) for row in rows if row["obse"]]
        assert len(memos) == 211
        assert memos[0].startswith("El meu pare")


def test_currency_integer_autoincrement_and_nullable_fields() -> None:
    with Table.open(SAMPLES / "dbase_31.dbf") as table:
        first = table.read(1)
        assert first["productid"] == 1
        assert first["productnam"] == "Chai"
        assert first["unitprice"] == Decimal("18.0000")
        assert first["discontinu"] is False


def test_a_variable_text_ends_where_it_says() -> None:
    with Table.open(SAMPLES / "dbase_32.dbf") as table:
        assert table.read(1).values == {"name": b"Bad Meets Evil"}


def test_date_times_read_as_whole_seconds() -> None:
    with Table.open(SAMPLES / "foxprodb" / "calls.dbf") as table:
        rows = list(table.records())
        assert len(rows) == 16
        assert rows[0]["call_date"] == datetime(1994, 11, 21, 13, 35, 39)  # noqa: DTZ001 - FoxPro times are local
        assert all(
            not isinstance(row["call_date"], datetime) or not row["call_date"].microsecond for row in rows
        )
        assert str(rows[0]["notes"])


def test_a_container_is_a_table_with_companions_of_its_own() -> None:
    with Table.open(SAMPLES / "foxprodb" / "foxpro-db-test.dbc") as table:
        names = {str(row["objectname"]) for row in table.records() if row["objecttype"] == "Table"}
    assert {"calls", "contacts", "setup", "types"} <= names


def test_a_polish_table_is_read_in_a_code_page_that_comes_near() -> None:
    with Table.open(SAMPLES / "mazovia.dbf", code_page="cp437") as table:
        assert next(table.records())["a2"] == "English"


def test_another_code_page() -> None:
    with Table.open(SAMPLES / "cp1251.dbf") as table:
        assert table.read(1)["name"] == "амбулаторно-поликлиническое"


@pytest.mark.parametrize(
    ("name", "what"), [("mazovia.dbf", "620 .Polish, Mazovia.*0x69"), ("dbase_03_cyrillic.dbf", "mark 0xF0")]
)
def test_an_unknown_code_page_is_named(name: str, what: str) -> None:
    with pytest.raises(CodePageError, match=what):
        Table.open(SAMPLES / name)


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("dbase_02.dbf", "FoxBASE or dBASE II"),
        ("dbase_83.dbf", r"dBASE III or FoxBASE\+ with memos"),
        ("dbase_8b.dbf", "dBASE IV with memos"),
        ("dbase_8c.dbf", "dBASE 7 with memos"),
    ],
)
def test_tables_of_other_programs_are_refused_by_name(name: str, program: str) -> None:
    with pytest.raises(TableFormatError, match=rf"no FoxPro table but one of {program} \(.*COPY"):
        Table.open(SAMPLES / name)


@pytest.mark.parametrize(
    ("name", "code_page"),
    [
        ("dbase_03.dbf", "cp1252"),
        ("dbase_03_cyrillic.dbf", "cp1251"),
        ("dbase_30.dbf", "cp1252"),
        ("dbase_31.dbf", "cp1252"),
        ("dbase_f5.dbf", "cp850"),
        ("cp1251.dbf", "cp1251"),
        ("polygon.dbf", "cp1252"),
        ("foxprodb/calls.dbf", "cp1252"),
        ("foxprodb/contacts.dbf", "cp1252"),
        ("foxprodb/setup.dbf", "cp1252"),
        ("foxprodb/types.dbf", "cp1252"),
    ],
)
def test_an_independent_reader_agrees(name: str, code_page: str) -> None:
    """One sample has two fields of one name (point_id), which the other reader merges.

    It knows no lengths of variable fields (dbase_32) and no rows whose flag is a zero byte (mazovia).
    """
    other = dbfread.DBF(
        str(SAMPLES / name), lowernames=True, encoding=code_page, char_decode_errors="replace"
    )
    with Table.open(SAMPLES / name, code_page=code_page) as table:
        pairs = zip(table.storage.header.fields, other.field_names, strict=True)
        names = {field.name: theirs for field, theirs in pairs if theirs != "point_id" and field.type != "0"}
        for row, theirs in zip(table.records(), other, strict=True):
            for ours, its in names.items():
                assert plain(row[ours]) == plain(theirs[its]), ours


def plain(value: object) -> object:
    """What both readers mean: nothing is nothing, a number is a double, a time has no noise."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, str):
        value = value.rstrip()
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        value = float(value)
    if isinstance(value, datetime):
        value = (value + timedelta(milliseconds=1)).replace(microsecond=0)
    return value or None


INDEXED = {"calls.dbf": 2, "contacts.dbf": 2, "setup.dbf": 1, "types.dbf": 1, "foxpro-db-test.dbc": 2}


@pytest.mark.parametrize("name", INDEXED)
def test_every_tag_equals_its_expression_key_by_key(name: str) -> None:
    path = SAMPLES / "foxprodb" / name
    with Table.open(path) as table:
        assert [tag.refusal for tag in table.tags.values()] == [""] * INDEXED[name]
        rows = list(table.storage.raws())
        for tag in table.tags.values():
            keys = ((tag.key_of(recno, raw), recno) for recno, raw in rows)
            assert list(tag.scan()) == sorted((key, recno) for key, recno in keys if key is not None)
    assert check_table(path) == []


def test_every_index_among_the_samples_is_compared() -> None:
    indexes = [path for path in SAMPLES.rglob("*") if path.suffix.lower() in {".cdx", ".dcx", ".idx"}]
    assert len(indexes) == len(INDEXED)


def test_reading_changes_no_byte_of_a_sample(tmp_path: Path) -> None:
    folder = tmp_path / "foxprodb"
    shutil.copytree(SAMPLES / "foxprodb", folder)

    def state() -> dict[str, tuple[bytes, int]]:
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}

    before = state()
    for name in INDEXED:
        for writable in (False, True):
            with Table.open(folder / name, writable=writable) as table:
                assert list(table.records(deleted=True))
                assert all(list(table.find(tag)) for tag in table.tags)
        assert check_table(folder / name) == []
    assert state() == before


def test_a_real_container_says_what_foxpro_does() -> None:
    container = read_container(SAMPLES / "foxprodb" / "FOXPRO-DB-TEST.DBC")
    assert [table.name for table in container.tables] == ["types", "setup", "contacts", "calls"]
    duties = {table.name: list(table.duties()) for table in container.tables}
    assert duties["setup"] == []
    assert duties["calls"] == ["the default newid() of call_id"]
    assert container.tables[0].primary_key == "type_id"
    relation = container.tables[3].relations[0]
    assert (relation.child, relation.parent, relation.integrity) == ("calls", "contacts", "")
    assert (container.views, container.has_procedures) == ((), True)


def test_long_names_come_from_the_container() -> None:
    with Table.open(SAMPLES / "foxprodb" / "types.dbf") as table:
        assert [field.name for field in table.fields] == ["contact_type_id", "contact_type"]
