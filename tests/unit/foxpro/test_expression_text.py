from __future__ import annotations

from decimal import Decimal

import pytest

from counterfoil.foxpro.errors import KeyValueError, UnsupportedExpressionError
from counterfoil.foxpro.expressions.compiler import compile_key
from counterfoil.foxpro.records.fields import Field, Value
from tests.unit.foxpro.expression_rows import FIELDS, key_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PADC(TRIM(custno),7)", b" AB12  "),
        ("PADC(TRIM(custno),8,'-')", b"--AB12--"),
        ("PADL(seq,6,'0')", b"000077"),
        ("PADR(seq,6)", b"77    "),
        ("PADL(ALLTRIM(custno),4)", b"AB12"),
        ("STUFF(custno,1,2,'xyz')", b"xyz12  "),
        ("STUFF(custno,3,0,'-')", b"AB-12  "),
        ("STUFF(custno,3,99,'')", b"AB"),
        ("SPACE(2)+custno", b"  AB12  "),
        ("REPLICATE('ab',3)", b"ababab"),
        ("CHR(65)+custno", b"AAB12  "),
        ("CHR(seq)", b"M"),
        ("STRTRAN(custno,'B','x')", b"Ax12  "),
        ("STRTRAN(custno,'AB')+'|'", b"12  |  "),
        ("CHRTRAN(custno,'12','ab')", b"ABab  "),
        ("CHRTRAN(custno,'AB','x')", b"x12   "),
        ("CHRTRAN(custno,'ABA','xyz')", b"xy12  "),
        ("custno-company", b"AB12Acme          "),
        ("TRIM(custno)-'!'", b"AB12!  "),
        ("remark+custno", b"no blanksAB12   "),
        ("LEFT(remark,4)", b"no b"),
        ("LEFT(custno,1+2)", b"AB1"),
        ("RIGHT(custno,LEN(custno)-2)", b"12  "),
        ("IIF(paid,custno,'none')", b"none  "),
        ("IIF(.NOT. paid,company,custno)", b"Acme        "),
        ("NVL(note,'-')", b"-     "),
        ("rows.custno", b"AB12  "),
        ("rows->custno+ROWS.company", b"AB12  Acme        "),
        ("ALLT(custno)+UPPE(company)", b"AB12ACME          "),
        ("BINTOC(seq)", b"\x80\0\0\x4d"),
        ("BINTOC(seq,2)", b"\x80\x4d"),
        ("BINTOC(-1,1)", b"\x7f"),
    ],
)
def test_a_text_function_gives_the_bytes_of_its_width(text: str, expected: bytes) -> None:
    row: dict[str, Value] = {
        "custno": "AB12",
        "company": "Acme",
        "seq": 77,
        "remark": "no blanks",
        "note": None,
    }
    assert key_of(text, 1, **row) == expected


def test_a_variable_field_is_filled_up_with_blanks_as_the_help_says() -> None:
    assert key_of("remark", 1, remark="ab") == b"ab        "
    assert key_of("remark", 1, remark="") == b" " * 10
    assert key_of("remark", 1, remark="0123456789") == b"0123456789"
    assert key_of("code", 1, code="xy") == b"\x80xy  "


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("PADL(TRIM(company),3)", r"would cut a text of 4 characters to 3"),
        ("PADC(TRIM(company),3)", r"would cut a text of 4 characters to 3"),
        ("CHR(seq)", r"300.0 is no character"),
        ("BINTOC(seq,1)", r"300.0 is no whole number of 1 bytes"),
        ("BINTOC(balance)", r"0.5 is no whole number"),
    ],
)
def test_a_value_without_certain_text_has_no_key(text: str, reason: str) -> None:
    with pytest.raises(KeyValueError, match=reason):
        key_of(text, 1, company="Acme", seq=300, balance=Decimal("0.5"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("PADL(balance,10)", r"PADL\(\) is not supported for a numeric value"),
        ("PADL(custno,9,'ab')", "pads with one character"),
        ("STUFF(TRIM(custno),1,1,'x')", "needs texts of a known width"),
        ("STUFF(custno,9,1,'x')", "and a place inside"),
        ("STUFF(custno,0,1,'x')", "starts at 1"),
        ("SPACE(seq)", "needs a whole number written out as argument 1"),
        ("SPACE(1000000000)", "goes up to 32000"),
        ("REPLICATE(custno,3)", "repeats a text that is written out"),
        ("REPLICATE('ab',20000)", "would make a text of 40000 characters"),
        ("STRTRAN(custno,'a','bb')", "replaces by nothing longer"),
        ("STRTRAN(custno,company)", "takes texts that are written out"),
        ("CHRTRAN(custno,company,'x')", "takes characters that are written out"),
        ("CHR(256)", r"CHR\(\) cannot be computed: CHR: 256.0 is no character"),
        ("BINTOC(seq,8)", "gives 1, 2 or 4 bytes here"),
        ("other.custno", "'other' is not this table"),
        ("m.custno", "'m' is not this table"),
        ("rows.custno(1)", r"'\(' is not expected here"),
        ("AT('a','b',2)", "takes 2 to 2 arguments"),
        ("-custno", "'negative' is not supported between character values"),
        ("custno%2", "'%' is not supported between character and numeric values"),
    ],
)
def test_a_text_whose_width_or_meaning_is_not_certain_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnsupportedExpressionError, match=reason):
        compile_key(text, FIELDS, "cp1252", alias="rows")


@pytest.mark.parametrize("text", ["CHRTRAN(company,'a','b')", "STRTRAN(company,'a','b')", "ASC(company)"])
def test_bytes_are_not_taken_for_characters_where_one_may_take_two(text: str) -> None:
    with pytest.raises(UnsupportedExpressionError, match="is not supported in code page cp936"):
        compile_key(text, FIELDS, "cp936")


def test_a_field_may_have_a_name_of_128_letters() -> None:
    name = "a" * 128
    fields = [Field(name, "C", 4, offset=1)]
    assert compile_key(f"UPPER({name})", fields, "cp1252").evaluate(1, b" abcd") == b"ABCD"
