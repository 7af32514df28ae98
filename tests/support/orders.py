"""Sales orders to post, and books in memory that they can be posted into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from counterfoil.connectors.sagepro.profile import Profile, parse_profile
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.domain.address import Address
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.sales_order import OrderLine, SalesOrderFact
from counterfoil.domain.identifiers import CustomerNumber, ItemNumber
from counterfoil.domain.money import Money, total
from tests.support.sagepro_books import PROFILE_TEXT, MemoryBooks, customer_row, usd

ORDER_TEXT = """
numbering: {orders: {counter: int1}}
orders: {freight_item: FRT, discount_item: DISCOUNT, tax_item: TAX, location: MSP}
"""
DELIVERY = Address(
    name="Dock 4",
    line_1="1 Mill Rd",
    city="Duluth",
    state="MN",
    zip="55801",
    country="USA",
    phone="218/555-0100",
    email="dock@abc.example",
)


def order_profile(text: str = ORDER_TEXT) -> Profile:
    return parse_profile(PROFILE_TEXT + text)


def with_rules(text: str, **rules: Any) -> Profile:
    """The profile of that text with other rules for orders."""
    site = order_profile(text)
    return site.model_copy(update={"orders": site.orders.model_copy(update=rules)})


def line(item: str = "BOLT", quantity: str = "4", price: str = "2.50", **changes: Any) -> OrderLine:
    made = OrderLine(item=ItemNumber(item), quantity=Decimal(quantity), price=usd(price))
    return replace(made, **changes)


def order(
    *lines: OrderLine, shop_order: str = "1001", customer: str = "ABC", **changes: Any
) -> SalesOrderFact:
    """An order whose amount is the sum of its parts."""
    given = lines or (line(),)
    zero = Money.zero("USD")
    parts = {name: changes.pop(name, zero) for name in ("discount", "freight", "tax")}
    goods = total((one.extended for one in given), "USD")
    fact = SalesOrderFact(
        key=PostingKey(f"shopify/s1/{shop_order}", Effect.ORDER),
        customer=CustomerNumber(customer),
        channel="SHOP",
        shop_order=shop_order,
        ordered_on=date(2026, 11, 20),
        lines=given,
        amount=goods - parts["discount"] + parts["freight"] + parts["tax"],
        **parts,
    )
    return replace(fact, **changes)


def item_row(item: str, *, stocked: str = "Y", **values: Value) -> Row:
    known: Mapping[str, Value] = {"item": item, "description": f"{item} description", "stocked": stocked}
    own: Mapping[str, Value] = {"item_class": "F", "unit": "EA", "price": Decimal(3), "cost": Decimal("1.1")}
    return Row(table=TableName.ITEMS, record=0, values={**known, **own, **values})


def place_row(item: str, location: str = "MSP", **values: Value) -> Row:
    own: Mapping[str, Value] = {"item": item, "location": location, "allocated": Decimal(0)}
    kept: Mapping[str, Value] = {"on_hand": Decimal(60), "link_code": "100", "cost": Decimal(0)}
    return Row(table=TableName.LOCATIONS, record=0, values={**own, **kept, "lock_state": "", **values})


def store_row(item: str, store: str = "A1", location: str = "MSP") -> Row:
    own: Mapping[str, Value] = {"item": item, "location": location, "store": store}
    return Row(table=TableName.STORES, record=0, values={**own, "allocated": Decimal(0)})


def counter_row(used: int = 600) -> Row:
    values: Mapping[str, Value] = {"number": "SO01", "flags": "", "int1": used}
    return Row(table=TableName.SYSTEM, record=0, values=values)


def order_books(site: Profile | None = None, *further: Row, **customer: Value) -> MemoryBooks:
    """A customer, an item at two locations, items for charges, and a counter."""
    own: dict[str, Value] = {"link_code": "DEF", "on_order": Decimal(0), "credit_state": ""}
    terms: dict[str, Value] = {"terms": "Net 30", "net_days": 30, "salesperson": "AB", "territory": "MN"}
    charges = ("FRT", "DISCOUNT", "TAX")
    rows = [
        customer_row("ABC", "0", **{**own, **terms, **customer}),
        item_row("BOLT"),
        place_row("BOLT"),
        place_row("BOLT", "DEN", link_code="200"),
        *(store_row("BOLT", store) for store in ("A1", "B1")),
        store_row("BOLT", location="DEN"),
        *(item_row(item, stocked="N") for item in charges),
        *(place_row(item, link_code="DEF") for item in charges),
        *(store_row(item) for item in charges),
        counter_row(),
        *further,
    ]
    return MemoryBooks(rows, site or order_profile())
