from __future__ import annotations

import struct
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from counterfoil.foxpro.errors import FieldError, FieldMissingError, FieldValueError, FieldWidthError
from counterfoil.foxpro.records.fields import Field, NoValue, Value, placed
from counterfoil.foxpro.records.record import RecordCodec


def codec(*fields: Field, code_page: str = "cp1252") -> RecordCodec:
    return RecordCodec("arcash", placed(fields), code_page)


def written(field: Field, value: Value) -> bytes:
    return codec(field).encode({field.name: value})[1:]


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        (Field("f", "C", 6), "  AB", b"  AB  "),
        (Field("f", "C", 4), "é€", b"\xe9\x80  "),
        (Field("f", "N", 10, 2), Decimal("-12.3"), b"    -12.30"),
        (Field("f", "N", 10, 2), Decimal("1E+2"), b"    100.00"),
        (Field("f", "N", 3, 2), Decimal("0.5"), b".50"),
        (Field("f", "N", 3, 2), Decimal(0), b".00"),
        (Field("f", "N", 4, 2), Decimal("-0.5"), b"-.50"),
        (Field("f", "N", 5), 42, b"   42"),
        (Field("f", "F", 8, 3), Decimal(0), b"   0.000"),
        (Field("f", "D"), date(2026, 2, 28), b"20260228"),
        (Field("f", "L"), True, b"T"),
        (Field("f", "L"), False, b"F"),
        (Field("f", "I"), -2, b"\xfe\xff\xff\xff"),
        (Field("f", "B"), -1.5, b"\0\0\0\0\0\0\xf8\xbf"),
        (Field("f", "Y"), Decimal("-0.0001"), b"\xff" * 8),
        (Field("f", "T"), datetime(2022, 10, 9, 13, 35, 39), b"\xd6\x88\x25\x00\xf8\xbf\xea\x02"),  # noqa: DTZ001 - FoxPro times are local
        (Field("f", "M", 4), 7, b"\7\0\0\0"),
        (Field("f", "M", 10), 52, b"        52"),
    ],
)
def test_values_round_trip_through_their_bytes(field: Field, value: Value, stored: bytes) -> None:
    row = codec(field)
    raw = row.encode({"f": value})
    assert raw == b" " + stored
    assert row.decode(raw, 1)["f"] == value


@pytest.mark.parametrize("kind", ["C", "N", "F", "D", "L"])
def test_a_blank_field_reads_as_nothing(kind: str) -> None:
    field = Field("f", kind, 0 if kind in "DL" else 8)
    row = codec(field)
    assert row.decode(row.blank, 1)["f"] == ("" if kind == "C" else None)
    assert row.encode({"f": None}) == row.blank


@pytest.mark.parametrize(("kind", "empty"), [("I", 0), ("B", 0.0), ("Y", Decimal(0)), ("T", None)])
def test_binary_fields_are_blank_as_zeros(kind: str, empty: Value) -> None:
    row = codec(Field("f", kind))
    assert row.decode(row.blank, 1)["f"] == empty
    assert row.encode({"f": None}) == row.blank


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field("f", "C", 3), "abcd"),
        (Field("f", "C", 3), "  ab"),
        (Field("f", "N", 5, 2), Decimal("100.00")),
        (Field("f", "N", 5, 2), Decimal("-10.00")),
        (Field("f", "N", 3), 1000),
        (Field("f", "I"), 1 << 31),
        (Field("f", "Y"), Decimal("922337203685477.5808")),
    ],
)
def test_what_is_too_wide_is_refused_and_never_cut(field: Field, value: Value) -> None:
    with pytest.raises(FieldWidthError) as caught:
        written(field, value)
    assert (caught.value.table, caught.value.field, caught.value.width) == ("arcash", "f", field.width)


def test_blanks_at_the_end_of_a_text_do_not_count() -> None:
    assert written(Field("f", "C", 3), "ab    ") == b"ab "


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field("f", "C", 9), 5),
        (Field("f", "C", 9), "\u4e2d"),
        (Field("f", "C", 9), "a\0b"),
        (Field("f", "N", 9, 2), Decimal("0.005")),
        (Field("f", "N", 9, 2), Decimal("NaN")),
        (Field("f", "N", 9, 2), 0.5),
        (Field("f", "N", 9, 2), True),
        (Field("f", "N", 9, 2), "5"),
        (Field("f", "D"), datetime(2026, 1, 1)),  # noqa: DTZ001 - FoxPro times are local
        (Field("f", "D"), "20260101"),
        (Field("f", "L"), 1),
        (Field("f", "I"), Decimal("1.5")),
        (Field("f", "I"), True),
        (Field("f", "I"), Decimal("NaN")),
        (Field("f", "Y"), Decimal("NaN")),
        (Field("f", "B"), float("inf")),
        (Field("f", "Y"), Decimal("0.00001")),
        (Field("f", "T"), datetime(2026, 1, 1, tzinfo=UTC)),
        (Field("f", "T"), date(2026, 1, 1)),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(field: Field, value: Value) -> None:
    with pytest.raises(FieldValueError, match=r"arcash\.f"):
        written(field, value)


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(FieldMissingError) as caught:
        codec(Field("a", "L")).encode({"b": True})
    assert caught.value.field == "b"


@pytest.mark.parametrize(
    ("field", "stored"),
    [
        (Field("f", "N", 5), b"1,5  "),
        (Field("f", "N", 5), b"1_500"),
        (Field("f", "N", 5), b"12***"),
        (Field("f", "N", 5), b"  NaN"),
        (Field("f", "D"), b"20261399"),
        (Field("f", "D"), b"2026 1 1"),
        (Field("f", "L"), b"X"),
        (Field("f", "T"), b"\xff\xff\xff\x7f\0\0\0\0"),
        (Field("f", "T"), b"\xd6\x88\x25\0\0\x5c\x26\x05"),
        (Field("f", "T"), b"\0\0\0\0\x01\0\0\0"),
        (Field("f", "M", 10), b"      -7  "),
    ],
)
def test_bytes_that_are_no_value_name_field_and_record(field: Field, stored: bytes) -> None:
    with pytest.raises(FieldError, match=r"arcash\.f: record 7 holds") as caught:
        codec(field).decode(b" " + stored, 7)
    assert caught.value.field == "f"


def test_other_fields_keep_their_bytes() -> None:
    row = codec(Field("a", "N", 6, 2), Field("b", "C", 3))
    assert row.encode({"b": "x"}, b" 123456yyy") == b" 123456x  "


def test_a_time_that_is_a_millisecond_off_reads_as_whole_seconds() -> None:
    row = codec(Field("f", "T"))
    early = row.decode(b" \xd6\x88\x25\x00\xf7\xbf\xea\x02", 1)["f"]
    assert early == datetime(2022, 10, 9, 13, 35, 39)  # noqa: DTZ001 - FoxPro times are local


@pytest.mark.parametrize(
    ("field", "stored"),
    [
        (Field("f", "N", 5), b"*****"),
        (Field("f", "F", 6, 2), b"   ***"),
        (Field("f", "B"), struct.pack("<d", float("nan"))),
        (Field("f", "B"), struct.pack("<d", float("-inf"))),
    ],
)
def test_a_number_that_overflowed_is_no_number_and_spoils_no_other_field(field: Field, stored: bytes) -> None:
    row = codec(field, Field("other", "C", 2))
    values = row.decode(b" " + stored + b"ok", 1)
    assert values == {"f": NoValue.OVERFLOW, "other": "ok"}
    assert row.encode({"other": "no"}, b" " + stored + b"ok") == b" " + stored + b"no"
    with pytest.raises(FieldValueError, match="needs"):
        row.encode(values)
    with pytest.raises((ArithmeticError, ValueError)):
        Decimal(str(values["f"]))


def test_null_and_length_bits_are_read_in_field_order() -> None:
    fields = (
        Field("a", "V", 5, flags=2),
        Field("b", "I", flags=2),
        Field("c", "Q", 4),
        Field("_nullflags", "0", 1, flags=5),
    )
    row = codec(*fields)
    assert row.decode(b" ab  \2" + b"\1\0\0\0" + b"\1\2 \2" + bytes([0b1001]), 1) == {
        "a": "ab",
        "b": 1,
        "c": b"\1\2",
    }
    assert row.decode(b" abcde" + b"\1\0\0\0" + b"\1\2\3\4" + bytes([0b0110]), 1) == {
        "a": None,
        "b": None,
        "c": b"\1\2\3\4",
    }
