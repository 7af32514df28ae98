"""The interpreter refuses, before it runs anything, what it does not know."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.visual_foxpro.compiler import HeadFault
from tests.support.visual_foxpro.machine import Machine
from tests.support.visual_foxpro.syntax import SyntaxFault
from tests.support.visual_foxpro.values import FoxError


def run(source: str) -> object:
    return Machine(source, now=lambda: datetime(2026, 11, 23)).run("")  # noqa: DTZ001 - FoxPro's clock


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("IF .T.\nRETURN 1", "line 1: IF meets no ENDIF"),
        ("ENDIF", "ENDIF without a beginning"),
        ("LOCAL a\nFOR a = 1 TO 2\nENDDO", "meets no ENDFOR"),
        ("DO CASE\nRETURN 1\nCASE .T.\nENDCASE", "before the first CASE"),
        ("FUNCTION F\nRETURN 1", "F has no ENDFUNC"),
        ("FUNCTION F\nENDFUNC\nFUNCTION F\nENDFUNC", "F stands twice"),
        ("RETURN m.a", "A is not declared"),
        ("a = 1", "A is not declared"),
        ("LOCAL a\nRETURN a + 1", "A is read without m."),
        ("RETURN CfNothing(1)", "no function CFNOTHING"),
        ("RETURN LEFT('a')", "LEFT takes 2 to 2 arguments, not 1"),
        ("RETURN F(1)\nFUNCTION F\nENDFUNC", "F takes 0 to 0 arguments, not 1"),
        ("RELEASE ALL", "no command RELEASE"),
        ("RETURN 'a", "cannot read"),
        ("RETURN (1", r"expected \)"),
        ("SET TALK OFF", "no setting TALK"),
    ],
)
def test_faults_are_told_by_their_line(source: str, says: str) -> None:
    with pytest.raises(SyntaxFault, match=says):
        run(source)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("RETURN 7 - 2 * 3", 1.0),
        ("RETURN NOT 'a' == 'b' AND .T.", True),
        ("RETURN PADL('7', 3, '0') + STR(1.005, 6, 2)", "007  1.01"),
        ("RETURN SUBSTR('abcdef', 3, 2) + RIGHT('xyz', 1)", "cdz"),
        ("RETURN VAL('12.50x') + AT('c', 'abcabc', 2)", 18.5),
        ("RETURN IIF(EMPTY(CTOD('')), DTOS(DATE(2026, 1, 2)), '')", "20260102"),
        ("LOCAL a\na = 1\nDO WHILE m.a < 5\na = m.a * 2\nENDDO\nRETURN m.a", 8.0),
        ("LOCAL ARRAY a[2, 2]\na[2, 1] = 'x'\nRETURN a[2, 1]", "x"),
        ("LOCAL a\na = 1\n=F(@a)\nRETURN m.a\nFUNCTION F\nLPARAMETERS b\nb = 5\nENDFUNC", 5.0),
        ("RETURN 1 + ; && half\n 2", 3.0),
    ],
)
def test_the_language_means_what_the_reference_says(source: str, value: object) -> None:
    assert run(source) == value


def test_types_are_not_mixed() -> None:
    with pytest.raises(HeadFault, match="mismatch"):
        run("RETURN 1 = 'a'")
    with pytest.raises(FoxError, match="is no text"):
        run("LOCAL a\na = LEN(1)")


def test_after_an_error_the_handler_runs_and_the_next_line_follows() -> None:
    source = """
    PRIVATE pn
    LOCAL a
    pn = 0
    a = 1
    ON ERROR DO H WITH ERROR()
    a = LEN(1)
    RETURN m.pn + m.a
    PROCEDURE H
    LPARAMETERS n
    pn = m.n
    ENDPROC
    """
    assert run(source) == 12.0
