from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from counterfoil.connectors.sagepro.numbering import PROBES_MAX, Numberer
from counterfoil.connectors.sagepro.posting.desk import CUSTOMERS, OPEN_CREDITS, ORDERS, NoNumberError
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.ports.errors import ConfigurationError
from tests.support.sagepro_books import PROFILE_TEXT

COUNTED = "numbering: {orders: {counter: int1}}"


def row(table: TableName, record: int = 1, **values: Value) -> Row:
    return Row(table=table, record=record, values=values)


def numberer(text: str, rows: Iterable[Row], last: int | None = None) -> Numberer:
    kept = list(rows)

    def find(name: TableName, column: str, wanted: str) -> Iterator[Row]:
        return (one for one in kept if one.table is name and one.text(column) == wanted)

    return Numberer(parse_profile(f"{PROFILE_TEXT}{text}\n"), find, lambda _name: last)


SYSTEM = row(TableName.SYSTEM, number="SO01", flags="", int1=600)
OTHER_COMPANY = row(TableName.SYSTEM, 2, number="SO02", flags="", int1=90)
MIRROR = row(TableName.ORDER_COUNTERS, number="SO01", int1=600)


def test_the_counter_and_its_mirror_rise_to_the_number_used() -> None:
    drawn = numberer(COUNTED, [OTHER_COMPANY, SYSTEM, MIRROR]).draw(ORDERS)
    assert drawn.written == "601"
    assert drawn.last is None
    assert [(one.table, one.record, one.column, one.before, one.after) for one in drawn.operations] == [
        (TableName.SYSTEM, 1, "int1", 600, 601),
        (TableName.ORDER_COUNTERS, 1, "int1", 600, 601),
    ]


def test_a_mirror_that_lags_is_set_to_the_same_number() -> None:
    lagging = row(TableName.ORDER_COUNTERS, number="SO01", int1=12)
    drawn = numberer(COUNTED, [SYSTEM, lagging]).draw(ORDERS)
    assert [(one.before, one.after) for one in drawn.operations] == [(600, 601), (12, 601)]


def test_taken_numbers_are_stepped_over_in_the_current_and_the_history_table() -> None:
    taken = [row(TableName.ORDERS, number="601"), row(TableName.ORDER_HISTORY, number="602")]
    drawn = numberer(COUNTED, [SYSTEM, *taken]).draw(ORDERS)
    assert drawn.written == "603"
    assert drawn.operations[0].after == 603


def test_a_counter_that_is_far_behind_is_the_wrong_one() -> None:
    taken = [row(TableName.ORDERS, number=str(601 + one)) for one in range(PROBES_MAX)]
    with pytest.raises(NoNumberError, match="names the wrong counter"):
        numberer(COUNTED, [SYSTEM, *taken]).draw(ORDERS)


@pytest.mark.parametrize(
    ("text", "rows", "why"),
    [
        (COUNTED, [OTHER_COMPANY], "0 live rows SO01"),
        (COUNTED, [SYSTEM, SYSTEM], "2 live rows SO01"),
        (COUNTED, [row(TableName.SYSTEM, number="SO01", flags="DELETED", int1=5)], "0 live rows"),
        (COUNTED, [row(TableName.SYSTEM, number="SO01", flags="")], "no column int1"),
        ("", [SYSTEM], "give numbering.orders"),
        (
            "numbering: {orders: {first: 5, last: 5}}",
            [row(TableName.ORDERS, number="5")],
            "widen numbering.orders",
        ),
    ],
)
def test_what_keeps_a_number_from_being_drawn_is_told(text: str, rows: list[Row], why: str) -> None:
    with pytest.raises(NoNumberError, match=why):
        numberer(text, rows).draw(ORDERS)


def test_a_range_of_ours_goes_on_after_the_number_last_used() -> None:
    own = numberer("numbering: {customers: {first: 1, last: 999, prefix: W, digits: 5}}", [SYSTEM], last=41)
    first = own.draw(CUSTOMERS)
    assert (first.written, first.last, first.operations) == ("W00042", 42, ())
    assert own.draw(CUSTOMERS).written == "W00042", "what was not used is drawn again"
    own.accept(first)
    assert own.draw(CUSTOMERS).written == "W00043"


def test_open_credits_keep_their_range() -> None:
    text = "open_credits: {first: 7, last: 7}"
    with pytest.raises(NoNumberError, match="widen open_credits"):
        numberer(text, [row(TableName.DOCUMENTS, number="7")]).draw(OPEN_CREDITS)


@pytest.mark.parametrize("rule", ["{}", "{counter: int1, first: 1, last: 2}", "{first: 3, last: 2}"])
def test_a_rule_is_a_counter_or_a_range(rule: str) -> None:
    with pytest.raises(ConfigurationError, match="give either counter"):
        parse_profile(f"{PROFILE_TEXT}numbering: {{orders: {rule}}}\n")


def test_a_counter_of_another_name_is_mapped_and_not_made_up() -> None:
    with pytest.raises(ConfigurationError, match=r"columns\.sysdata"):
        parse_profile(f"{PROFILE_TEXT}numbering: {{orders: {{counter: nextso}}}}\n")
    mapped = parse_profile(f"{PROFILE_TEXT}{COUNTED}\ncolumns: {{sysdata: {{int1: nextso}}}}\n")
    assert mapped.columns[TableName.SYSTEM]["int1"] == "nextso"
