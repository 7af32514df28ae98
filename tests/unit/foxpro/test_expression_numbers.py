from __future__ import annotations

from decimal import Decimal

import pytest

from counterfoil.foxpro.errors import KeyValueError, UnsupportedExpressionError
from counterfoil.foxpro.expressions.compiler import compile_key
from counterfoil.foxpro.expressions.key_encoding import double_key
from counterfoil.foxpro.expressions.search_keys import key_for
from counterfoil.foxpro.records.fields import Value
from tests.unit.foxpro.expression_rows import FIELDS, answer, key_of

ROW: dict[str, Value] = {
    "custno": "12A",
    "company": "-3.5 kg",
    "balance": Decimal("-12.3455"),
    "rate": Decimal("2.5000"),
    "seq": -7,
    "weight": 0.1,
    "total": Decimal("99.9999"),
}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("VAL(custno)", 12),
        ("VAL(company)", -3.5),
        ("VAL('  +7')", 7),
        ("VAL('x7')", 0),
        ("VAL('-')", 0),
        ("VAL('')", 0),
        ("VAL('.5.5')", 0.5),
        ("VAL('1,234')", 1),
        ("INT(balance)", -12),
        ("INT(12.5)", 12),
        ("ABS(balance)", 12.3455),
        ("ABS(seq)", 7),
        ("ROUND(balance,3)", -12.346),
        ("ROUND(balance,0)", -12),
        ("VAL(STR(ROUND(weight,2),8,2))", 0.1),
        ("ROUND(1.005,2)", 1.01),
        ("ROUND(-2.5,0)", -3),
        ("ROUND(1234.1962,-2)", 1200),
        ("MOD(seq,3)", 2),
        ("MOD(7,-3)", -2),
        ("36 % 10", 6),
        ("MAX(balance,rate,0)", 2.5),
        ("MIN(seq,rate)", -7),
        ("2^3", 8),
        ("3 ** 2", 9),
        ("2*3^2", 18),
        ("rate+seq*2", -11.5),
        ("(rate+seq)*2", -9),
        ("weight+0.2", 0.1 + 0.2),
        ("1-2-3", -4),
        ("8/4/2", 1),
        ("-seq", 7),
        ("AT('kg',company)", 6),
        ("AT('KG',company)", 0),
        ("LEN(company)", 12),
        ("LEN(TRIM(company))", 7),
        ("ASC(custno)", 49),
        ("RECNO()", 42),
        ("RECNO()+1000", 1042),
        ("IIF(seq<0,rate,balance)", 2.5),
    ],
)
def test_a_number_is_what_the_help_says(text: str, number: float) -> None:
    assert key_of(text, 42, **ROW) == double_key(float(number))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rate/(seq+7)", "division by zero"),
        ("MOD(rate,seq+7)", "division by zero"),
        ("MOD(rate,2)", "not certain to the last bit"),
        ("rate^2", "not certain to the last bit"),
        ("seq^80", "not certain to the last bit"),
        ("weight*" + "*".join(["10^15"] * 22), "give no number"),
        ("VAL('1E'+custno)", "not certain to be the number"),
        ("VAL('0x1A'+custno)", "not certain to be the number"),
        ("VAL('$5'+custno)", "not certain to be the number"),
        ("VAL('- 5'+custno)", "not certain to be the number"),
        ("VAL(REPLICATE('9',17)+custno)", "not certain to be the number"),
        ("STR(seq/10000,8,2)", "whether -0.0007 keeps its sign"),
        ("weight+0.2-0.3", "the last bit of .* depends on FoxPro's rounding"),
        ("weight*3/7", "the last bit of .* depends on FoxPro's rounding"),
        ("AT(TRIM(remark),company)", "looks for an empty text"),
    ],
)
def test_a_number_that_is_not_certain_has_no_key(text: str, reason: str) -> None:
    with pytest.raises(KeyValueError, match=reason):
        key_of(text, 1, **ROW)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-2^2", "a sign before a power has no certain meaning"),
        ("2^3^2", r"'\^' is not expected here"),
        ("1/0", "cannot be computed: /: division by zero"),
        ("ROUND(balance,seq)", "places written out"),
        ("ROUND(balance,99)", "at most 18 places"),
        ("STR(balance,20,19)", "gives up to 18 decimals"),
        ("MAX(balance,due)", "all of one kind"),
        ("MAX(custno,company)", "is supported for numbers, dates or datetimes"),
        ("INT(custno)", r"INT\(\) is not supported for a character value"),
        ("123456789012345678901+seq", "a number of more than 20 digits"),
        ("RECNO(1)", "takes 0 to 0 arguments"),
        ("total*2", "whether keys computed from currency are currency is not known"),
        ("NVL(total,0)", "whether keys computed from currency are currency is not known"),
    ],
)
def test_arithmetic_without_certain_meaning_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnsupportedExpressionError, match=reason):
        compile_key(text, FIELDS, "cp1252")


@pytest.mark.parametrize(
    "number", [float("nan"), float("inf"), Decimal("sNaN"), Decimal("1e999"), 10**310], ids=range(5)
)
@pytest.mark.parametrize("text", ["balance", "seq", "total", "weight", "BINTOC(seq)", "STR(seq)"])
def test_nobody_has_a_number_that_is_none(text: str, number: Value) -> None:
    assert key_for(compile_key(text, FIELDS, "cp1252"), number) is None


def test_an_answer_is_given_where_it_does_not_depend_on_rounding() -> None:
    assert answer("weight+0.2-0.3=0", weight=0.1) is False
    assert answer("weight+0.2-0.3<0.1", weight=0.1) is True
    with pytest.raises(KeyValueError, match="the answer depends on FoxPro's rounding"):
        answer("weight+0.2-0.3<0.00000000000000004", weight=0.1)


def test_texts_and_conditions_take_currency_for_a_number() -> None:
    assert key_of("STR(total*2,8,2)", 1, total=Decimal("1.25")) == b"    2.50"
    assert answer("total-balance=0", total=Decimal("1.25"), balance=Decimal("1.25"))
