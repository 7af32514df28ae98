from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from counterfoil.foxpro.errors import KeyValueError, UnsupportedExpressionError
from counterfoil.foxpro.expressions.compiler import compile_filter
from counterfoil.foxpro.records.fields import Value
from tests.unit.foxpro.expression_rows import FIELDS, answer, row

ROW: dict[str, Value] = {
    "custno": "AB12",
    "company": "  \t",
    "balance": Decimal(10),
    "seq": 3,
    "due": date(2026, 1, 31),
    "paid": True,
    "note": "note",
    "score": Decimal("1.5"),
    "agreed": False,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'B1' $ custno", True),
        ("'b1' $ custno", False),
        ("BETWEEN(balance,10,20)", True),
        ("BETWEEN(seq,4,20)", False),
        ("BETWEEN(due,{^2026-01-01},{^2026-01-31})", True),
        ("BETWEEN(LEFT(custno,2),'AA','AC')", True),
        ("INLIST(seq,1,2,3)", True),
        ("INLIST(custno,'X','AB')", True),
        ("INLIST(custno,'X','Y')", False),
        ("EMPTY(company)", True),
        ("ISBLANK(company)", False),
        ("ISBLANK(SPACE(3))", True),
        ("ISBLANK({})", True),
        ("ISNULL(custno)", False),
        ("paid AND NOT DELETED()", True),
        ("paid = .NOT. DELETED()", True),
        (".NOT. paid .OR. seq=3 .AND. balance>=10", True),
        ("!paid", False),
        ("custno='AB' and due>{^2025-12-31}", True),
        ("custno=='AB12  '", True),
        ("custno=='AB12'", False),
        ("RECNO()=1", True),
        ("RECNO()>1.OR.paid", True),
    ],
)
def test_a_condition_says_what_the_help_says(text: str, *, expected: bool) -> None:
    assert answer(text, **ROW) is expected


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (".T.", "agreed", None, True),
        (".F.", "agreed", False, None),
        ("agreed", ".T.", None, True),
        ("agreed", ".F.", False, None),
        ("agreed", "agreed", None, None),
        (".T.", ".F.", False, True),
    ],
)
def test_logic_has_three_values(left: str, right: str, *, both: bool | None, either: bool | None) -> None:
    """The table of Microsoft's help, "Behavior of Null Values in Logical Expressions"."""
    assert answer(f"{left} AND {right}", agreed=None) is both
    assert answer(f"{left} OR {right}", agreed=None) is either


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NOT agreed", None),
        ("score>1", None),
        ("score+1>1", None),
        ("note='x'", None),
        ("UPPER(note)='x'", None),
        ("'x'$note", None),
        ("YEAR(born)=0", None),
        ("LEN(note)=6", None),
        ("MAX(score,1)=1", None),
        ("BETWEEN(score,0,1)", None),
        ("BETWEEN(seq,score,99)", None),
        ("INLIST(score,1,2)", None),
        ("INLIST(seq,score,3)", True),
        ("INLIST(seq,score,4)", None),
        ("EMPTY(note)", False),
        ("EMPTY(score)", False),
        ("ISBLANK(note)", False),
        ("ISNULL(note)", True),
        ("ISNULL(score*2)", True),
        ("ISNULL(code)", True),
        ("NVL(score,7)=7", True),
        ("NVL(note,'x')='x'", True),
        ("NVL(born,{})={}", True),
        ("ISNULL(NVL(score,score))", True),
        ("IIF(agreed,.T.,.F.)", False),
        ("IIF(ISNULL(note),seq,0)=3", True),
        ("ISNULL(IIF(paid,note,custno))", True),
        ("ISNULL(IIF(NOT paid,note,custno))", False),
        ("score=score", None),
    ],
)
def test_a_null_goes_through_everything_but_what_asks_for_it(text: str, *, expected: bool | None) -> None:
    nulls: dict[str, Value] = {"note": None, "score": None, "born": None, "agreed": None, "code": None}
    assert answer(text, **{**ROW, **nulls}) is expected


def test_a_condition_that_is_null_leaves_the_row_out() -> None:
    condition = compile_filter("score>1", FIELDS, "cp1252")
    assert condition(1, row(score=Decimal(2)))
    assert condition(1, row(score=None)) is False


def test_nobody_knows_whether_an_empty_text_stands_in_another() -> None:
    with pytest.raises(KeyValueError, match="looks for an empty text"):
        answer("TRIM(custno)$company")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("BETWEEN(custno,'A','B')", "'>=' has no certain meaning where the left text is longer"),
        ("INLIST(seq,'1')", "is not supported between numeric and character values|integer and character"),
        ("IIF(seq,1,2)=1", r"IIF\(\) is not supported for a integer value"),
        ("IIF(paid,1,'x')=1", r"IIF\(\) is not supported between numeric and character values"),
        ("ISBLANK(balance)", r"ISBLANK\(\) is not supported for a numeric value"),
        ("1 $ custno", r"'\$' is not supported between numeric and character values"),
        ("seq AND paid", "'and' is not supported between integer and logical values"),
        ("NOT seq", "'not' is not supported between integer values"),
        ("seq = 1 = paid", "'=' is not expected here"),
        ("DELETED('rows')", "takes 0 to 0 arguments"),
        (".NULL.", r"'\.' is not understood"),
        (".AND. paid", r"'\.AND\.' is not expected here"),
        ("paid .AND.", "the end is not expected here"),
    ],
)
def test_a_condition_without_certain_meaning_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnsupportedExpressionError, match=reason):
        compile_filter(text, FIELDS, "cp1252")
