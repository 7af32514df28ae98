from __future__ import annotations

from datetime import date

import pytest

from counterfoil.foxpro.errors import FieldValueError, FieldWidthError, TableFormatError
from counterfoil.foxpro.records.fields import AUTOINCREMENT, BINARY, NULLABLE, SYSTEM, Counter, Field
from counterfoil.foxpro.records.header import build_header, new_header, parse_header
from counterfoil.foxpro.records.versions import FOX2, FOX2_MEMO, VFP, VFP_AUTOINCREMENT, VFP_VARCHAR

FIELDS = (Field("CustNo", "c", 6), Field("amount", "N", 12, 2), Field("paid", "D"), Field("notes", "M"))


def test_a_header_round_trips_and_places_its_fields() -> None:
    header = new_header("t", VFP, FIELDS, 0x03, date(2026, 11, 2))
    assert parse_header(build_header(header), "t") == header
    assert [(field.name, field.offset, field.width) for field in header.fields] == [
        ("custno", 1, 6),
        ("amount", 7, 12),
        ("paid", 19, 8),
        ("notes", 27, 4),
    ]
    assert (header.record_length, header.length) == (31, 32 + 4 * 32 + 1 + 263)
    assert header.has_memo


def test_the_memo_of_an_old_table_is_ten_digits_wide() -> None:
    header = new_header("t", FOX2_MEMO, FIELDS, 0x03, None)
    assert header.fields[-1].width == 10
    assert build_header(header)[0] == 0xF5
    assert header.length == 32 + 4 * 32 + 1


@pytest.mark.parametrize(
    ("version", "field", "error"),
    [
        (FOX2, Field("n", "M"), FieldValueError),
        (FOX2, Field("n", "I"), FieldValueError),
        (VFP, Field("n", "V", 10), FieldValueError),
        (VFP, Field("n", "W"), FieldValueError),
        (VFP, Field("n", "I", counter=Counter()), FieldValueError),
        (VFP_VARCHAR, Field("n", "I", flags=NULLABLE, counter=Counter()), FieldValueError),
        (VFP_VARCHAR, Field("n", "I", flags=AUTOINCREMENT), FieldValueError),
        (VFP_VARCHAR, Field("n", "I", counter=Counter(1, 0)), FieldValueError),
        (VFP_VARCHAR, Field("n", "I", counter=Counter(1, 256)), FieldValueError),
        (VFP_VARCHAR, Field("n", "I", counter=Counter(1 << 31)), FieldValueError),
        (VFP_VARCHAR, Field("n", "N", 8, counter=Counter()), FieldValueError),
        (VFP_VARCHAR, Field("n", "V", 255), FieldValueError),
        (VFP_VARCHAR, Field("n", "0", 1), FieldValueError),
        (VFP_VARCHAR, Field("n", "C", 1, flags=SYSTEM), FieldValueError),
        (FOX2, Field("n", "C", 9, flags=NULLABLE), FieldValueError),
        (FOX2_MEMO, Field("n", "M", flags=BINARY), FieldValueError),
        (VFP, Field("n", "C", 255), FieldValueError),
        (VFP, Field("n", "C", 0), FieldValueError),
        (VFP, Field("n", "I", 8), FieldValueError),
        (VFP, Field("n", "N", 4, 4), FieldValueError),
        (VFP, Field("abcdefghijk", "L"), FieldWidthError),
    ],
)
def test_a_field_that_the_version_cannot_hold_is_refused(
    version: int, field: Field, error: type[Exception]
) -> None:
    with pytest.raises(error):
        new_header("t", version, [field], 0x03, None)


@pytest.mark.parametrize(
    ("field", "version"),
    [
        (Field("n", "I", flags=NULLABLE), VFP),
        (Field("n", "I", counter=Counter()), VFP_AUTOINCREMENT),
        (Field("n", "V", 5), VFP_VARCHAR),
        (Field("n", "W"), VFP_VARCHAR),
    ],
)
def test_a_new_table_is_of_the_oldest_version_that_has_its_types(field: Field, version: int) -> None:
    assert new_header("t", None, [field], 0x03, None).version == version


def test_the_bits_of_nullable_and_variable_fields_get_a_hidden_field() -> None:
    fields = [Field("c", "C", 3, flags=NULLABLE), *(Field(f"v{n}", "V", 9, flags=NULLABLE) for n in range(4))]
    header = new_header("t", None, fields, 0x03, None)
    hidden = header.fields[-1]
    assert (hidden.type, hidden.width, hidden.flags, hidden.is_hidden) == ("0", 2, 5, True)
    assert b"_NullFlags\0" in build_header(header)
    assert parse_header(build_header(header), "t") == header


def test_counters_are_read_and_are_no_part_of_what_a_field_is() -> None:
    header = new_header("t", None, [Field("id", "I", counter=Counter(100, 5))], 0x03, None)
    (field,) = parse_header(build_header(header), "t").fields
    assert field.counter == Counter(100, 5)
    assert field.flags == AUTOINCREMENT | BINARY
    assert field == Field("id", "I", offset=1, counter=Counter(1, 1))


def test_an_encrypted_table_and_impossible_widths_are_named() -> None:
    good = build_header(new_header("t", VFP, [Field("d", "D")], 0x03, None))
    with pytest.raises(TableFormatError, match="encrypted"):
        parse_header(good[:15] + b"\1" + good[16:], "t")
    with pytest.raises(TableFormatError, match="'d' of type D cannot be 9 bytes wide"):
        parse_header(good[:48] + b"\x09" + good[49:], "t")
    with pytest.raises(TableFormatError, match="0x5A names no known program"):
        parse_header(b"Z" + good[1:], "t")


def test_two_fields_of_one_name_are_refused() -> None:
    with pytest.raises(TableFormatError, match="same name"):
        new_header("t", VFP, [Field("a", "L"), Field("A", "L")], 0x03, None)


def test_garbage_and_wrong_lengths_are_named() -> None:
    good = bytearray(build_header(new_header("t", VFP, FIELDS, 0x03, None)))
    for data in (b"", b"hello world, this is not a table....", bytes(good[:100])):
        with pytest.raises(TableFormatError):
            parse_header(data, "t")
    good[10] += 1
    with pytest.raises(TableFormatError, match="the fields take"):
        parse_header(bytes(good), "t")
