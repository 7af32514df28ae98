from __future__ import annotations

import json
from decimal import Decimal

import pytest

from counterfoil.domain.money import Money
from counterfoil.flows.mapping.carry import map_record
from tests.unit.flows.mapping.samples import RECORD, SHAPE, mapped, one, planned, problem, through, value

STORY = (
    SHAPE
    + """\
target:
  base: money USD
  kind: text 4
values:
  first: {from: number, then: [money: {currency: EUR}]}
map:
  base:
    from: first
    then:
      - convert: {to: USD, mode: half_up, on: paid_on}
      - default: {value: '0.00'}
  kind: {value: SALE}
"""
)


def test_a_trace_tells_sources_transforms_and_rows_down_to_the_record() -> None:
    found = map_record(planned(STORY), {**RECORD, "number": "10"}, explain=True)
    story = found.stories["base"]
    assert (story.sources, story.value) == ((("first", "10.00 EUR"),), "10.85 USD")
    assert [(step.transform, step.given, step.gave) for step in story.steps] == [
        ("convert", ("10.00 EUR",), "10.85 USD"),
        ("default", ("10.85 USD",), "10.85 USD"),
    ]
    row = story.steps[0].rows[0]
    assert (row.table, row.line, row.cells["rate"]) == ("currency_rates", 3, "1.0850")
    assert story.steps[1].rows == ()
    assert found.value_stories["first"].sources == (("number", "10"),)
    assert (found.stories["kind"].sources, found.stories["kind"].value) == ((), "SALE")


def test_with_and_without_a_trace_the_values_are_the_same() -> None:
    plan = planned(STORY)
    record = {**RECORD, "number": "10"}
    assert map_record(plan, record).values == map_record(plan, record, explain=True).values
    assert map_record(plan, record).stories == {}


def test_a_problem_in_one_value_is_told_at_each_target_that_needs_it_and_at_no_other() -> None:
    found = map_record(planned(STORY), {**RECORD, "number": "0.001"})
    assert [(each.target, each.text) for each in found.problems] == [
        ("base", "first: 0.001 EUR has parts of a minor unit; round it first")
    ]
    assert found.values == {"kind": "SALE"}


def test_a_source_that_nothing_needs_may_be_anything() -> None:
    assert value("must", "text 40", number="not a number") == "m"


RECORDS = [
    ("must", "text 40", {"must": "  padded  "}, "padded"),
    ("must", "text 40", {"must": Decimal("7.10")}, "7.10"),
    ("must", "text 40", {"must": 7}, "7"),
    ("number", "optional number", {"number": Decimal("0.1")}, Decimal("0.1")),
    ("number", "optional number", {"number": "12345678901234.56789"}, Decimal("12345678901234.56789")),
    ("count", "optional number 4", {"count": "12.00"}, Decimal(12)),
    ("money", "optional money", {"money": {"amount": "1.5", "currency": "USD"}}, Money.of("1.50", "USD")),
    ("money", "optional money", {"money": Money.of("1.50", "USD")}, Money.of("1.50", "USD")),
    ("dollars", "optional money USD", {"dollars": "1.5"}, Money.of("1.50", "USD")),
    ("flag", "optional flag", {"flag": True}, True),
    ("flag", "optional flag", {"flag": False}, False),
    ("flag", "optional flag", {"flag": "true"}, True),
    ("text", "optional text", {"text": "   "}, None),
    ("day", "optional date", {}, None),
]


@pytest.mark.parametrize(("source", "target", "record", "wanted"), RECORDS)
def test_a_record_is_read_by_its_types(
    source: str, target: str, record: dict[str, object], wanted: object
) -> None:
    assert value(source, target, **record) == wanted


UNFIT = [
    ("must", "text 40", {"must": ""}, "must: is empty, and text 40 must not be"),
    ("must", "text 40", {"must": None}, "must: is empty"),
    ("must", "text 40", {"must": "x" * 41}, "has 41 characters, more than 40"),
    ("must", "text 40", {"must": "a\ud800"}, "'a\\ud800' holds half a character"),
    ("must", "text 40", {"must": Decimal("1E+30")}, "more than 19 digits"),
    ("money", "optional money", {"money": Money.of("1.005", "USD")}, "has parts of a minor unit"),
    ("must", "text 40", {"must": ["a"]}, "must: a list is not a text"),
    ("must", "text 40", {"must": True}, "must: a bool is not a text"),
    ("number", "optional number", {"number": True}, "a bool is not a number"),
    ("number", "optional number", {"number": 0.1}, "number: a float is not a number"),
    ("number", "optional number", {"number": 10**5_000}, "is not a number"),
    ("number", "optional number", {"number": Decimal("NaN")}, "not a finite number"),
    ("number", "optional number", {"number": Decimal("1e-300")}, "more than 19 digits"),
    ("count", "optional number 4", {"count": "1.5"}, "1.5 has more than 0 decimal places"),
    ("count", "optional number 4", {"count": "12345"}, "has more digits than optional number 4"),
    ("dollars", "optional money USD", {"dollars": "1.005"}, "1.005 USD has parts of a minor unit"),
    ("dollars", "optional money USD", {"dollars": Money.of("1", "EUR")}, "is in EUR, not in USD"),
    ("money", "optional money", {"money": "1.00"}, "'1.00' is not money such as 12.50 USD"),
    ("money", "optional money", {"money": ["1", "USD"]}, "a list is not money"),
    ("day", "optional date", {"day": "11/26/2026"}, "is not a date such as 2026-11-26"),
    ("moment", "optional moment", {"moment": "2026-11-26T10:00:00"}, "is not a moment with its zone"),
    ("flag", "optional flag", {"flag": "yes"}, "'yes' is not true or false"),
]


@pytest.mark.parametrize(("source", "target", "record", "why"), UNFIT)
def test_what_is_not_of_its_type_is_refused(
    source: str, target: str, record: dict[str, object], why: str
) -> None:
    assert why in problem(source, target, **record)


def test_a_field_inside_a_field_is_named_by_its_path() -> None:
    text = one("created.by.name").replace("  must:", "  created.by.name: optional text\n  must:")
    plan = planned(text)
    assert map_record(plan, {**RECORD, "created": {"by": {"name": "Ann"}}}).values == {"it": "Ann"}
    others: tuple[object, ...] = (None, "text", [], {"by": []})
    for created in others:
        assert map_record(plan, {**RECORD, "created": created}).values == {"it": None}


def test_data_is_never_a_pattern_a_template_or_a_name() -> None:
    for text in ("{0.__class__}", "%s", "${must}", "{{must}}", "=1+1", "\\1", "__class__"):
        assert value(through("upper, lower, pad: {width: 40, side: right}"), text=text) == text.lower().ljust(
            40
        )
        assert value(r"{from: text, then: [extract: {pattern: '(.+)'}]}", text=text) == text


def test_a_row_that_another_value_used_is_not_told_as_this_ones() -> None:
    text = SHAPE + (
        "target: {it: optional text}\n"
        "values:\n  paid: {from: must, then: status}\n"
        "map:\n  it: {from: text, then: [when: {empty: yes, then_from: paid}]}\n"
    )
    found = map_record(planned(text), {**RECORD, "must": "Approved"}, explain=True)
    assert found.stories["it"].steps[0].rows == ()
    assert found.value_stories["paid"].steps[0].rows[0].line == 2


def test_json_digits_stay_as_they_are() -> None:
    record = json.loads('{"number": 12345678901234.56}', parse_float=str)
    assert mapped("number", "optional number", **record).values["it"] == Decimal("12345678901234.56")
