from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.numbering import Numberer
from counterfoil.connectors.sagepro.operations import Append, Operation, Plan
from counterfoil.connectors.sagepro.posting.desk import ORDERS
from counterfoil.connectors.sagepro.records import COLUMNS, Row, TableName, Value
from counterfoil.domain.facts.chargeback import DisputeOutcome
from counterfoil.domain.facts.customer import OF_CUSTOMERS_ALONE, CustomerField
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.refund import RefundMeaning
from tests.support.customers import change, new_customer, ship_to, told
from tests.support.orders import DELIVERY, counter_row, line, order, order_books
from tests.support.outgoing import chargeback, credit_memo, outcome, refund
from tests.support.receivables import (
    SITE,
    TERMS,
    application,
    deposit,
    discounted,
    identifying,
    invoice_rows,
    order_row,
    surcharged,
    unidentified,
)
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, receipt, usd

PLAIN = "Receipt applied to an invoice"
BASE: Mapping[str, Value] = {"base_total": Decimal(100), "base_discount": Decimal(0)}
PAID = receipt("ABC", {"1001": "100"})
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "postings.md"


def section(title: str) -> set[tuple[str, str, str]]:
    (text,) = (part for part in PAGE.read_text("utf-8").split("\n## ") if part.startswith(title))
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.startswith("| ")]
    return {(table, column, certainty) for _, table, column, _, certainty, _ in rows[1:]}


def written(fact: Fact, *before: Fact) -> set[tuple[str, str, str]]:
    """What the fact writes, once the others stand in the books."""
    books = MemoryBooks(
        [
            customer_row("ABC", "100"),
            *invoice_rows("1001", "ABC", "100", {**TERMS, **BASE}),
            *invoice_rows("9001", "ABC", "-40", {"kind": "O"}),
            document_row("1003", "ABC", "-30", kind="C"),
            order_row("501", "ABC"),
        ],
        SITE,
    )
    for one in before:
        books.post(one)
    plan = books.plan(fact)
    assert isinstance(plan, Plan), plan
    return columns_of(plan.operations)


def columns_of(operations: Iterable[Operation]) -> set[tuple[str, str, str]]:
    names = [
        (operation.table, name)
        for operation in operations
        for name in (operation.values if isinstance(operation, Append) else (operation.column,))
    ]
    columns = [(table, COLUMNS[table][name]) for table, name in names]
    return {(table.value, column.field, column.certainty.value) for table, column in columns}


@pytest.mark.parametrize(
    ("title", "fact"),
    [
        ("Receipt applied to an invoice", receipt("ABC", {"1001": "100"})),
        ("Payment on account", receipt("ABC", {}, "10")),
        ("Unidentified receipt", unidentified("100")),
        ("Application of a credit", application("ABC", "1003", {"1001": "10"})),
    ],
)
def test_the_page_names_exactly_what_the_code_writes(title: str, fact: Fact) -> None:
    assert section(title) == written(fact)


@pytest.mark.parametrize(
    ("title", "base", "fact"),
    [
        ("Discount and write-off", PLAIN, discounted("ABC", "1001", "97", discount="2", write_off="1")),
        ("Deposit on a sales order", "Payment on account", deposit("ABC", "10", "501")),
        ("Surcharge", PLAIN, surcharged(receipt("ABC", {"1001": "100"}), "3")),
    ],
)
def test_the_page_names_what_is_written_beside_a_plain_receipt(title: str, base: str, fact: Fact) -> None:
    assert section(title) | section(base) == written(fact)


@pytest.mark.parametrize(
    ("title", "fact"),
    [
        ("Credit memo", credit_memo("ABC", "20", tax="2", invoice="1001")),
        ("Refund of an open credit", refund(PAID, {"9001": "30"}, RefundMeaning.OPEN_CREDIT)),
        ("Refund that re-opens an invoice", refund(PAID, {"1001": "30"})),
        ("Refund with a credit memo", refund(PAID, {"1001": "30"}, RefundMeaning.CREDIT_MEMO, tax="2")),
    ],
)
def test_the_page_names_what_is_written_where_money_goes_back(title: str, fact: Fact) -> None:
    assert section(title) == written(fact, PAID)


def test_a_chargeback_writes_the_rows_of_a_refund_that_re_opens_an_invoice() -> None:
    opened = chargeback(PAID, {"1001": "30"})
    assert section("Refund that re-opens an invoice") == written(opened, PAID)
    lost = outcome(opened, DisputeOutcome.LOST)
    assert section("Chargeback lost") == written(lost, PAID, opened)


def test_the_page_names_what_an_identification_writes_beside_the_receipt() -> None:
    found = written(identifying(PAID), unidentified("100"))
    assert section("Identification of a receipt") | section(PLAIN) == found


def test_the_page_names_what_an_order_writes() -> None:
    books = order_books(None, terms_percent=Decimal(2), terms_days=10)
    plan = books.plan(order(line(), freight=usd(5), tax=usd(1), delivery=DELIVERY))
    assert isinstance(plan, Plan), plan
    assert section("Sales order") == columns_of(plan.operations)


def test_the_page_names_what_a_counter_writes() -> None:
    mirror = Row(table=TableName.ORDER_COUNTERS, record=0, values=counter_row().values)
    books = order_books(None, mirror)
    drawn = Numberer(books.site, books.find, lambda _name: None).draw(ORDERS)
    assert section("Numbers by a counter of Sage Pro") == columns_of(drawn.operations)


EVERYTHING = {one.value: "x" for one in CustomerField}
ADDRESS = {one.value: "x" for one in CustomerField if one not in OF_CUSTOMERS_ALONE}


@pytest.mark.parametrize(
    ("title", "fact"),
    [
        ("New customer", new_customer(number="NEW", **EVERYTHING)),
        ("Delivery address", replace(ship_to(), values=told(**ADDRESS))),
    ],
)
def test_the_page_names_what_is_written_of_who_is_new(title: str, fact: Fact) -> None:
    books = order_books(None, tax_rate=Decimal(5))
    plan = books.plan(fact)
    assert isinstance(plan, Plan), plan
    assert section(title) == columns_of(plan.operations)


def test_a_change_writes_columns_of_a_new_customer_alone() -> None:
    values = {name: "" for name in EVERYTHING if name != "name"}
    plan = order_books(None, **values).plan(change(told(**EVERYTHING)))
    assert isinstance(plan, Plan), plan
    assert columns_of(plan.operations) < section("New customer")
    assert len(plan.operations) == len(CustomerField)
