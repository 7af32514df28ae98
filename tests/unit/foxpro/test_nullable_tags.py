from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.errors import KeyValueError
from counterfoil.foxpro.index.tag_header import CANDIDATE
from counterfoil.foxpro.index.tag_header import NULLABLE as MAY_BE_NULL
from counterfoil.foxpro.records.fields import NULLABLE, NoValue

FIELDS = (
    Field("city", "C", 8, flags=NULLABLE),
    Field("number", "N", 8, 2, flags=NULLABLE),
    Field("whole", "I", flags=NULLABLE),
    Field("money", "Y", flags=NULLABLE),
    Field("double", "B", flags=NULLABLE),
    Field("day", "D", flags=NULLABLE),
    Field("moment", "T", flags=NULLABLE),
    Field("truth", "L", flags=NULLABLE),
    Field("name", "C", 4),
)
TAGS = (
    *(TagSpec(field.name, field.name) for field in FIELDS[:-1]),
    TagSpec("mixed", "UPPER(city)+name"),
    TagSpec("never", "NVL(city,'-')+name"),
    TagSpec("cities", "name", filter="city='P'"),
)
LENGTHS = {"city": 9, "number": 9, "whole": 5, "money": 9, "double": 9, "day": 9, "moment": 9, "truth": 2}
ORDERED: dict[str, list[Value]] = {
    "city": [None, "", "Oslo", "PARIS", "Paris"],
    "number": [None, Decimal("-1.50"), Decimal(0), Decimal(2)],
    "whole": [None, -5, 0, 7],
    "money": [None, Decimal("-0.0001"), Decimal(0), Decimal(3)],
    "double": [None, -1e9, 0.0, 0.5],
    "day": [None, NoValue.BLANK, date(1899, 12, 30), date(2026, 1, 31)],
    "moment": [None, NoValue.BLANK, datetime(2000, 1, 1, 1), datetime(2000, 1, 1, 2)],  # noqa: DTZ001
    "truth": [None, False, True],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "nulls.dbf"
    rows: list[dict[str, Value]] = []
    for name, values in ORDERED.items():
        rows += [{name: value, "name": f"{name[0]}{place}"} for place, value in enumerate(reversed(values))]
    create_table(path, FIELDS, TAGS, rows=rows)
    return path


def test_a_tag_over_a_nullable_field_is_flagged_and_one_byte_longer(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        assert table.read_only_reason is None
        for name, length in LENGTHS.items():
            assert table.tags[name].key_length == length
            assert table.tags[name].header.options & MAY_BE_NULL
        assert table.tags["mixed"].header.options & MAY_BE_NULL
        assert not table.tags["never"].header.options & MAY_BE_NULL
        assert not table.tags["cities"].header.options & MAY_BE_NULL
    assert check_table(path) == []


@pytest.mark.parametrize("name", ORDERED)
def test_the_order_of_keys_is_that_of_values_and_null_comes_first(path: Path, name: str) -> None:
    with Table.open(path) as table:
        rows = [table.read(recno) for recno in table.scan(name)]
        own = [
            row[name] for row in rows if str(row["name"]).startswith(name[0]) and row.recno in own_of(name)
        ]
    assert own == [None if value is NoValue.BLANK else value for value in ORDERED[name]]


def own_of(name: str) -> range:
    """The numbers of the rows that were made for a field."""
    before = [len(values) for other, values in ORDERED.items()][: list(ORDERED).index(name)]
    return range(sum(before) + 1, sum(before) + len(ORDERED[name]) + 1)


def test_a_null_is_all_zeros_and_every_other_key_is_marked(path: Path) -> None:
    with Table.open(path) as table:
        keys = [key for key, _ in table.tags["city"].scan()]
    assert keys[0] == bytes(9)
    assert all(key[:1] == b"\x80" for key in keys[1:])
    assert keys[-1] == b"\x80Paris   "


def test_nulls_are_found_put_and_taken_away(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        first = table.seek("city", None)
        assert first is not None
        recno = table.append({"city": None, "name": "new", "whole": None})
        assert set(table.scan("city", None)) == {first, recno}
        assert set(table.scan("whole", None)) >= {recno}
        table.update(recno, {"city": "Pisa"})
        assert list(table.scan("city", None)) == [first]
        assert list(table.scan("city", "Pi")) == [recno]
        assert list(table.scan("mixed", "PISA", "new")) == [recno]
        assert recno in table.scan("cities")
        table.update(recno, {"city": None})
        assert table.seek("mixed", None) is not None
        assert recno not in table.scan("cities")
        assert list(table.scan("never", "-new")) == [recno]
    assert check_table(path) == []


def test_a_value_is_sought_behind_the_mark(path: Path) -> None:
    with Table.open(path) as table:
        assert table.seek("day", date(2026, 1, 31)) in own_of("day")
        assert table.seek("whole", 7) in own_of("whole")
        assert table.seek("money", Decimal(3)) in own_of("money")
        assert table.seek("city", "Rome") is None
        blank = table.seek("day", NoValue.BLANK)
        assert blank is not None
        assert blank != table.seek("day", None)
        assert table.seek("city", NoValue.BLANK) != table.seek("city", None)


def test_a_candidate_key_is_never_null_and_has_no_room_for_it(tmp_path: Path) -> None:
    """CodeBase's source says so, and FoxPro's error 1886 that such a NULL is refused."""
    path = tmp_path / "one.dbf"
    create_table(path, FIELDS, [TagSpec("city", "city", candidate=True)], rows=[{"city": "Rome"}])
    with Table.open(path, writable=True) as table:
        assert table.tags["city"].key_length == 8
        assert not table.tags["city"].header.options & MAY_BE_NULL
        with pytest.raises(KeyValueError, match="the tag has no room for that"):
            table.append({"city": None})
        with pytest.raises(KeyValueError, match="the tag has no room for that"):
            table.update(1, {"city": None})
        assert table.record_count == 1
    assert check_table(path) == []
    with pytest.raises(KeyValueError, match="the tag has no room for that"):
        create_table(
            tmp_path / "two.dbf", FIELDS, [TagSpec("city", "city", candidate=True)], rows=[{"city": None}]
        )


def test_a_tag_without_room_for_null_takes_all_rows_but_those(tmp_path: Path) -> None:
    """Such a header is plain: keys of the field's width without mark (inferred from FoxPro's error 1886)."""
    path = tmp_path / "plain.dbf"
    create_table(path, [Field("city", "C", 8)], [TagSpec("city", "city")], rows=[{"city": "Rome"}])
    plain = (tmp_path / "plain.cdx").read_bytes()
    create_table(tmp_path / "t.dbf", FIELDS, rows=[{"city": "Rome"}])
    header = bytearray((tmp_path / "t.dbf").read_bytes())
    header[28] |= 1
    (tmp_path / "t.dbf").write_bytes(header)
    (tmp_path / "t.cdx").write_bytes(plain)
    with Table.open(tmp_path / "t.dbf", writable=True) as table:
        assert table.seek("city", "Rome") == 1
        assert table.append({"city": "Oslo"}) == 2
        with pytest.raises(KeyValueError, match="the tag has no room for that"):
            table.append({"city": None})
        assert table.seek("city", None) is None
    assert check_table(tmp_path / "t.dbf") == []


def test_a_candidate_tag_that_is_flagged_as_nullable_takes_no_null_either(tmp_path: Path) -> None:
    path = tmp_path / "both.dbf"
    create_table(path, FIELDS, [TagSpec("city", "city")], rows=[{"city": "Rome"}])
    with Table.open(path) as table:
        at = table.tags["city"].header_offset + 14
    index = bytearray(path.with_suffix(".cdx").read_bytes())
    index[at] |= CANDIDATE
    path.with_suffix(".cdx").write_bytes(index)
    with Table.open(path, writable=True) as table:
        assert table.append({"city": "Oslo"}) == 2
        with pytest.raises(KeyValueError, match="no candidate key may be"):
            table.append({"city": None})
    assert check_table(path) == []
