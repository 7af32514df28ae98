from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from counterfoil.domain.money import Money
from counterfoil.flows.mapping.transforms import TRANSFORMS
from tests.unit.flows.mapping.samples import problem, through, value

TEXTS = [
    ("upper", "Straße 7 é", "STRAßE 7 É"),
    ("lower", "ABC", "abc"),
    ("digits", "INV-0042/7", "00427"),
    ("digits", "none", None),
    ("pad: {width: 6}", "42", "    42"),
    ("pad: {width: 6, side: right, fill: '*'}", "42", "42****"),
    ("pad: {width: 6, fill: '0'}", "42", "000042"),
    ("truncate: {width: 3, keep: start}", "12345", "123"),
    ("truncate: {width: 3, keep: end}", "12345", "345"),
    ("truncate: {width: 5, keep: all}", "12345", "12345"),
    ("split: {by: '-', part: 2}", "SO - 77 - x", "77"),
    ("split: {by: '-', part: 4}", "SO-77-x", None),
    (r"extract: {pattern: 'INV-?(\d+)'}", "for INV-4711 and INV4711", "4711"),
    (r"extract: {pattern: '\d{4}'}", "no 4711", "4711"),
    (r"extract: {pattern: '\d{4}'}", "none", None),
    (r"extract: {pattern: ':(.*)'}", "order:  ", None),
    (r"extract: {pattern: 'x*'}", "no", None),
    (r"extract: {pattern: '\d+', several: first}", "1 and 2", "1"),
    ("status", "Approved", "Paid"),
    ("gl_account: {by: transaction_type}", "Fee", "61500-000"),
    ("gl_account: {by: product_category, on: paid_on}", "Retail", "40000-250"),
    ("cross_reference: {table: customers}", "shop-17", "ACME"),
    ("cross_reference: {table: customers}", "shop-18", None),
    ("lookup: {table: customers, by: outside, give: inside, otherwise: CASH}", "shop-18", "CASH"),
    ("lookup: {table: customers, by: outside, give: inside, otherwise: ''}", "shop-18", None),
    ("default: {value: none}", "", "none"),
    ("default: {value: none}", "some", "some"),
    ("when: {is: [A, B], then: x, else: y}", "B", "x"),
    ("when: {is: A, then: x, else: y}", "C", "y"),
    ("when: {is: A, then: x}", "C", None),
    ("when: {is: A, then: x, else_from: must}", "C", "m"),
    ("when: {empty: yes, then: x, else: y}", None, "x"),
    ("when: {empty: no, then: x, else: y}", None, "y"),
    ("number, text", "1e3", "1000"),
    ("number, text: {places: 2}", "12.5", "12.50"),
    ("number: {point: ',', group: '.'}, text", "1.234,50", "1234.50"),
    ("number: {group: ','}, text", "12,345,678.9", "12345678.9"),
    ("number, negate, text", "-3", "3"),
    ("number, absolute, text", "-3.10", "3.10"),
    ("flag: {yes: [Y, J], no: N}, flag_text: {yes: ja, no: nein}", "J", "ja"),
    ("flag: {yes: Y, no: N}, flag_text: {yes: ja, no: ''}", "N", None),
    ("date: {format: MM/DD/YYYY}, date_text: {format: YYYYMMDD}", "11/26/2026", "20261126"),
    ("date: {format: D MMM YYYY}, date_text: {format: DD.MM.YY}", "3 Feb 2026", "03.02.26"),
    ("number, money: {currency: USD}, currency_of", "1", "USD"),
]


@pytest.mark.parametrize(("steps", "given", "wanted"), TEXTS)
def test_a_text_becomes(steps: str, given: str | None, wanted: str | None) -> None:
    assert value(through(steps), text=given) == wanted


REFUSED = [
    ("pad: {width: 3}", "1234", "'1234' has 4 characters, more than 3; truncate it first"),
    ("truncate: {width: 3, keep: all}", "1234", "'1234' has 4 characters, and 3 fit"),
    (r"extract: {pattern: '\d+'}", "1 and 2", "holds several references: 1, 2"),
    ("status", "approved", "no row for outside 'approved'; did you mean 'Approved'?"),
    ("status", "Chargeback", "has no row for outside 'Chargeback'"),
    ("gl_account: {by: transaction_type}", "Gift", "no row for transaction_type 'Gift'"),
    ("number, text", "12 USD", "'12 USD' is not a number such as 1234.50"),
    ("number, text", "1e400", "more than 19 digits"),
    ("number, text", "9" * 20, "more than 19 digits"),
    ("number, text", "NaN", "'NaN' is not a number"),
    ("number, text", "\u0661\u0662", "is not a number"),
    ("number: {group: ','}, text", "1,23", "not a number in groups of three digits"),
    ("number: {point: ','}, text", "1.5", "has a point that is no decimal point"),
    ("number, text: {places: 1}", "1.25", "1.25 has more than 1 decimal places; round it first"),
    ("number, money: {currency: USD}, currency_of", "1.005", "1.005 USD has parts of a minor unit"),
    ("number, money: {currency: JPY}, currency_of", "1.5", "1.5 JPY has parts of a minor unit"),
    ("flag: {yes: Y, no: N}, flag_text: {yes: a, no: b}", "X", "'X' is neither yes"),
    ("date: {format: MM/DD/YYYY}, date_text: {format: YYYY}", "26/11/2026", "is on no calendar or clock"),
    ("date: {format: MM/DD/YYYY}, date_text: {format: YYYY}", "1/2/2026", "is not of the format MM/DD/YYYY"),
]


@pytest.mark.parametrize(("steps", "given", "why"), REFUSED)
def test_a_text_is_refused_with_the_reason(steps: str, given: str, why: str) -> None:
    assert why in problem(through(steps), text=given)


def test_joined_texts_leave_empty_ones_out() -> None:
    rule = "{from: [text, other, must], then: [concat: {separator: ' / '}]}"
    assert value(rule, text="a", other=None, must="c") == "a / c"


def test_the_first_value_that_is_there() -> None:
    rule = "{from: [text, other, must], then: [first_of]}"
    assert value(rule, other="b", must="c") == "b"
    assert value(rule, must="c") == "c"


def test_a_table_with_two_key_columns() -> None:
    rule = "{from: [must, text], then: [lookup: {table: terms, by: [customer, region], give: terms}]}"
    assert value(rule, must="ACME", text="EU") == "NET60"


def test_a_dated_row_holds_on_its_days() -> None:
    rule = through("gl_account: {by: product_category, on: paid_on}")
    assert value(rule, text="Retail", paid_on="2025-12-31") == "40000-200"
    assert value(rule, text="Retail", paid_on="2026-01-01") == "40000-250"
    assert "'Retail' on 2019-12-31" in problem(rule, text="Retail", paid_on="2019-12-31")


CONVERT = through("convert: {to: USD, mode: half_up, on: paid_on}", "money")


def test_money_is_converted_at_the_rate_of_its_day_and_rounded_once() -> None:
    assert value(CONVERT, "optional money USD", money="10.00 EUR") == Money.of("10.85", "USD")
    first = value(CONVERT, "optional money USD", money="10.00 EUR", paid_on="2026-11-24")
    assert first == Money.of("10.81", "USD")
    assert value(CONVERT, "optional money USD", money="777 JPY") == Money.of("5.05", "USD")


def test_money_of_the_wanted_currency_needs_no_rate() -> None:
    assert value(CONVERT, "optional money USD", money="10.00 USD", paid_on="1999-01-01") == Money.of(
        "10.00", "USD"
    )


def test_an_old_or_missing_rate_is_refused_and_none_is_turned_round() -> None:
    wanted = "optional money USD"
    assert "is of 2026-11-25; add one for 2026-12-03" in problem(
        CONVERT, wanted, money="1.00 EUR", paid_on="2026-12-03"
    )
    assert "to_currency 'USD' on 2026-11-01" in problem(
        CONVERT, wanted, money="1.00 EUR", paid_on="2026-11-01"
    )
    to_euro = through("convert: {to: EUR, mode: half_up, on: paid_on}", "money")
    assert "no row for from_currency 'USD'" in problem(to_euro, "optional money EUR", money="1.00 USD")


def test_shares_are_the_whole_together() -> None:
    parts = [
        value(
            through(f"share: {{weights: [1, 1, 1], part: {part}}}", "dollars"),
            "optional money USD",
            dollars="1.00",
        )
        for part in (1, 2, 3)
    ]
    assert parts == [Money.of("0.34", "USD"), Money.of("0.33", "USD"), Money.of("0.33", "USD")]


def test_sums_are_of_one_currency() -> None:
    rule = "{from: [dollars, money], then: [sum]}"
    assert value(rule, "optional money", dollars="1.10", money="2.20 USD") == Money.of("3.30", "USD")
    assert "EUR" in problem(rule, "optional money", dollars="1.10", money="2.20 EUR")
    assert value(rule, "optional money", dollars="1.10") is None


@pytest.mark.parametrize(
    ("mode", "given", "wanted"),
    [
        ("half_up", "2.345", "2.35"),
        ("half_up", "-2.345", "-2.35"),
        ("half_even", "2.345", "2.34"),
        ("down", "-2.349", "-2.34"),
        ("up", "2.341", "2.35"),
    ],
)
def test_rounding_is_the_named_one(mode: str, given: str, wanted: str) -> None:
    rule = through(f"round: {{places: 2, mode: {mode}}}", "number")
    assert value(rule, "optional number 12,2", number=given) == Decimal(wanted)


def test_an_amount_chooses_a_branch_and_the_other_is_not_worked_out() -> None:
    rule = through("when: {at_least: '100.00', then: large, else_from: must}", "money")
    assert value(rule, money="100.00 USD", must="") == "large"
    assert value(rule, money="99.99 USD", must="m") == "m"


MOMENT = "moment: {format: 'MM/DD/YYYY h:mm:ss AM', zone: America/New_York}"


def test_a_moment_is_another_day_elsewhere() -> None:
    rule = through(f"{MOMENT}, day: {{zone: Europe/Berlin}}", "must")
    assert value(rule, "date", must="11/26/2026 9:05:00 PM") == date(2026, 11, 27)
    rule = through(f"{MOMENT}, moment_text: {{format: 'YYYY-MM-DDTHH:mm', zone: UTC}}", "must")
    assert value(rule, must="11/26/2026 12:05:00 AM") == "2026-11-26T05:05"


def test_a_time_that_the_clock_skipped_is_refused_and_of_two_alike_the_earlier_is_taken() -> None:
    rule = through(f"{MOMENT}, moment_text: {{format: 'HH:mm', zone: UTC}}", "must")
    assert "skipped when clocks went forward" in problem(rule, must="03/08/2026 2:30:00 AM")
    assert value(rule, must="11/01/2026 1:30:00 AM") == "05:30"


def test_an_iso_moment_needs_its_zone() -> None:
    rule = through("moment: {format: iso}, day: {zone: UTC}", "must")
    assert value(rule, "date", must="2026-11-26T23:30:00-05:00") == date(2026, 11, 27)
    assert "names no zone" in problem(rule, "date", must="2026-11-26T23:30:00")
    assert "outside the calendar" in problem(rule, "date", must="0001-01-01T00:00:00+23:00")


def test_every_transform_is_tried_here() -> None:
    tried = {step.split(":")[0].strip() for steps, *_ in (*TEXTS, *REFUSED) for step in steps.split(", ")}
    elsewhere = {
        "concat",
        "first_of",
        "convert",
        "share",
        "sum",
        "round",
        "moment",
        "day",
        "moment_text",
        "amount",
    }
    assert sorted(TRANSFORMS.keys() - tried - elsewhere) == []
