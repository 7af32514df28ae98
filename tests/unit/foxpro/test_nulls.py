from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, Value, create_table
from counterfoil.foxpro.errors import FieldValueError, FieldWidthError, ReadOnlyTableError
from counterfoil.foxpro.records.fields import BINARY, NULLABLE, NoValue, placed
from counterfoil.foxpro.records.null_flags import NAME
from counterfoil.foxpro.records.record import RecordCodec

FIELDS = (
    Field("c", "C", 3, flags=NULLABLE),
    Field("v", "V", 5, flags=NULLABLE),
    Field("q", "Q", 4),
    Field("n", "N", 4, flags=NULLABLE),
    Field("d", "D", flags=NULLABLE),
    Field("m", "M", flags=NULLABLE),
    Field("k", "C", 2, flags=BINARY),
)
FULL: dict[str, Value] = {"c": "abc", "v": "abcde", "q": b"1234", "n": Decimal(7), "m": "memo", "k": b"kk"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.dbf"
    create_table(path, FIELDS, rows=[{}, FULL])
    return path


def test_fields_that_are_not_named_are_blank_and_not_null(path: Path) -> None:
    with Table.open(path) as table:
        assert (
            table.raw(1) == b" " + b"   " + b"    \0" + b"   \0" + b"    " + b" " * 8 + bytes(4) + b"  \x0a"
        )
        assert table.read(1).values == {
            "c": "", "v": "", "q": b"", "n": None, "d": None, "m": "", "k": b"  ",
        }  # fmt: skip


def test_none_is_null_and_leaves_the_field_blank(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.update(2, dict.fromkeys(("c", "v", "n", "d", "m")))
        assert (
            table.raw(2)
            == b" " + b"   " + b"    \0" + b"1234" + b"    " + b" " * 8 + bytes(4) + b"kk" + b"\x77"
        )
        assert table.read(2).values == {**dict.fromkeys(("c", "v", "n", "d", "m")), "q": b"1234", "k": b"kk"}
        table.update(2, {"v": "abcde", "n": NoValue.BLANK, "m": NoValue.BLANK})
        assert table.raw(2)[-1] == 0b0100001
        assert [table.codec.is_null(table.raw(2), name) for name in "cvndmk"] == [
            True, False, False, True, False, False,
        ]  # fmt: skip
        assert table.read(2)["m"] == ""


def test_a_value_ends_the_null(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        before = table.raw(2)
        table.update(2, {"c": None, "v": None, "n": None})
        table.update(2, {"c": "abc", "v": "abcde", "n": 7})
        assert table.raw(2) == before


def test_variable_values_keep_their_blanks_and_are_never_cut(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.update(2, {"v": " a ", "q": b"\0 "})
        assert (table.read(2)["v"], table.read(2)["q"]) == (" a ", b"\0 ")
        for values in ({"v": "abcdef"}, {"v": "abcd  "}, {"q": b"12345"}, {"k": b"123"}):
            with pytest.raises(FieldWidthError):
                table.update(2, values)
        for wrong in ({"q": "text"}, {"k": "text"}, {"v": b"bytes"}, {"m": b"bytes"}):
            with pytest.raises(FieldValueError, match="needs"):
                table.update(2, wrong)


def test_a_null_is_null_whatever_lies_beneath() -> None:
    codec = RecordCodec(
        "t", placed([Field("d", "D", flags=NULLABLE), Field(NAME, "0", 1, flags=5)]), "cp1252"
    )
    assert codec.decode(b" 2026garb\1", 1) == {"d": None}
    with pytest.raises(FieldValueError, match="record 1 holds"):
        codec.decode(b" 2026garb\0", 1)


def test_a_length_beyond_its_field_is_named() -> None:
    codec = RecordCodec("t", placed([Field("v", "V", 5), Field(NAME, "0", 1, flags=5)]), "cp1252")
    with pytest.raises(FieldValueError, match="a length of 5 in a field of 5"):
        codec.decode(b" abcd\5\1", 1)


def test_a_table_without_room_for_its_bits_is_read_only(path: Path) -> None:
    data = bytearray(path.read_bytes())
    first = 32 + 18
    assert data[first] == NULLABLE
    data[first - 18 + 32 * 6 + 18] |= NULLABLE  # The eighth bit still has room.
    data[first - 18 + 32 * 2 + 18] |= NULLABLE
    path.write_bytes(data)
    with Table.open(path, writable=True) as table:
        with pytest.raises(ReadOnlyTableError, match="_NullFlags is missing or too small"):
            table.append({})
        assert table.read(2)["c"] == "abc"
