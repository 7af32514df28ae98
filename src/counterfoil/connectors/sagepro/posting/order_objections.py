"""What must hold before a sales order is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from counterfoil.connectors.sagepro.posting.desk import Desk
from counterfoil.connectors.sagepro.posting.objections import currency_objections, customer_faults
from counterfoil.connectors.sagepro.posting.order_lines import charges
from counterfoil.connectors.sagepro.posting.order_stock import Found, stock_objections
from counterfoil.connectors.sagepro.records import COLUMNS, CustomerRecord, Row, TableName
from counterfoil.connectors.sagepro.sales_rules import CreditHold, TaxMode
from counterfoil.domain.facts.sales_order import OrderKind, SalesOrderFact
from counterfoil.ports.erp import Busy, Refused

_Objections = Iterator[Refused | Busy]
_PURCHASE_ORDER = "purchase_order"


def order_objections(
    fact: SalesOrderFact, desk: Desk, customers: tuple[CustomerRecord, ...], found: tuple[Found, ...]
) -> _Objections:
    """Everything that stands against the order; where nothing does, the customer is there once."""
    missing = tuple(_missing(fact, desk))
    yield from missing
    if missing:
        return
    yield from currency_objections(fact.key, fact.amount, desk.profile)
    yield from customer_faults(fact.key, fact.customer, customers)
    for customer in customers:
        yield from _credit_objections(fact, customer.row, desk)
        yield from _total_objections(fact, customer.row, desk)
    yield from _double_objections(fact, desk)
    yield from _charge_objections(fact, desk)
    yield from _address_objections(fact, desk)
    if desk.profile.orders.items:
        for one in found:
            yield from stock_objections(fact.key, one, desk)


def _missing(fact: SalesOrderFact, desk: Desk) -> Iterator[Refused]:
    """Tables and columns that the order cannot do without."""
    for table, columns in _needed(fact, desk).items():
        if not desk.has(table):
            hint = ", or set orders.items to false where the site keeps no stock" if _is_stock(table) else ""
            why = f"the table {table.value} was not found: name its folder under folders.{table.module}{hint}"
            yield Refused(key=fact.key, why=why)
            continue
        for name in columns:
            if name not in desk.columns(table):
                entry, field = f"columns.{table.value}.{name}", COLUMNS[table][name].field
                why = f"table {table.value} has no column {field}: name the site's own under {entry}"
                yield Refused(key=fact.key, why=why)


def _needed(fact: SalesOrderFact, desk: Desk) -> Mapping[TableName, tuple[str, ...]]:
    rules = desk.profile.orders
    needed: dict[TableName, tuple[str, ...]] = {
        TableName.ORDERS: (_PURCHASE_ORDER, "amount"),
        TableName.ORDER_LINES: ("open_quantity", "extended_price"),
    }
    if fact.delivery is not None or fact.ship_to:
        needed[TableName.ORDER_ADDRESSES] = ()
    if rules.items:
        needed[TableName.ITEMS] = ()
        needed[TableName.LOCATIONS] = ("allocated",) if rules.allocates else ()
    return needed


def _is_stock(table: TableName) -> bool:
    return table.module == TableName.ITEMS.module


def _credit_objections(fact: SalesOrderFact, customer: Row, desk: Desk) -> Iterator[Refused]:
    rules = desk.profile.orders
    state = customer.text("credit_state")
    held = rules.on_hold is CreditHold.REFUSE and fact.kind is OrderKind.FIRM and state in rules.hold_codes
    if held:
        why = f"customer {fact.customer} is on credit hold (credstat {state!r}): release it in Sage Pro first"
        yield Refused(key=fact.key, why=why)


def _total_objections(fact: SalesOrderFact, customer: Row, desk: Desk) -> Iterator[Refused]:
    if fact.kind is OrderKind.FIRM and desk.profile.orders.on_order and "on_order" not in customer.values:
        why = "the customer table has no column onorder: set orders.on_order to false in the profile"
        yield Refused(key=fact.key, why=why)


def _double_objections(fact: SalesOrderFact, desk: Desk) -> _Objections:
    """No live order of the customer bears the shop's number, in the current table or in history."""
    number, void = fact.purchase_order, desk.profile.orders.codes.void
    for table in (TableName.ORDERS, TableName.ORDER_HISTORY):
        for row in desk.books.find(table, _PURCHASE_ORDER, number):
            if row.text("customer") == fact.customer and row.text("status") not in void:
                why = (
                    f"order {row.text('number')} of customer {fact.customer} bears {number} already, in"
                    f" {table.value}: look whether it is the same, and void one of them"
                )
                yield Refused(key=fact.key, why=why)
    if any(_says(values, number, fact) for values in desk.pending(TableName.ORDERS)):
        yield Busy(key=fact.key, what=f"another order that bears {number} is being written")


def _says(values: object, number: str, fact: SalesOrderFact) -> bool:
    return isinstance(values, dict) and (values[_PURCHASE_ORDER], values["customer"]) == (
        number,
        fact.customer,
    )


def _charge_objections(fact: SalesOrderFact, desk: Desk) -> Iterator[Refused]:
    rules = desk.profile.orders
    if rules.tax_mode is TaxMode.NONE and not fact.tax.is_zero:
        why = f"the order bears {fact.tax} of tax, and orders.tax_mode in the profile is none"
        yield Refused(key=fact.key, why=why)
    nameless: Iterable[str] = (one.entry for one in charges(fact, rules) if not one.item)
    for entry in nameless:
        yield Refused(key=fact.key, why=f"the profile names no item under orders.{entry}")


def _address_objections(fact: SalesOrderFact, desk: Desk) -> Iterator[Refused]:
    if not fact.ship_to or fact.delivery is not None:
        return
    rows = desk.books.find(TableName.SHIP_TOS, "customer", fact.customer)
    if all(row.text("ship_to") != fact.ship_to for row in rows):
        why = (
            f"customer {fact.customer} has no delivery address {fact.ship_to}: create it or give the address"
        )
        yield Refused(key=fact.key, why=why)
