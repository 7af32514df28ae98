"""Every type comes back from its bytes, null or not, and no field's bits disturb another's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.foxpro.errors import FieldValueError
from counterfoil.foxpro.records.fields import BINARY, NULLABLE, Field, NoValue, Value, placed
from counterfoil.foxpro.records.null_flags import null_flags_field
from counterfoil.foxpro.records.record import RecordCodec
from tests.property.test_foxpro_records import CHARACTERS, CODE_PAGE, scaled

VALUES: dict[Field, st.SearchStrategy[Value]] = {
    Field("c", "C", 12): st.text(CHARACTERS, max_size=12).map(lambda text: text.rstrip(" ")),
    Field("cb", "C", 5, flags=BINARY): st.binary(min_size=5, max_size=5),
    Field("v", "V", 9): st.text(CHARACTERS, max_size=9),
    Field("vb", "V", 3, flags=BINARY): st.binary(max_size=3),
    Field("q", "Q", 254): st.binary(max_size=254),
    Field("q1", "Q", 1): st.binary(max_size=1),
    Field("n", "N", 12, 2): scaled(11, 2),
    Field("f", "F", 9, 3): scaled(8, 3),
    Field("i", "I"): st.integers(-(1 << 31), (1 << 31) - 1),
    Field("y", "Y"): st.integers(-(1 << 63), (1 << 63) - 1).map(lambda units: Decimal(units).scaleb(-4)),
    Field("b", "B"): st.floats(allow_nan=False, allow_infinity=False),
    Field("l", "L"): st.booleans(),
    Field("d", "D"): st.dates(min_value=date(1, 1, 1)),
    Field("t", "T"): st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    Field("m", "M", 4): st.integers(0, (1 << 32) - 1),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[RecordCodec, dict[str, st.SearchStrategy[Value]]]:
    """A table of some of the fields in any order, some of them nullable, and what each can hold."""
    chosen = draw(st.permutations(list(VALUES)))[: draw(st.integers(1, len(VALUES)))]
    fields, values = [], {}
    for field in chosen:
        nullable = draw(st.booleans())
        fields.append(replace(field, flags=field.flags | (NULLABLE if nullable else 0)))
        values[field.name] = st.none() | VALUES[field] if nullable else VALUES[field]
    hidden = null_flags_field(fields)
    return RecordCodec("t", placed([*fields, *([hidden] if hidden else [])]), CODE_PAGE), values


@given(tables(), st.data())
def test_a_record_reads_back_as_it_was_written(
    table: tuple[RecordCodec, dict[str, st.SearchStrategy[Value]]], data: st.DataObject
) -> None:
    codec, values = table
    row = data.draw(st.fixed_dictionaries(values))
    raw = codec.encode(row)
    assert codec.decode(raw, 1) == row
    assert codec.encode(codec.decode(raw, 1)) == raw
    assert {name for name in row if codec.is_null(raw, name)} == {n for n, v in row.items() if v is None}


@given(tables(), st.data())
def test_one_field_s_bits_never_disturb_another_s(
    table: tuple[RecordCodec, dict[str, st.SearchStrategy[Value]]], data: st.DataObject
) -> None:
    codec, values = table
    row = data.draw(st.fixed_dictionaries(values))
    name = data.draw(st.sampled_from(sorted(values)))
    changed = data.draw(values[name])
    assert codec.decode(codec.encode({name: changed}, codec.encode(row)), 1) == row | {name: changed}


@given(tables(), st.binary(min_size=400, max_size=400))
def test_any_bytes_are_values_or_a_declared_error(
    table: tuple[RecordCodec, dict[str, st.SearchStrategy[Value]]], noise: bytes
) -> None:
    codec, _ = table
    raw = noise[: len(codec.blank)]
    try:
        values = codec.decode(raw, 1)
    except FieldValueError:
        return
    written = {name: value for name, value in values.items() if is_writable(value)}
    assert codec.decode(codec.encode(written, raw), 1) == values


def is_writable(value: Value) -> bool:
    """Zero bytes within texts, overflown numbers and parts of seconds are read and not written."""
    is_text_with_zero = isinstance(value, str) and "\0" in value
    has_fraction = isinstance(value, datetime) and value.microsecond > 0
    return not (is_text_with_zero or has_fraction or value is NoValue.OVERFLOW)
