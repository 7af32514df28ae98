from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.money import Money, exponent, total
from counterfoil.flows.errors import FlowError
from counterfoil.flows.mapping.carry import map_record
from counterfoil.flows.mapping.plan import MappingPlan, read_mapping
from counterfoil.flows.mapping.tables import Index, TableError, parse_table
from counterfoil.flows.mapping.transforms import TRANSFORMS
from counterfoil.flows.mapping.values import show
from tests.support.strategies import payable
from tests.unit.flows.mapping.samples import planned

WAYS = """\
mapping: ways
title: Money on every way that keeps it
source:
  money: money
  text: text 60
  currency: text 3
  number: number
  paid_on: date
target:
  as_it_is: money
  by_text: money
  by_number: money
  by_amount: money
  there_and_back: money
  chosen: money
  sum: money
values:
  amount: {from: money, then: [amount]}
  nothing: {from: amount, then: [negate, money: {currency_from: currency}]}
  twice: {from: [money, money], then: [sum]}
map:
  as_it_is: money
  by_text: {from: text, then: [number, money: {currency_from: currency}]}
  by_number: {from: number, then: [money: {currency_from: currency}]}
  by_amount: {from: amount, then: [text, number, money: {currency_from: currency}]}
  there_and_back: {from: money, then: [negate, negate]}
  chosen: {from: money, then: [when: {at_least: '0', then_from: money, else_from: money}]}
  sum: {from: [twice, nothing], then: [sum]}
"""
PLAN = planned(WAYS)


@given(payable(least=-(10**14), most=10**14))
def test_mapping_money_never_changes_a_cent(money: Money) -> None:
    record = {
        "money": money,
        "text": show(money.amount),
        "currency": money.currency,
        "number": show(money.amount),
        "paid_on": "2026-11-26",
    }
    found = map_record(PLAN, record)
    assert found.problems == ()
    assert set(found.values.values()) == {money}


def sharing(weights: list[int]) -> MappingPlan:
    written = ", ".join(map(str, weights))
    parts = range(1, len(weights) + 1)
    targets = "".join(f"  p{part}: money\n" for part in parts)
    rules = "".join(
        f"  p{part}: {{from: money, then: [share: {{weights: [{written}], part: {part}}}]}}\n"
        for part in parts
    )
    return planned(
        f"mapping: shares\ntitle: Shares\nsource: {{money: money}}\ntarget:\n{targets}map:\n{rules}"
    )


@given(
    payable(least=-(10**9), most=10**14), st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)
)
def test_shares_of_money_are_the_whole_to_the_cent(money: Money, weights: list[int]) -> None:
    found = map_record(sharing(weights), {"money": money})
    parts = [value for value in found.values.values() if isinstance(value, Money)]
    assert len(parts) == len(weights)
    assert total(parts, money.currency) == money
    assert all(part.is_whole_minor_units for part in parts)


CONVERTED = """\
mapping: convert
title: Convert
source: {money: money, paid_on: date}
target: {it: money USD}
map:
  it: {from: money, then: [convert: {to: USD, mode: half_even, on: paid_on}]}
"""


@given(payable(most=10**12), st.decimals(Decimal("0.0001"), Decimal(1000), places=6))
def test_a_conversion_is_within_half_a_cent_of_the_exact_product(money: Money, rate: Decimal) -> None:
    table = f"from_currency,to_currency,rate,valid_from\n{money.currency},USD,{rate},2026-11-26\n"
    plan = planned(CONVERTED, {"currency_rates": table})
    found = map_record(plan, {"money": money, "paid_on": "2026-11-26"}).values["it"]
    assert isinstance(found, Money)
    if money.currency == "USD":
        assert found == money
    else:
        assert abs(found.amount - money.amount * rate) * 2 <= Decimal(1).scaleb(-exponent("USD"))


def told(work: Callable[[], object]) -> str:
    """What the error says that is meant for people; nothing where there is none, and any other escapes."""
    try:
        work()
    except (FlowError, TableError) as error:
        return str(error)
    return ""


@given(st.text(max_size=300), st.sampled_from([*TRANSFORMS, "none"]), st.text(max_size=40))
def test_any_text_in_a_mapping_ends_in_a_plan_or_a_told_error(text: str, name: str, value: str) -> None:
    head = "mapping: m\ntitle: T\nsource: {a: text}\ntarget: {b: optional text}\n"
    for body in (
        text,
        f"{head}map: {{b: {{from: a, then: [{name}: {text}]}}}}",
        f"{head}map: {{b: {value}}}",
    ):
        assert re.match(r"line \d|$", told(partial(read_mapping, body, lambda _: None, ())))


@given(st.text(max_size=300))
def test_any_text_is_a_table_or_a_told_error(text: str) -> None:
    assert re.match(r"table t\b|$", told(lambda: Index(parse_table("t", text), ())))


json_values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=60) | st.decimals() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["money", "text", "currency", "number", "paid_on"]), json_values))
def test_any_record_is_mapped_or_its_problems_are_told(record: dict[str, object]) -> None:
    found = map_record(PLAN, record)
    assert found.values.keys().isdisjoint(each.target for each in found.problems)
    assert len(found.values) + len(found.problems) == len(PLAN.targets)
    assert map_record(PLAN, record, explain=True).problems == found.problems


days = st.dates(date(2020, 1, 1), date(2020, 3, 1))


@given(st.lists(days, min_size=1, max_size=8, unique=True), days)
def test_on_each_day_the_newest_row_that_has_begun_holds(begins: list[date], on: date) -> None:
    text = "key,valid_from\n" + "".join(f"k,{begin}\n" for begin in begins)
    row = Index(parse_table("t", text), ["key"]).find(("k",), on)
    begun = [begin for begin in begins if begin <= on]
    assert (row.valid_from if row else None) == max(begun, default=None)
