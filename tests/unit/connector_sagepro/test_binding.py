from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.binding import BoundTable, Shape, UnfitValueError, bind_table
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.records.fields import NoValue
from counterfoil.ports.errors import ConfigurationError, DefectError

CASH = {
    shape.name: shape
    for shape in (
        Shape("invno", "C", 10),
        Shape("custno", "C", 6),
        Shape("paidamt", "N", 8, 2),
        Shape("disamt", "Y", 8, 4),
        Shape("dtepaid", "D", 8),
        Shape("checkno", "C", 10),
    )
}


def bound() -> BoundTable:
    return bind_table(TableName.CASH, "arcash01", CASH, {"reference": "checkno"})


def test_numbers_are_right_justified_and_text_is_not() -> None:
    assert bound().render({"number": "1001", "customer": "ABC"}) == {"invno": "      1001", "custno": "ABC"}


def test_columns_that_the_site_lacks_are_left_out() -> None:
    assert bound().render({"user": "CFOL", "reference": "77"}) == {"checkno": "77"}


def test_blank_numbers_read_as_zero_and_blank_dates_as_none() -> None:
    fields = dict.fromkeys(CASH) | {"invno": "      1001", "custno": "ABC", "checkno": "77"}
    row = bound().parse(5, fields)
    assert (row.text("number"), row.money("paid"), row.day("paid_on")) == ("1001", Decimal(0), None)
    assert row.record == 5


def test_dates_and_exact_money_are_read_as_they_stand() -> None:
    day = date(2026, 11, 20)
    row = bound().parse(1, {**dict.fromkeys(CASH), "disamt": Decimal("1.2345"), "dtepaid": day})
    assert (row.money("discount"), row.day("paid_on")) == (Decimal("1.2345"), day)


@pytest.mark.parametrize("value", [NoValue.OVERFLOW, NoValue.BLANK, Decimal("NaN"), b"1.00"])
def test_what_is_no_number_is_never_taken_for_money(value: object) -> None:
    with pytest.raises(ConfigurationError, match="record 7 of arcash01 holds no number in paidamt"):
        bound().parse(7, {**dict.fromkeys(CASH), "paidamt": value})


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"number": "12345678901"}, "arcash01.invno: '12345678901' needs 11 characters, the field has 10"),
        ({"reference": "12345678901"}, "arcash01.checkno"),
        ({"paid": Decimal("123456.00")}, "arcash01.paidamt: 123456.00 is wider than 8 characters"),
        ({"paid": Decimal("0.005")}, "arcash01.paidamt: 0.005 has more than 2 decimals"),
        ({"discount": Decimal("0.00005")}, "arcash01.disamt: 0.00005 has more than 4 decimals"),
    ],
)
def test_a_value_that_does_not_fit_names_table_and_field(values: dict[str, str | Decimal], says: str) -> None:
    with pytest.raises(UnfitValueError) as caught:
        bound().render(values)
    assert says in str(caught.value)


def test_an_unknown_column_is_a_defect() -> None:
    with pytest.raises(DefectError, match="arcash has no column amont"):
        bound().render({"amont": Decimal(1)})


def test_a_missing_required_column_says_where_to_name_it() -> None:
    with pytest.raises(ConfigurationError, match=r"arcash01 has no column refno .*columns.arcash.reference"):
        bind_table(TableName.CASH, "arcash01", CASH, {})


def test_a_column_of_another_type_is_named() -> None:
    fields = {**CASH, "dtepaid": Shape("dtepaid", "C", 10)}
    with pytest.raises(ConfigurationError, match=r"arcash01.dtepaid .* has type C, which cannot hold a date"):
        bind_table(TableName.CASH, "arcash01", fields, {"reference": "checkno"})


def test_a_column_of_bytes_holds_no_text() -> None:
    shapes = CASH | {"custno": Shape("custno", "C (binary)", 6)}
    with pytest.raises(ConfigurationError, match=r"custno.*has type C \(binary\), which cannot hold a text"):
        bind_table(TableName.CASH, "arcash01", shapes, {})


def test_search_keys_are_padded_to_the_site_s_width() -> None:
    assert bound().search_key("number", "1001") == "      1001"
    assert bound().search_key("customer", "ABC") == "ABC   "
    assert bound().search_key("customer", "TOOLONG") is None
