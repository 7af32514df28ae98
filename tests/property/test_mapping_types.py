from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.money import Money
from counterfoil.flows.errors import FlowError
from counterfoil.flows.mapping.carry import map_record
from counterfoil.flows.mapping.library import TABLES, read_library_mapping, read_library_table
from counterfoil.flows.mapping.plan import MappingPlan
from counterfoil.flows.mapping.tables import TableError
from counterfoil.flows.mapping.types import Value
from tests.unit.flows.mapping.samples import SHAPE, planned
from tests.unit.flows.mapping.samples import TABLES as ROWS

SOURCES = {
    "text": ["text", "must", "other"],
    "number": ["number", "count"],
    "money": ["money", "dollars"],
    "date": ["day", "paid_on"],
    "moment": ["moment"],
    "flag": ["flag"],
}
STEPS = {
    ("text", "text"): [
        *("digits", "upper", "lower", "status", "concat: {separator: '--'}", "split: {by: '-', part: 2}"),
        *(
            "pad: {width: 12, fill: '0'}",
            "truncate: {width: 7, keep: end}",
            "truncate: {width: 9, keep: all}",
        ),
        *(r"extract: {pattern: '(\w+)'}", r"extract: {pattern: '\d+', several: first}"),
        *("gl_account: {by: transaction_type}", "gl_account: {by: product_category, on: paid_on}"),
        "cross_reference: {table: customers}",
        "lookup: {table: customers, by: outside, give: inside, otherwise: none}",
        *("when: {empty: yes, then: nothing, else_from: must}", "when: {is: '7', then: seven}"),
        "default: {value: something}",
    ],
    ("text", "number"): ["number", "number: {point: ',', group: '.'}"],
    ("text", "date"): ["date: {format: YYYY-MM-DD}", "date: {format: D MMM YYYY}"],
    ("text", "moment"): ["moment: {format: iso}", "moment: {format: YYYY-MM-DD, zone: Asia/Tokyo}"],
    ("text", "flag"): ["flag: {yes: '1', no: '0'}"],
    ("number", "text"): ["text", "text: {places: 2}", "text: {places: 12}", "when: {below: '7', then: few}"],
    ("number", "number"): [
        *("negate", "absolute", "default: {value: '7'}", "round: {places: 2, mode: half_up}"),
        *("round: {places: 12, mode: up}", "round: {places: 0, mode: half_even}"),
        "when: {at_least: '7', then_from: number, else_from: count}",
    ],
    ("number", "money"): ["money: {currency: USD}", "money: {currency: JPY}", "money: {currency_from: must}"],
    ("money", "money"): [
        *("negate", "absolute", "sum", "share: {weights: [1, 2, 4], part: 2}", "default: {value: 7.00 USD}"),
        *("convert: {to: USD, mode: down, on: paid_on}", "when: {below: '7', then_from: money}"),
    ],
    ("money", "number"): ["amount"],
    ("money", "text"): ["currency_of"],
    ("date", "text"): ["date_text: {format: D.M.YY}", "date_text: {format: DD MMM YYYY}"],
    ("date", "date"): ["default: {value: '2026-11-26'}"],
    ("moment", "date"): ["day: {zone: Asia/Tokyo}", "day: {zone: America/New_York}"],
    ("moment", "text"): [
        "moment_text: {format: 'YYYY-MM-DDTHH:mm:ss', zone: UTC}",
        "moment_text: {format: 'h AM', zone: Asia/Tokyo}",
    ],
    ("flag", "text"): ["flag_text: {yes: ja, no: ''}", "when: {is: 'true', then: a, else: b}"],
    ("flag", "flag"): ["default: {value: 'true'}"],
}
WANTED = {
    "text": [*(f"text {width}" for width in (1, 2, 3, 7, 8, 9, 11, 12, 17, 19, 29, 40, 82)), "text"],
    "number": ["number", "number 12,2", "number 4", "number 4,2", "number 19,12", "number 12"],
    "money": ["money", "money USD", "money JPY"],
    "date": ["date"],
    "moment": ["moment"],
    "flag": ["flag"],
}


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A rule whose steps follow one another by kind, and the targets of the kind that it ends with."""
    kind = draw(st.sampled_from(list(SOURCES)))
    inputs = [draw(st.sampled_from(SOURCES[kind]))]
    steps = []
    if kind in {"text", "money"} and draw(st.booleans()):
        inputs.append(draw(st.sampled_from(SOURCES[kind])))
        steps.append(draw(st.sampled_from(["first_of", "sum" if kind == "money" else "concat"])))
    for _ in range(draw(st.integers(0 if steps else 1, 4))):
        after = draw(st.sampled_from([gives for takes, gives in STEPS if takes == kind]))
        steps.append(draw(st.sampled_from(STEPS[kind, after])))
        kind = after
    return f"{{from: [{', '.join(inputs)}], then: [{', '.join(steps)}]}}", WANTED[kind]


texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["Approved", "Sale", "Retail", "shop-17", "a-b", "USD", "7", "-3.5", "1.234,5", "2026-11-26"]
    ),
    st.from_regex(r"-?\d{1,15}(\.\d{1,4})?", fullmatch=True),
)
numbers = st.decimals(-(10**14), 10**14, places=4)
records = st.fixed_dictionaries(
    {"must": texts, "paid_on": st.dates().map(str)},
    optional={
        "text": texts,
        "other": texts,
        "number": numbers,
        "count": st.integers(-9_999, 9_999),
        "money": st.builds(
            lambda cents, code: Money(Decimal(cents), code),
            st.integers(0, 10**15 - 1),
            st.sampled_from(["USD", "JPY"]),
        ),
        "dollars": st.integers(-(10**15), 10**15).map(lambda cents: Decimal(cents).scaleb(-2)),
        "day": st.dates(),
        "moment": st.datetimes(timezones=st.timezones()),
        "flag": st.booleans(),
    },
)


def fits(value: Value | None, target: str) -> bool:
    """Whether a value is of a target's type, told from the words of the type alone."""
    words = target.removeprefix("optional ").split()
    if value is None:
        return target.startswith("optional ")
    return KINDS[words[0]](value, words[1:])


def is_text(value: Value, words: list[str]) -> bool:
    return isinstance(value, str) and 0 < len(value) <= int(words[0] if words else "40000")


def is_number(value: Value, words: list[str]) -> bool:
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    if not words:
        return True
    digits, _, places = words[0].partition(",")
    shown = format(abs(value).normalize(), "f")
    whole, _, part = shown.partition(".")
    return len(part) <= int(places or 0) and len(whole.lstrip("0")) <= int(digits) - int(places or 0)


def is_money(value: Value, words: list[str]) -> bool:
    return isinstance(value, Money) and value.is_whole_minor_units and words in ([], [value.currency])


KINDS: dict[str, Callable[[Value, list[str]], bool]] = {
    "text": is_text,
    "number": is_number,
    "money": is_money,
    "date": lambda value, _: isinstance(value, date) and not isinstance(value, datetime),
    "moment": lambda value, _: isinstance(value, datetime) and value.tzinfo is not None,
    "flag": lambda value, _: isinstance(value, bool),
}


def sound(text: str, tables: Mapping[str, str]) -> MappingPlan | None:
    """The plan, or nothing where the text was refused in words that name a line."""
    try:
        return planned(text, tables)
    except (FlowError, TableError) as error:
        assert re.match(r"line \d+: |table \w+, line \d+: ", str(error))  # noqa: PT017 - an error is one good outcome
        return None


def mapping(rule: str, target: str) -> str:
    return f"{SHAPE}target:\n  it: {target}\nmap:\n  it: {rule}\n"


@given(rules(), st.lists(records, min_size=1, max_size=4))
def test_a_value_of_a_checked_mapping_is_of_its_targets_type(
    made: tuple[str, list[str]], given: list[dict[str, object]]
) -> None:
    rule, targets = made
    for target in [*targets, *(f"optional {target}" for target in targets)]:
        plan = sound(mapping(rule, target), ROWS)
        for found in [map_record(plan, record) for record in given] if plan else ():
            assert all(fits(value, target) for value in found.values.values()), (rule, target, found)
            assert all(each.text for each in found.problems)


@given(rules())
def test_a_rule_that_fits_a_narrow_text_fits_every_wider_one(made: tuple[str, list[str]]) -> None:
    rule, targets = made
    narrow_first = [f"optional {target}" for target in targets if target.startswith("text")]
    accepted = [sound(mapping(rule, target), ROWS) is not None for target in narrow_first]
    assert accepted == sorted(accepted)


SHIPPED = {name: read_library_table(name) for name in TABLES}
LINES = read_library_mapping("payment_to_receipt").splitlines()
ODD = ("''", "{}", "[]", "&a", "*a", "!!x", "9" * 30)
WORDS = [*sorted(set(re.findall(r"[\w.]+|[^\s\w]", "\n".join(LINES)))), *ODD]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The shipped mapping with some words exchanged, and lines dropped, doubled or moved."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        at, to = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "move", "word", "word"])):
            case "drop":
                lines[at] = ""
            case "double":
                lines.insert(to, lines[at])
            case "move":
                lines[at], lines[to] = lines[to], lines[at]
            case _:
                found = list(re.finditer(r"[\w.]+|[^\s\w]", lines[at]))
                if found:
                    word = draw(st.sampled_from(found))
                    lines[at] = (
                        lines[at][: word.start()] + draw(st.sampled_from(WORDS)) + lines[at][word.end() :]
                    )
    return "\n".join(lines)


@given(damaged())
def test_a_damaged_mapping_is_a_plan_or_a_told_error(text: str) -> None:
    sound(text, SHIPPED)
