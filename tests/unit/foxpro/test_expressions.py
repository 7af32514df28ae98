from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from counterfoil.foxpro.errors import KeyValueError, UnsupportedExpressionError
from counterfoil.foxpro.expressions.compiler import compile_filter, compile_key
from counterfoil.foxpro.expressions.key_encoding import double_key, integer_key
from counterfoil.foxpro.expressions.search_keys import key_for
from counterfoil.foxpro.records.fields import Field, Value, placed

FIELDS = placed(
    [
        Field("custno", "C", 6),
        Field("company", "C", 35),
        Field("balance", "N", 12, 2),
        Field("due", "D"),
        Field("paid", "L"),
        Field("seq", "I"),
        Field("total", "Y"),
        Field("seen", "T"),
        Field("notes", "M", 4),
        Field("rate", "N", 7, 3, flags=2),
    ]
)


def record(*, flag: bytes = b" ", seq: int = 0, total: int = 0, **texts: bytes) -> bytes:
    return b"".join(
        (
            flag,
            texts.get("custno", b"").ljust(6),
            texts.get("company", b"").ljust(35),
            texts.get("balance", b"").rjust(12),
            texts.get("due", b"").ljust(8),
            texts.get("paid", b" "),
            seq.to_bytes(4, "little", signed=True),
            total.to_bytes(8, "little", signed=True),
            bytes(12),
            b" " * 7,
        )
    )


def key(text: str, row: bytes) -> bytes:
    compiled = compile_key(text, FIELDS, "cp1252")
    result = compiled.evaluate(1, row)
    assert len(result) == compiled.length
    return result


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("custno", 6),
        ("custno+company", 41),
        ("UPPER(company)", 35),
        ("TRIM(custno)+company", 41),
        ("ALLTRIM(company)", 35),
        ("LEFT(company,10)", 10),
        ("LEFT(custno,10)", 6),
        ("RIGHT(company,4)", 4),
        ("SUBSTR(company,5,8)", 8),
        ("SUBSTR(company,30)", 6),
        ("SUBSTR(company,30,20)", 6),
        ("SUBS(company,2,3)", 3),
        ("PADR(custno,10)", 10),
        ("PADL(ALLTRIM(custno),10,'0')", 10),
        ("STR(balance)", 10),
        ("STR(balance,14,2)", 14),
        ("DTOS(due)", 8),
        ("DTOS(seen)+custno", 14),
        ("STR(1000000000000-balance,16,2)+custno", 22),
        ("custno+'-'+DTOS(due)", 15),
        ("balance", 8),
        ("-balance*2", 8),
        ("seq", 4),
        ("seq+1", 8),
        ("total", 8),
        ("due", 8),
        ("seen", 8),
        ("paid", 1),
        ("DELETED()", 1),
        (".NOT. paid", 1),
    ],
)
def test_a_key_has_the_width_that_foxpro_gives_it(text: str, width: int) -> None:
    assert compile_key(text, FIELDS, "cp1252").length == width


def test_a_plain_field_keeps_its_leading_blanks() -> None:
    assert key("custno", record(custno=b"   123")) == b"   123"


def test_upper_is_refused_where_a_character_may_take_two_bytes() -> None:
    with pytest.raises(UnsupportedExpressionError, match=r"UPPER\(\) is not supported in code page cp936"):
        compile_key("UPPER(company)", FIELDS, "cp936")


def test_upper_and_lower_follow_the_code_page() -> None:
    assert key("UPPER(custno)", record(custno=b"caf\xe9")) == b"CAF\xc9  "
    assert key("LOWER(custno)", record(custno=b"CAF\xc9")) == b"caf\xe9  "
    assert compile_key("UPPER(custno)", FIELDS, "cp437").evaluate(1, record(custno=b"\x82")) == b"\x90     "


def test_trimmed_texts_move_together_and_are_padded_at_the_end() -> None:
    row = record(custno=b"AB", company=b"Acme")
    assert key("TRIM(custno)+LEFT(company,4)", row) == b"ABAcme    "


@pytest.mark.parametrize(
    ("balance", "expected"),
    [
        (b"12.5", b"   999999999987.50AB    "),
        (b"-12.55", b"  1000000000012.55AB    "),
        (b"", b"  1000000000000.00AB    "),
    ],
)
def test_the_sales_order_of_sbt_is_computed(balance: bytes, expected: bytes) -> None:
    row = record(custno=b"AB", balance=balance)
    assert key("STR(1000000000000-balance,18,2)+custno", row) == expected


@pytest.mark.parametrize(
    ("text", "balance", "expected"),
    [
        ("STR(balance)", b"314.15", b"       314"),
        ("STR(balance,5,2)", b"314.15", b"314.2"),
        ("STR(balance,8,2)", b"-1.005", b"   -1.01"),
        ("STR(balance,6,2)", b"0.5", b"  0.50"),
        ("STR(balance,3)", b"2.5", b"  3"),
    ],
)
def test_str_rounds_half_away_from_zero_and_gives_up_decimals_first(
    text: str, balance: bytes, expected: bytes
) -> None:
    assert key(text, record(balance=balance)) == expected


def test_a_number_without_room_in_str_has_no_key() -> None:
    with pytest.raises(KeyValueError, match="needs more than 3 characters"):
        key("STR(balance,3)", record(balance=b"12345"))


def test_a_numeric_field_full_of_asterisks_has_no_key() -> None:
    with pytest.raises(KeyValueError, match="is no number"):
        key("balance", record(balance=b"************"))


def test_dates_sort_as_text_and_an_empty_one_is_blank() -> None:
    assert key("DTOS(due)", record(due=b"20260131")) == b"20260131"
    assert key("DTOS(due)", record()) == b" " * 8
    assert key("DTOS(seen)", record()) == b" " * 8


def test_plain_numbers_and_integers_have_their_own_keys() -> None:
    row = record(balance=b"-3.5", seq=-7)
    assert key("balance", row) == double_key(-3.5)
    assert key("seq", row) == integer_key(-7)
    assert key("seq+0", row) == double_key(-7.0)
    assert key("STR(total,8,2)", record(total=123_456)) == b"   12.35"


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        (".NOT.DELETED()", record(), True),
        (".NOT.DELETED()", record(flag=b"*"), False),
        ("NOT DELETED()", record(), True),
        ("!DELETED()", record(flag=b"*"), False),
        ("custno='AB'", record(custno=b"ABC"), True),
        ("custno=='AB'", record(custno=b"AB"), False),
        ("custno=''", record(custno=b"AB"), True),
        ("'A'='AB'", record(), False),
        ("custno#'AB'", record(custno=b"AC"), True),
        ("custno<>[AB]", record(custno=b"AB"), False),
        ('custno>="B     "', record(custno=b"B"), True),
        ("'A'<custno", record(custno=b"B"), True),
        ("balance>0 .AND. paid", record(balance=b"1", paid=b"T"), True),
        ("balance>0.AND.paid", record(balance=b"1", paid=b"F"), False),
        ("balance<=-1 OR seq!=0", record(seq=3), True),
        ("balance-total=0", record(balance=b"1.50", total=15_000), True),
        ("EMPTY(due)", record(), True),
        ("EMPTY(custno) .OR. EMPTY(balance)", record(custno=b"A", balance=b"1"), False),
        ("EMPTY(paid) AND EMPTY(seq) AND EMPTY(seen) AND EMPTY(total)", record(), True),
        ("paid=.F.", record(), True),
        (".NOT. (paid .OR. DELETED())", record(), True),
    ],
)
def test_filters_decide_as_foxpro_does(text: str, row: bytes, *, expected: bool) -> None:
    assert compile_filter(text, FIELDS, "cp1252")(1, row) is expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SOUNDEX(company)", r"SOUNDEX\(\) is not a function that is known here \(at position 1\)"),
        ("custno+PROPER(company)", r"PROPER\(\) is not .* \(at position 8\)"),
        ("custno+nothere", r"no field 'nothere' \(at position 8\)"),
        ("custno+balance", r"'\+' is not supported between character and numeric values \(at position 7\)"),
        ("paid-company", r"'-' is not supported between logical and character values"),
        ("rate", r"'rate' needs bits for null or length that the table does not keep"),
        ("custno>'AB'", "'>' has no certain meaning where the left text is longer"),
        ("notes", r"'notes' of type M has no key"),
        ("LEFT(company,seq)", "needs a whole number written out as argument 2"),
        ("UPPER(balance)", "is not supported for a numeric value"),
        ("UPPER(custno", "the end is not expected here"),
        ("custno custno", r"'custno' is not expected here \(at position 8\)"),
        ("custno$$'AB'", r"'\$' is not expected here"),
        ("{01/02/2026}", r"a date depends on SET DATE unless it is like \{\^2026-01-31\}"),
        ("'abc", "is not understood"),
        ("PADL(company,4)", "would cut a text of 35 characters to 4"),
        ("PADR(company,241)", "241 bytes long"),
        ("STR()", "takes 1 to 3 arguments"),
        ("", "the end is not expected here"),
        ("(" * 80 + "custno" + ")" * 80, "nested too deeply"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(UnsupportedExpressionError, match=reason):
        compile_key(text, FIELDS, "cp1252")


def test_a_condition_must_be_true_or_false() -> None:
    with pytest.raises(UnsupportedExpressionError, match="true or false"):
        compile_filter("custno", FIELDS, "cp1252")


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("custno", ("AB",), b"AB"),
        ("custno+company", ("AB", "Acme"), b"AB    Acme"),
        ("custno+company", ("AB    Acme",), b"AB    Acme"),
        ("UPPER(company)", ("Acme",), b"ACME"),
        ("UPPER(custno+company)", ("ab", "Acme"), b"AB    ACME"),
        ("custno+'-'+DTOS(due)", ("AB", date(2026, 1, 31)), b"AB    -20260131"),
        ("STR(balance,8,2)+custno", (Decimal("12.5"), "AB"), b"   12.50AB"),
        ("STR(seq)", (7,), b"         7"),
        ("balance", (Decimal("-3.50"),), double_key(-3.5)),
        ("balance", (None,), double_key(0.0)),
        ("seq", (-7,), integer_key(-7)),
        ("total", (Decimal("1.2345"),), (12_345 + (1 << 63)).to_bytes(8, "big")),
        ("due", (date(2000, 1, 1),), double_key(2_451_545.0)),
        ("due", (None,), double_key(0.0)),
        ("seen", (datetime(2000, 1, 1, 12, tzinfo=None),), double_key(2_451_545.5)),  # noqa: DTZ001 - FoxPro has no zones
        ("paid", (True,), b"T"),
        ("LEFT(company,4)", ("Acme Corporation",), b"Acme"),
        ("LEFT(company,4)", ("A" * 36,), None),
        ("SUBSTR(company,3,4)", ("me C",), b"me C"),
        ("SUBSTR(company,3,4)", ("me Co",), None),
        ("TRIM(custno)+' '+company", ("AB Acme",), b"AB Acme"),
        ("UPPER(TRIM(custno)+company)", ("ab",), b"AB"),
        ("custno", ("TOOLONG",), None),
        ("custno", ("\u20ac\u0416",), None),
        ("seq", (2**40,), None),
        ("seq", (Decimal("1.5"),), None),
        ("custno", (5,), None),
        ("custno+'-'+DTOS(due)", ("AB    -2026",), b"AB    -2026"),
        ("custno+'-'+DTOS(due)", ("AB    X2026",), None),
        ("custno+'-'+DTOS(due)", ("AB    X",), None),
        ("UPPER(custno+'x'+company)", ("ab    xacme",), b"AB    XACME"),
        ("LEFT(UPPER(company),4)", ("acme corporation",), b"ACME"),
        ("LEFT(DTOS(due),6)", (date(2026, 1, 31),), b"202601"),
        ("PADR(UPPER(custno),8)+company", ("ab", "Acme"), b"AB      Acme"),
        ("PADR(ALLTRIM(custno),8,'0')+company", ("ab", "Acme"), b"ab000000Acme"),
        ("PADR(ALLTRIM(custno),8,'0')", ("ab",), b"ab"),
        ("custno+'é'+company", ("AB    éAcme",), "AB    éAcme".encode("cp1252")),
        ("balance", ("text",), None),
    ],
)
def test_a_search_key_is_built_from_values(
    text: str, values: tuple[Value, ...], expected: bytes | None
) -> None:
    assert key_for(compile_key(text, FIELDS, "cp1252"), *values) == expected


@pytest.mark.parametrize("text", ["custno", "balance", "ALLTRIM(custno)+company"])
def test_more_values_than_a_key_has_places_for_are_refused(text: str) -> None:
    with pytest.raises(UnsupportedExpressionError, match="by 1 values at most, not 2"):
        key_for(compile_key(text, FIELDS, "cp1252"), "AB", "Acme")


def test_an_exact_search_key_is_padded() -> None:
    compiled = compile_key("custno+company", FIELDS, "cp1252")
    assert key_for(compiled, "AB", exact=True) == b"AB".ljust(41)
    assert key_for(compiled, "AB", "Acme", exact=True) == b"AB    Acme".ljust(41)
