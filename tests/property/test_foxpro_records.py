from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.foxpro.records.fields import Field, Value, placed
from counterfoil.foxpro.records.record import RecordCodec

CODE_PAGE = "cp1252"
CHARACTERS = st.characters(codec=CODE_PAGE, exclude_characters="\0")


def scaled(digits: int, decimals: int) -> st.SearchStrategy[Decimal]:
    """Decimals that fill `digits` places, `decimals` of them behind the point."""
    limit = 10**digits - 1
    return st.integers(-(limit // 10), limit).map(lambda units: Decimal(units).scaleb(-decimals))


VALUES: dict[Field, st.SearchStrategy[Value]] = {
    Field("c", "C", 12): st.text(CHARACTERS, max_size=12).map(lambda text: text.rstrip(" ")),
    Field("n", "N", 12, 2): st.none() | scaled(11, 2),
    Field("f", "F", 9, 3): st.none() | scaled(8, 3),
    Field("i", "I"): st.integers(-(1 << 31), (1 << 31) - 1),
    Field("y", "Y"): st.integers(-(1 << 63), (1 << 63) - 1).map(lambda units: Decimal(units).scaleb(-4)),
    Field("b", "B"): st.floats(allow_nan=False, allow_infinity=False),
    Field("l", "L"): st.none() | st.booleans(),
    Field("d", "D"): st.none() | st.dates(min_value=date(1, 1, 1)),
    Field("t", "T"): st.none() | st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
}
CODEC = RecordCodec("t", placed(tuple(VALUES)), CODE_PAGE)
ROWS = st.fixed_dictionaries({field.name: values for field, values in VALUES.items()})


@given(ROWS)
def test_a_record_reads_back_as_it_was_written(row: dict[str, Value]) -> None:
    raw = CODEC.encode(row)
    assert len(raw) == CODEC.fields[-1].end
    assert CODEC.decode(raw, 1) == row


@given(ROWS, ROWS, st.sets(st.sampled_from([field.name for field in VALUES])))
def test_an_update_changes_what_it_names(
    before: dict[str, Value], after: dict[str, Value], names: set[str]
) -> None:
    changed = {name: after[name] for name in names}
    raw = CODEC.encode(changed, CODEC.encode(before))
    assert CODEC.decode(raw, 1) == before | changed


@given(st.datetimes())
def test_what_is_no_whole_second_is_never_stored(moment: datetime) -> None:
    if moment.microsecond == 0:
        assert CODEC.decode(CODEC.encode({"t": moment}), 1)["t"] == moment
