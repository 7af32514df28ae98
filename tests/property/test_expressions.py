from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from counterfoil.foxpro.errors import KeyValueError, UnsupportedExpressionError
from counterfoil.foxpro.expressions.compiler import compile_filter, compile_key
from counterfoil.foxpro.expressions.functions import FUNCTIONS
from counterfoil.foxpro.expressions.search_keys import key_for
from counterfoil.foxpro.records.fields import Value
from tests.unit.foxpro.expression_rows import FIELDS, row

LENGTH = FIELDS[-1].end
NAMES = [field.name for field in FIELDS if not field.is_hidden]
CONSTANTS = [
    "0",
    "1",
    "2",
    "7",
    "40000",
    "99999999999999999999",
    "0.5",
    ".T.",
    "''",
    "'AB'",
    "{}",
    "{^2026-01-31}",
]
OPERATORS = [
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "**",
    "$",
    "=",
    "==",
    "<>",
    "#",
    "<",
    ">",
    "<=",
    ">=",
    ".AND.",
    ".OR.",
]
RECORDS = st.binary(min_size=LENGTH, max_size=LENGTH) | st.just(row()) | st.just(row(note=None, score=None))


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One step up from smaller expressions: a function of them, an operator between them."""
    calls = st.builds(
        lambda name, arguments: f"{name}({','.join(arguments)})",
        st.sampled_from(sorted(FUNCTIONS)),
        st.lists(parts, max_size=3),
    )
    operations = st.builds("({} {} {})".format, parts, st.sampled_from(OPERATORS), parts)
    denials = st.builds("{}{}".format, st.sampled_from(["-", ".NOT."]), parts)
    return calls | operations | denials


EXPRESSIONS = st.recursive(st.sampled_from(NAMES + CONSTANTS), joined, max_leaves=8)


@given(EXPRESSIONS, RECORDS)
@example("VAL(company)", b" " * LENGTH)
def test_a_key_has_its_length_or_a_declared_error(text: str, record: bytes) -> None:
    try:
        key = compile_key(text, FIELDS, "cp1252")
    except UnsupportedExpressionError:
        return
    with suppress(KeyValueError):
        found = key.evaluate(7, record)
        assert len(found) == key.length
        assert found == key.evaluate(7, record)


@given(EXPRESSIONS, RECORDS)
def test_a_condition_is_true_or_false_or_a_declared_error(text: str, record: bytes) -> None:
    with suppress(UnsupportedExpressionError, KeyValueError):
        assert compile_filter(text, FIELDS, "cp1252")(7, record) in {True, False}


@given(st.text(max_size=60) | EXPRESSIONS.flatmap(lambda text: st.permutations(text).map("".join)))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    with suppress(UnsupportedExpressionError):
        compile_key(text, FIELDS, "cp1252")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "UPPER(" * 40_000,
        "!" * 200_000,
        "-" * 200_000,
        "custno+" * 30_000 + "custno",
        "'" * 200_001,
        "9" * 200_000,
        "1+" * 400 + "1",
        "!" * 900 + "paid",
        "9^9^9^9^9",
        "9^" * 30 + "9",
        "99999999999999999999^99999999999999999999",
        "2^99999999",
        "SPACE(1000000000)",
        "REPLICATE('x',1000000000)",
        "REPLICATE(REPLICATE(REPLICATE('xxxxxxxxxx',3200),3200),3200)",
        "PADL(custno,1000000000)",
        "STR(seq,1000000000,1000000000)",
        "ROUND(seq,99999999)",
        "STUFF(custno,1,1,SPACE(32000))+SPACE(32000)",
        "{^9999-12-31}+99999999999999999999",
        "{" * 1000,
        ".AND." * 200,
        "custno" + "\0",
    ],
    ids=lambda text: text[:20],
)
def test_a_hostile_text_is_refused_at_once(text: str) -> None:
    with pytest.raises((UnsupportedExpressionError, KeyValueError)):
        compile_key(text, FIELDS, "cp1252").evaluate(1, row())


NUMBERS = st.decimals(min_value=-9999, max_value=9999, places=2)
DAYS = st.dates()
MOMENTS = st.datetimes(max_value=datetime(9999, 1, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "custno": st.text("AB \xe9z", max_size=6),
    "balance": NUMBERS,
    "rate": NUMBERS,
    "seq": st.integers(-(2**31), 2**31 - 1),
    "weight": st.floats(allow_nan=False, allow_infinity=False),
    "total": st.decimals(min_value=-(10**9), max_value=10**9, places=4),
    "due": DAYS,
    "seen": MOMENTS,
    "paid": st.booleans(),
    "remark": st.text("ABz", max_size=10),
    "note": st.none() | st.text("AB z", max_size=6),
    "score": st.none() | NUMBERS,
    "born": st.none() | DAYS,
    "agreed": st.none() | st.booleans(),
    "code": st.none() | st.text("AB z", max_size=4),
}


def order_of(value: Value) -> tuple[bool, Any]:
    """Null first; texts by their bytes, filled up with blanks."""
    if isinstance(value, str):
        return True, value.encode("cp1252").ljust(10)
    return value is not None, 0 if value is None else value


@pytest.mark.parametrize("name", VALUES)
@given(data=st.data())
def test_the_order_of_keys_is_that_of_values(name: str, data: st.DataObject) -> None:
    first, second = data.draw(VALUES[name]), data.draw(VALUES[name])
    key = compile_key(name, FIELDS, "cp1252")
    keys = [key.evaluate(1, row(**{name: value})) for value in (first, second)]
    values = [order_of(value) for value in (first, second)]
    assert (keys[0] < keys[1], keys[0] == keys[1]) == (values[0] < values[1], values[0] == values[1])


@pytest.mark.parametrize("name", VALUES)
@given(data=st.data())
def test_a_value_is_found_by_its_own_key(name: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[name])
    key = compile_key(name, FIELDS, "cp1252")
    prefix = key_for(key, value)
    assert prefix is not None
    assert key.evaluate(1, row(**{name: value})).startswith(prefix)


@given(DAYS, st.integers(-400, 400))
def test_days_are_reckoned_as_in_the_calendar(day: date, count: int) -> None:
    key = compile_key(f"DTOS(due{count:+d})", FIELDS, "cp1252")
    try:
        expected = (day + timedelta(days=count)).isoformat().replace("-", "").encode()
    except OverflowError:
        with pytest.raises(KeyValueError):
            key.evaluate(1, row(due=day))
    else:
        assert key.evaluate(1, row(due=day)) == expected


@given(NUMBERS, st.integers(5, 14), st.integers(0, 4))
def test_str_is_as_wide_as_it_says_and_rounds_half_away(number: Decimal, width: int, places: int) -> None:
    key = compile_key(f"STR(balance,{width},{places})", FIELDS, "cp1252")
    with suppress(KeyValueError):
        found = key.evaluate(1, row(balance=number))
        assert len(found) == width
        shown = max(0, -int(Decimal(found.decode()).as_tuple().exponent))
        assert abs(Decimal(found.decode()) - number) <= Decimal("0.5").scaleb(-shown)
