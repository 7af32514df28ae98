from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.posting.desk import Answer
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.connectors.sagepro.sales_rules import CreditHold, TaxMode
from counterfoil.domain.facts.sales_order import OrderKind, SalesOrderFact
from counterfoil.ports.erp import Busy, Refused
from tests.support.orders import (
    DELIVERY,
    ORDER_TEXT,
    line,
    order,
    order_books,
    place_row,
    store_row,
    with_rules,
)
from tests.support.sagepro_books import MemoryBooks, usd

FULL = order(
    line(quantity="4", price="2.50", discount_percent=Decimal(10)),
    line(quantity="1", price="2.50", location="DEN", taxable=False, description="Bolt, painted"),
    discount=usd("1.00"),
    freight=usd("8.50"),
    tax=usd("0.64"),
    tax_rate=Decimal(8),
    delivery=DELIVERY,
)


def posted(books: MemoryBooks, fact: SalesOrderFact) -> Plan:
    answer = books.post(fact)
    assert isinstance(answer, Plan), answer
    return answer


def why(answer: Answer) -> str:
    assert isinstance(answer, Refused), answer
    return answer.why


def head(books: MemoryBooks) -> Row:
    (row,) = books.table(TableName.ORDERS)
    return row


def money(row: Row, *columns: str) -> list[str]:
    return [str(row.money(name)) for name in columns]


def allocated(books: MemoryBooks) -> dict[tuple[str, str], Decimal]:
    rows = (*books.table(TableName.LOCATIONS), *books.table(TableName.STORES))
    return {
        (row.text("location"), row.text("store")): row.money("allocated")
        for row in rows
        if row.text("item") == "BOLT"
    }


def test_an_order_is_written_with_lines_charges_address_and_totals() -> None:
    books = order_books()
    assert posted(books, FULL).document == "601"
    order_row = head(books)
    assert order_row.text("purchase_order") == "SHOP-1001"
    assert [order_row.text(name) for name in ("terms", "salesperson", "territory", "link_code")] == [
        "Net 30",
        "AB",
        "MN",
        "DEF",
    ]
    assert money(order_row, "amount", "base_amount", "tax", "base_tax", "taxable_amount", "tax_rate") == [
        *("19.00", "19.00", "0.64", "0.64", "8.00", "8")
    ]
    lines = books.table(TableName.ORDER_LINES)
    assert [(row.text("item"), row.text("location"), str(row.money("extended_price"))) for row in lines] == [
        ("BOLT", "MSP", "9.00"),
        ("BOLT", "DEN", "2.50"),
        ("DISCOUNT", "MSP", "-1.00"),
        ("FRT", "MSP", "8.50"),
    ]
    assert [row.values["line"] for row in lines] == [1, 2, 3, 4]
    assert [row.text("stock_code") for row in lines] == ["100", "200", "DEF", "DEF"]
    assert [row.text("taxable") for row in lines] == ["Y", "N", "Y", "N"]
    assert [row.text("stocked") for row in lines] == ["Y", "Y", "N", "N"]
    assert [row.money("tax_rate") for row in lines] == [8, 0, 8, 0]
    assert [row.text("description") for row in lines[:2]] == ["BOLT description", "Bolt, painted"]
    assert lines[0].money("cost") == Decimal("1.1"), "the item's cost where the location has none"


def test_an_order_has_its_address_and_raises_what_is_reserved_and_on_order() -> None:
    books = order_books()
    posted(books, FULL)
    (address,) = books.table(TableName.ORDER_ADDRESSES)
    assert [address.text(name) for name in ("kind", "name", "address_1", "state")] == [
        "D",
        "Dock 4",
        "1 Mill Rd",
        "MN",
    ]
    assert books.one(TableName.CUSTOMERS, "ABC").money("on_order") == Decimal("19.00")
    assert allocated(books) == {
        ("MSP", ""): 4,
        ("DEN", ""): 1,
        ("MSP", "A1"): 4,
        ("MSP", "B1"): 0,
        ("DEN", "A1"): 1,
    }


@pytest.mark.parametrize(
    ("rules", "amount", "tax", "lines"),
    [
        ({}, "10.00", "0.80", 1),
        ({"tax_in_amount": True}, "10.80", "0.80", 1),
        ({"tax_mode": TaxMode.LINE}, "10.80", "0", 2),
        ({"tax_mode": TaxMode.LINE, "tax_in_amount": True}, "10.80", "0", 2),
    ],
)
def test_the_amount_with_or_without_tax_is_the_site_s_choice(
    rules: dict[str, Any], amount: str, tax: str, lines: int
) -> None:
    books = order_books(with_rules(ORDER_TEXT, **rules))
    posted(books, order(tax=usd("0.80"), tax_rate=Decimal(8)))
    assert money(head(books), "amount", "tax") == [amount, tax]
    rows = books.table(TableName.ORDER_LINES)
    assert len(rows) == lines
    assert books.one(TableName.CUSTOMERS, "ABC").money("on_order") == Decimal(amount)
    assert (rows[0].money("tax_rate") == 0) == (rules.get("tax_mode") is TaxMode.LINE)


def test_a_site_without_tax_takes_no_order_that_bears_it() -> None:
    books = order_books(with_rules(ORDER_TEXT, tax_mode=TaxMode.NONE))
    posted(books, order())
    assert "tax_mode" in why(books.plan(order(tax=usd("0.80"), shop_order="2")))


@pytest.mark.parametrize(
    ("kind", "code", "quantity", "amount"),
    [(OrderKind.BID, "B", "4", "10.00"), (OrderKind.RETURN, "R", "-4", "-10.00")],
)
def test_bids_and_returns_are_no_demand(kind: OrderKind, code: str, quantity: str, amount: str) -> None:
    books = order_books()
    posted(books, order(kind=kind))
    (row,) = books.table(TableName.ORDER_LINES)
    assert (head(books).text("kind"), row.text("kind")) == (code, code)
    assert money(row, "open_quantity", "extended_price") == [quantity, amount]
    assert head(books).money("amount") == Decimal(amount)
    assert books.one(TableName.CUSTOMERS, "ABC").money("on_order") == 0
    assert set(allocated(books).values()) == {0}


def test_lines_of_one_item_reserve_together() -> None:
    books = order_books()
    plan = posted(books, order(line(quantity="2"), line(quantity="3", price="2")))
    assert allocated(books)["MSP", ""] == 5
    changed = [one for one in plan.operations if one.table is TableName.LOCATIONS]
    assert len(changed) == 1, "a row is changed once, so that no change is lost"


def test_the_store_that_reserves_can_be_named() -> None:
    books = order_books(with_rules(ORDER_TEXT, store="B1"))
    posted(books, order())
    assert [allocated(books)["MSP", store] for store in ("A1", "B1")] == [0, 4]
    answer = order_books(with_rules(ORDER_TEXT, store="Z9")).plan(order())
    assert "not kept in store Z9 of location MSP" in why(answer)


def test_totals_are_left_alone_where_the_site_wants_it() -> None:
    books = order_books(with_rules(ORDER_TEXT, allocates=False, on_order=False))
    plan = posted(books, order())
    assert {one.table for one in plan.operations} == {TableName.ORDERS, TableName.ORDER_LINES}
    assert set(allocated(books).values()) == {0}


def test_a_charge_bears_its_own_sales_code_where_the_profile_names_one() -> None:
    books = order_books(with_rules(ORDER_TEXT, charge_codes={"FRT": "F9"}))
    posted(books, order(freight=usd(5)))
    assert [row.text("sales_code") for row in books.table(TableName.ORDER_LINES)] == ["DEF", "F9"]


@pytest.mark.parametrize("table", [TableName.ORDERS, TableName.ORDER_HISTORY])
def test_the_shop_s_number_is_not_entered_twice(table: TableName) -> None:
    there: dict[str, Value] = {
        "number": "77",
        "customer": "ABC",
        "purchase_order": "SHOP-1001",
        "status": "C",
    }
    books = order_books(None, Row(table=table, record=0, values=there))
    assert f"order 77 of customer ABC bears SHOP-1001 already, in {table.value}" in why(books.plan(order()))
    for change in ({"status": "V"}, {"customer": "XYZ"}):
        other = order_books(None, Row(table=table, record=0, values={**there, **change}))
        posted(other, order())


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (order(customer="NOPE"), "customer NOPE does not exist"),
        (order(line("GONE")), "item GONE does not exist"),
        (order(line(location="XXX")), "item BOLT is not kept at location XXX"),
        (order(ship_to="9"), "no delivery address 9"),
    ],
)
def test_what_is_not_in_the_books_is_named(fact: SalesOrderFact, expected: str) -> None:
    assert expected in why(order_books().plan(fact))


def test_a_charge_needs_an_item_that_exists() -> None:
    nameless = with_rules(ORDER_TEXT, freight_item="")
    assert "orders.freight_item" in why(order_books(nameless).plan(order(freight=usd(5))))
    unknown = with_rules(ORDER_TEXT, freight_item="SHIP-AC")
    assert "item SHIP-AC does not exist" in why(order_books(unknown).plan(order(freight=usd(5))))
    posted(order_books(unknown), order())


def test_money_in_another_currency_is_refused() -> None:
    euro = order_books(with_rules(ORDER_TEXT).model_copy(update={"currency": "EUR"}))
    assert "in USD, the books are in EUR" in why(euro.plan(order()))


def test_a_customer_on_credit_hold_gets_no_order_unless_the_site_enters_it() -> None:
    refusing = with_rules(ORDER_TEXT, hold_codes=("H",))
    assert "on credit hold" in why(order_books(refusing, credit_state="H").plan(order()))
    posted(order_books(refusing, credit_state="H"), order(kind=OrderKind.BID))
    posted(order_books(refusing, credit_state="A"), order())
    entering = with_rules(ORDER_TEXT, hold_codes=("H",), on_hold=CreditHold.ENTER)
    posted(order_books(entering, credit_state="H"), order())


def test_rows_on_a_clerk_s_screen_are_waited_for() -> None:
    assert isinstance(order_books(lock_state="L", lock_user="MARY").plan(order()), Busy)
    locked = place_row("SAW", lock_state="L", lock_user="MARY")
    books = order_books(None, locked, store_row("SAW"), replace_item("SAW"))
    answer = books.plan(order(line("SAW")))
    assert isinstance(answer, Busy)
    assert "MARY" in answer.what


def replace_item(name: str) -> Row:
    row = order_books().table(TableName.ITEMS)[0]
    return replace(row, values={**row.values, "item": name})


def test_a_site_without_stock_says_so_in_its_profile() -> None:
    stockless = frozenset({TableName.ITEMS, TableName.LOCATIONS, TableName.STORES})
    books = order_books()
    books.absent = stockless
    assert "table icitem was not found" in why(books.plan(order()))
    assert "orders.items to false" in why(books.plan(order()))
    books = order_books(with_rules(ORDER_TEXT, items=False))
    books.absent = stockless
    posted(books, order(line(description="Bolt"), freight=usd(5)))
    (first, freight) = books.table(TableName.ORDER_LINES)
    assert [first.text(name) for name in ("description", "stock_code", "stocked")] == ["Bolt", "", "N"]
    assert freight.text("item") == "FRT"


@pytest.mark.parametrize(
    ("table", "column", "field"),
    [
        (TableName.ORDERS, "purchase_order", "ponum"),
        (TableName.ORDER_LINES, "open_quantity", "qtyord"),
        (TableName.LOCATIONS, "allocated", "lsoaloc"),
    ],
)
def test_a_column_without_which_an_order_is_not_right_is_named(
    table: TableName, column: str, field: str
) -> None:
    books = order_books()
    books.lacking = frozenset({(table, column)})
    assert f"table {table.value} has no column {field}" in why(books.plan(order()))


def test_the_address_is_the_customer_s_own_where_the_shop_names_it() -> None:
    own: dict[str, Value] = {"customer": "ABC", "ship_to": "2", "name": "ABC West", "city": "Fargo"}
    books = order_books(None, Row(table=TableName.SHIP_TOS, record=0, values=own))
    posted(books, order(ship_to="2"))
    (address,) = books.table(TableName.ORDER_ADDRESSES)
    assert (address.text("name"), address.text("city"), address.text("ship_to")) == ("ABC West", "Fargo", "2")
    assert head(books).text("ship_to") == "2"
