"""An order taken back by its key: void, with nothing reserved and nothing on order any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.facts.sales_order import OrderKind
from counterfoil.ports.erp import Busy, Refused
from tests.support.orders import DELIVERY, line, order, order_books
from tests.support.sagepro_books import MemoryBooks, usd

FACT = order(line(quantity="4"), line(quantity="2", price="3"), freight=usd(5), delivery=DELIVERY)


def reversal(fact: Fact) -> ReversalFact:
    day = date(2026, 11, 22)
    return ReversalFact(key=fact.key.reversal, reverses=fact.key, reversed_on=day, reason="cancelled")


def with_order(fact: Fact = FACT) -> MemoryBooks:
    books = order_books()
    answer = books.post(fact)
    assert isinstance(answer, Plan), answer
    return books


def change(books: MemoryBooks, table: TableName, **values: Value) -> None:
    """What somebody does to the first row of the table."""
    row = books.table(table)[0]
    books.rows[row.table, row.record] = replace(row, values={**row.values, **values})


def totals(books: MemoryBooks) -> list[Decimal]:
    rows = (*books.table(TableName.LOCATIONS), *books.table(TableName.STORES))
    return [
        *(row.money("allocated") for row in rows),
        books.one(TableName.CUSTOMERS, "ABC").money("on_order"),
    ]


@pytest.mark.parametrize("kind", list(OrderKind))
def test_a_void_order_leaves_nothing_reserved_or_on_order(kind: OrderKind) -> None:
    untouched = totals(order_books())
    fact = replace(FACT, kind=kind)
    books = with_order(fact)
    assert (totals(books) == untouched) == (kind is not OrderKind.FIRM)
    answer = books.post(reversal(fact))
    assert isinstance(answer, Plan), answer
    assert totals(books) == untouched
    rows = (*books.table(TableName.ORDERS), *books.table(TableName.ORDER_LINES))
    assert {row.text("status") for row in rows} == {"V"}
    assert len(rows) == 4
    assert books.one(TableName.ORDERS, "601").money("amount") == fact.amount.amount * (
        -1 if kind is OrderKind.RETURN else 1
    )


def test_after_that_the_shop_may_send_the_order_once_more() -> None:
    books = with_order()
    assert isinstance(books.plan(replace(FACT, key=replace(FACT.key, lineage="shopify/s2/1001"))), Refused)
    books.post(reversal(FACT))
    again = replace(FACT, key=replace(FACT.key, generation=2))
    assert isinstance(books.post(again), Plan)
    assert [row.text("status") for row in books.table(TableName.ORDERS)] == ["V", ""]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (TableName.ORDER_LINES, {"open_quantity": Decimal(1)}),
        (TableName.ORDER_LINES, {"item": "NUT"}),
        (TableName.ORDER_LINES, {"status": "C"}),
        (TableName.ORDERS, {"shipped_amount": Decimal(3)}),
        (TableName.ORDERS, {"status": "C"}),
        (TableName.ORDERS, {"status": "V"}),
    ],
)
def test_an_order_that_moved_on_is_void_by_hand(table: TableName, values: dict[str, Value]) -> None:
    books = with_order()
    change(books, table, **values)
    answer = books.plan(reversal(FACT))
    assert isinstance(answer, Refused)
    assert "by hand" in answer.why


def test_a_line_that_a_clerk_added_keeps_it_from_being_void() -> None:
    books = with_order()
    extra = {**books.table(TableName.ORDER_LINES)[0].values, "line": 9}
    books.rows[TableName.ORDER_LINES, 999] = Row(table=TableName.ORDER_LINES, record=999, values=extra)
    assert isinstance(books.plan(reversal(FACT)), Refused)


def test_quantities_that_are_written_otherwise_are_the_same() -> None:
    books = with_order()
    change(books, TableName.ORDER_LINES, open_quantity=Decimal("4.000"))
    assert isinstance(books.plan(reversal(FACT)), Plan)


@pytest.mark.parametrize("table", [TableName.ORDERS, TableName.ORDER_LINES, TableName.CUSTOMERS])
def test_a_row_on_a_clerk_s_screen_is_waited_for(table: TableName) -> None:
    books = with_order()
    change(books, table, lock_state="L", lock_user="MARY")
    assert isinstance(books.plan(reversal(FACT)), Busy)


def test_an_order_that_stands_in_history_too_is_void_in_both() -> None:
    books = with_order()
    for here, there in (
        (TableName.ORDERS, TableName.ORDER_HISTORY),
        (TableName.ORDER_LINES, TableName.ORDER_LINE_HISTORY),
    ):
        for row in books.table(here):
            record = row.record
            books.rows[here, record] = replace(row, values={**row.values, "twin": "X"})
            books.rows[there, record] = replace(row, table=there, values={**row.values, "twin": "X"})
    assert isinstance(books.post(reversal(FACT)), Plan)
    for table in (TableName.ORDERS, TableName.ORDER_HISTORY, TableName.ORDER_LINE_HISTORY):
        assert {row.text("status") for row in books.table(table)} == {"V"}, table
