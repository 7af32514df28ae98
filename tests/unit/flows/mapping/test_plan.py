from __future__ import annotations

import time

import pytest

from counterfoil.flows.errors import FlowError
from counterfoil.flows.mapping.carry import map_record
from counterfoil.flows.mapping.tables import TableError
from tests.unit.flows.mapping.samples import RECORD, SHAPE, TABLES, mapped, one, planned, through

BEFORE = len(SHAPE.splitlines())

RULES = [
    ("txet", "text 40", "no source or value 'txet'; did you mean 'text'?"),
    ("must", "text 10", "is of up to 40 characters, but 10 fit; add truncate: {width: 10, keep: ...}"),
    ("text", "text 40", "may be empty; add default: {value: ...}, or make the target optional"),
    ("number", "optional text", "is number, not text; add text"),
    ("money", "optional money USD", "is in any currency; add convert: {to: USD, ...}"),
    ("dollars", "optional money EUR", "is in USD; add convert: {to: EUR, ...}"),
    ("number", "optional number 12,2", "has any number of decimal places, but 2 fit; add round"),
    ("day", "optional text", "is date, not text; add date_text"),
    ("[text, must]", "optional text", "2 values become one by concat"),
    (through("uper"), "optional text", "no transform 'uper'; did you mean 'upper'?"),
    (through("__class__"), "optional text", "no transform '__class__'"),
    (through("pad"), "optional text", "it.then.1: pad needs 'width': {pad: {width: ...}}"),
    (through("pad: {widht: 3}"), "optional text", "unknown entry 'widht'; did you mean 'width'?"),
    (through("pad: {width: 0}"), "optional text", "it.then.1.pad.width: 0 is not from 1 to 4000"),
    (through("pad: {width: 3, fill: ab}"), "optional text", "one character belongs here"),
    (
        through("upper, round: {places: 2, mode: up}"),
        "optional text",
        "round takes number, not text; add number",
    ),
    (through("upper", "number"), "optional text", "upper takes text, not number; add text"),
    (through("extract: {pattern: '('}"), "optional text", "'(' is no pattern of RE2: missing )"),
    (through(r"extract: {pattern: '(a)\1'}"), "optional text", "is no pattern of RE2: invalid escape"),
    (through("extract: {pattern: '(a)(b)'}"), "optional text", "at most one group"),
    (through("extract: {pattern: '((a{1,999}){1,999}){1,999}'}"), "optional text", "is no pattern of RE2"),
    (
        through("lookup: {table: term, by: x, give: y}"),
        "optional text",
        "no table 'term'; did you mean 'terms'?",
    ),
    (
        through("lookup: {table: terms, by: customr, give: terms}"),
        "optional text",
        "table terms has no column 'customr'; did you mean 'customer'?",
    ),
    (through("gl_account: {by: product_category}"), "optional text", "needs on: a date, because the rows of"),
    (through("gl_account: {by: product_category, on: day}"), "optional text", "'day' may be empty"),
    (
        through("gl_account: {by: product_category, on: moment}"),
        "optional text",
        "is moment, not date; add day",
    ),
    (through("gl_account: {by: category}"), "optional text", "'category' is not known; did you mean"),
    (through("convert: {to: USD, mode: up, on: paid_on}", "number"), "optional text", "convert takes money"),
    (through("convert: {to: usd, mode: up, on: paid_on}", "money"), "optional text", "'usd' is no currency"),
    (through("convert: {to: USD, on: paid_on}", "money"), "optional money", "'mode' is missing"),
    (through("convert: {to: USD, mode: up}", "money"), "optional money", "convert needs on: a date"),
    (
        through("money: {currency: USD, currency_from: must}", "number"),
        "optional money",
        "needs either currency",
    ),
    (through("money", "number"), "optional money", "needs either currency or currency_from"),
    (through("share: {weights: [1, -1], part: 1}", "money"), "optional money", "no weight is below 0"),
    (
        through("share: {weights: [0, 0], part: 1}", "money"),
        "optional money",
        "at least one weight is above 0",
    ),
    (through("share: {weights: [1, 1], part: 3}", "money"), "optional money", "3 is not from 1 to 2"),
    (through("when: {is: a, below: 3, then: x}"), "optional text", "needs exactly one of is, at_least"),
    (through("when: {below: 3, then: x}"), "optional text", "compares a number or money by below, not text"),
    (through("when: {is: a, then: x, else_from: number}"), "optional text", "gives text or number; one kind"),
    (through("when: {is: a}"), "optional text", "needs then or then_from"),
    (through("default: {value: x}", "number"), "optional number", "'x' is not a number"),
    (through("date: {format: MM/DD/YY}"), "optional date", "a year of two digits cannot be read"),
    (through("date: {format: YYYY-MM-DD h}"), "optional date", "hh and AM stand together, and without HH"),
    (through("moment: {format: YYYY-MM-DD HH h AM, zone: UTC}"), "optional moment", "and without HH"),
    (through('extract: {pattern: "\\ud800"}'), "optional text", "half a character"),
    (through("status: my_table"), "optional text", "it.then.1.status: named parameters belong here"),
    (through("date_text: {format: MMMM}", "day"), "optional text", "'MMMM' is none of YYYY YY MMM"),
    (through("date_text: {format: DDD}", "day"), "optional text", "'DDD' is none of"),
    (through("date: {format: YYYYMD}"), "optional date", "M and D cannot be told apart; put a sign between"),
    (through("date: {format: YYYY-MM}"), "optional date", "day is missing"),
    (through("date: {format: YYYY-DD-MM HH}"), "optional date", "has a time of day; use moment"),
    (through("date: {format: yyyy-mm-dd}"), "optional date", "'y' in 'yyyy-mm-dd' is none of YYYY"),
    (through("moment: {format: YYYY-MM-DD HH}"), "optional moment", "moment needs zone"),
    (through("day: {zone: Mars/Base}", "moment"), "optional date", "'Mars/Base' is no time zone"),
    (through("day: {zone: ../../etc/passwd}", "moment"), "optional date", "is no time zone"),
    (through("day: {zone: /etc/passwd}", "moment"), "optional date", "is no time zone"),
    ("{value: abc}", "number 3", "'abc' is not a number"),
    ("{value: abcd}", "text 3", "'abcd' has 4 characters, more than 3"),
    ("{value: a, then: upper}", "text 3", "a fixed 'value' goes through no transforms"),
    ("{from: text, value: a}", "text 3", "needs either 'from' or 'value'"),
]


@pytest.mark.parametrize(("rule", "target", "message"), RULES)
def test_what_cannot_fit_is_told_with_its_line_and_a_remedy(rule: str, target: str, message: str) -> None:
    with pytest.raises(FlowError) as told:
        planned(one(rule, target))
    assert message in str(told.value)
    assert told.value.findings[0].line == BEFORE + 4


SHAPES = [
    ("text 10,2", "only a number has decimal places"),
    ("money 10", "only text and numbers have a width"),
    ("text USD", "only money has a currency"),
    ("number 3,4", "decimal places are at most 12 and at most the digits"),
    ("number 20", "the width is from 1 to 19"),
    ("text 0", "the width is from 1 to 4000"),
    ("txt 3", "no type 'txt'; did you mean 'text'?"),
    ("text wide", "'text wide' is no type, such as"),
    ("[text]", "a text belongs here"),
]


@pytest.mark.parametrize(("words", "message"), SHAPES)
def test_a_type_is_one_or_told(words: str, message: str) -> None:
    with pytest.raises(FlowError) as told:
        planned(one("must", words))
    assert message in str(told.value)
    assert f"line {BEFORE + 2}: target.it: " in str(told.value)


def test_a_required_target_without_a_rule_is_told_where_it_is_declared() -> None:
    with pytest.raises(FlowError, match=rf"^line {BEFORE + 2}: target.it: is required, and no rule"):
        planned(SHAPE + "target:\n  it: text 3\n  other: optional text\nmap:\n  other: text\n")


def test_a_rule_for_no_target_is_told_with_the_nearest() -> None:
    with pytest.raises(FlowError, match="no target 'refrence'; did you mean 'reference'"):
        planned(SHAPE + "target:\n  reference: optional text\nmap:\n  refrence: text\n")


def test_everything_that_is_wrong_is_told_at_once_and_nothing_twice() -> None:
    text = (
        SHAPE
        + "target: {a: optional text, b: optional text, c: text 3}\n"
        + "values:\n  bad: {from: nothing}\n  clash: text\n  text: must\n"
        + "map:\n  a: bad\n  b: {from: text, then: nope}\n  c: must\n"
    )
    with pytest.raises(FlowError) as told:
        planned(text)
    assert [finding.line - BEFORE for finding in told.value.findings] == [3, 5, 8, 9]


def test_a_value_stands_above_its_use() -> None:
    with pytest.raises(FlowError, match=r"values\.one: 'two' stands further down; put it above"):
        planned(one("one").replace("map:", "values:\n  one: two\n  two: one\nmap:"))


def test_widths_grow_and_shrink_with_the_transforms() -> None:
    planned(one("{from: [must, other], then: [concat: {separator: '-'}, default: {value: x}]}", "text 51"))
    with pytest.raises(FlowError, match="of up to 51 characters, but 50 fit"):
        planned(one("{from: [must, other], then: [concat: {separator: '-'}]}", "text 50"))
    planned(one(through("truncate: {width: 10, keep: end}", "must"), "text 10"))
    planned(one(through("status", "must"), "text 8"))
    planned(one(through("date_text: {format: YYYYMMDD}", "paid_on"), "text 8"))
    planned(one(through("amount", "dollars"), "optional number 12,2"))
    with pytest.raises(FlowError, match="has 3 decimal places, but 2 fit"):
        planned(one(through("amount", "money"), "optional number 12,2"))


NARROWEST = [
    (through("text", "number"), "optional text 29", "optional text 28"),
    (through("text: {places: 2}", "number"), "optional text 19", "optional text 18"),
    (through("text: {places: 0}", "number"), "optional text 16", "optional text 15"),
    (
        through("lookup: {table: customers, by: outside, give: inside, otherwise: unknown}", "must"),
        "text 7",
        "text 6",
    ),
    (through("cross_reference: {table: customers}", "must"), "optional text 4", "text 4"),
    (through("when: {is: a, then: xyz, else: ab}", "must"), "text 3", "text 2"),
    (through("when: {is: a, then: xyz}", "must"), "optional text 3", "text 3"),
    (through("when: {is: a, then: xyz, else_from: other}", "must"), "optional text 10", "text 10"),
    ("{from: [other, must], then: [first_of]}", "text 40", "text 39"),
    ("{from: [other, text], then: [first_of]}", "optional text 40", "text 40"),
    ("{from: [other, text], then: [concat]}", "optional text 50", "text 50"),
    ("{from: [other, must], then: [concat]}", "text 50", "text 49"),
    ("{from: [dollars, dollars], then: [sum]}", "optional money USD", "money USD"),
    ("{from: [dollars, money], then: [sum]}", "optional money", "optional money USD"),
    (through("flag_text: {yes: ja, no: nein}, default: {value: x}", "flag"), "text 4", "text 3"),
    (through("split: {by: '-', part: 1}", "must"), "optional text 40", "text 40"),
    (through("pad: {width: 3}", "must"), "text 3", "text 2"),
    (through("moment_text: {format: 'YYYY/MM', zone: UTC}", "moment"), "optional text 7", "optional text 6"),
]


@pytest.mark.parametrize(("rule", "fits", "too_narrow"), NARROWEST)
def test_the_type_of_a_rule_is_as_narrow_as_can_be_known_and_no_narrower(
    rule: str, fits: str, too_narrow: str
) -> None:
    assert planned(one(rule, fits)).targets
    with pytest.raises(FlowError):
        planned(one(rule, too_narrow))


def test_a_number_that_is_too_long_for_its_target_is_refused_and_never_rounded() -> None:
    found = mapped("count", "optional number 3", count="1234")
    assert "1234 has more digits than optional number 3" in found.problems[0].text


def test_two_rows_that_hold_at_once_are_told_with_their_lines() -> None:
    tables = {**TABLES, "customers": "outside,inside\na,1\nb,2\na,3\n"}
    with pytest.raises(TableError, match="table customers, line 4: says otherwise what line 2 says"):
        planned(one(through("cross_reference: {table: customers}")), tables)


HOSTILE = [
    "",
    "- a\n- b",
    "a: " * 50_000,
    "[" * 100_000,
    SHAPE.replace("A sample", "&a [*a]"),
    one("!!python/object/apply:os.system ['true']"),
    one("{from: &x text}"),
    one("{from: [" + "text, " * 200 + "text]}"),
    one("{from: text, then: [" + "upper, " * 50 + "upper]}"),
    one("{from: text, then: [{upper: {}, lower: {}}]}"),
    one("{from: text, then: {from: {then: {from: text}}}}"),
    one("{from: {}}"),
    one("{value: " + "x" * 2_000 + "}", "text"),
    one("must", "text 99999999"),
    one("must").replace("  must: text 40", "  __class__: text"),
    one("must").replace("  must: text 40", "  a/../b: text"),
    one("must").replace("  must: text 40", "  '$(true)': text"),
    SHAPE + "target: {}\nmap: {}\n",
    SHAPE + "target:\n" + "".join(f"  t{n}: text\n" for n in range(501)) + "map: {t1: must}\n",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_mapping_ends_in_a_clear_error_and_soon(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(FlowError, match=r"^line \d"):
        planned(text)
    assert time.perf_counter() - started < 5


def chain(length: int) -> str:
    """Values that stand one upon another."""
    values = "".join(f"  v{n}: {f'v{n - 1}' if n else 'must'}\n" for n in range(length))
    return one(f"v{length - 1}").replace("map:", f"values:\n{values}map:")


def test_values_stand_one_upon_another_only_so_high() -> None:
    assert map_record(planned(chain(49)), RECORD, explain=True).values == {"it": "m"}
    with pytest.raises(FlowError, match="more than 50 values one upon another"):
        planned(chain(400))


def test_a_mapping_that_is_wrong_everywhere_is_told_soon() -> None:
    long = "a" * 50
    text = SHAPE + "".join(f"  {long}{n:04}: text\n" for n in range(480))
    text += "target:\n" + "".join(f"  t{n}: text\n" for n in range(500))
    text += "map:\n" + "".join(f"  t{n}: {long}b{n:04}\n" for n in range(500))
    started = time.perf_counter()
    with pytest.raises(FlowError) as told:
        planned(text)
    assert len(told.value.findings) == 50
    assert time.perf_counter() - started < 20


def test_a_large_table_is_indexed_once_for_all_its_uses() -> None:
    tables = {"large": "outside,inside\n" + "".join(f"k{n},v{n}\n" for n in range(20_000))}
    text = SHAPE + "target:\n" + "".join(f"  t{n}: optional text\n" for n in range(500)) + "map:\n"
    text += "".join(f"  t{n}: {through('cross_reference: {table: large}')}\n" for n in range(500))
    started = time.perf_counter()
    plan = planned(text, tables)
    assert time.perf_counter() - started < 10
    assert set(map_record(plan, {**RECORD, "text": "k7"}).values.values()) == {"v7"}


def test_a_pattern_takes_linear_time() -> None:
    text = one(through("extract: {pattern: '(?:(?:a|a)*)*b'}")).replace(
        "optional text 40", "optional text 4000"
    )
    started = time.perf_counter()
    assert map_record(planned(text), {"text": "a" * 4_000, "paid_on": "2026-11-26"}).values == {"it": None}
    assert time.perf_counter() - started < 1


def test_a_comma_that_yaml_takes_for_its_own_is_explained() -> None:
    text = SHAPE + "target: {a: optional number 12,2}\nmap: {a: number}\n"
    with pytest.raises(
        FlowError, match=r"target: '2' is not a name; inside .* write 'number 12,2' in quotes"
    ):
        planned(text)
    planned(
        text.replace("optional number 12,2", "'optional number 12,2'").replace(
            "map: {a: number}", "map: {a: count}"
        )
    )


def test_the_version_of_a_mapping_never_moves_by_itself() -> None:
    assert (
        planned(one("must", "text 40")).version
        == "bcae07aa1581f2184f55857d5e40a2a9831f0f605629a744ebf5f844e4765bd6"
    )


def test_layout_and_order_do_not_change_the_version_and_content_does() -> None:
    text = one("{from: must, then: [upper]}")
    version = planned(text).version
    assert planned("# A comment\n" + text.replace("[upper]", "[ 'upper' ]")).version == version
    assert planned(text.replace("upper", "lower")).version != version
