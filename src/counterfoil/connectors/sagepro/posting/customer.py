"""The rows of new and changed customers and delivery addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from counterfoil.connectors.sagepro.operations import Append, Operation, Plan
from counterfoil.connectors.sagepro.posting.desk import CUSTOMERS, Answer, Desk
from counterfoil.connectors.sagepro.posting.objections import customer_faults, on_screen
from counterfoil.connectors.sagepro.posting.rows import set_value, stamp
from counterfoil.connectors.sagepro.records import COLUMNS, Row, TableName, Value
from counterfoil.connectors.sagepro.sales_rules import value_of
from counterfoil.domain.facts.customer import CustomerFact, FieldValue, ShipToFact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.ports.erp import Busy, Changed, Refused

_Objections = Iterator[Refused | Busy | Changed]
_FIRST = 1


def plan_customer(fact: CustomerFact, desk: Desk) -> Answer:
    """A new row of the customer table, or the columns that change in one."""
    if fact.is_new:
        return _new_customer(fact, desk)
    number = CustomerNumber(fact.number or "")
    customers = desk.books.customers(number)
    for objection in customer_faults(fact.key, number, customers):
        return objection
    return _changed(fact.key, fact.values, customers[0].row, desk)


def plan_ship_to(fact: ShipToFact, desk: Desk) -> Answer:
    """A new row of the table of delivery addresses, or the columns that change in one."""
    if not desk.has(TableName.SHIP_TOS):
        why = f"the table {TableName.SHIP_TOS.value} was not found: name its folder under folders.AR"
        return Refused(key=fact.key, why=why)
    customers = desk.books.customers(fact.customer)
    for objection in customer_faults(fact.key, fact.customer, customers):
        return objection
    addresses = list(desk.books.find(TableName.SHIP_TOS, "customer", fact.customer))
    found = [row for row in addresses if row.text("ship_to") == fact.number]
    if fact.is_new:
        return _new_address(fact, desk, customers[0].row, addresses)
    if len(found) != 1:
        why = f"customer {fact.customer} has {len(found)} delivery addresses {fact.number}, not one"
        return Refused(key=fact.key, why=f"{why}: mend this in Sage Pro, or create it")
    return _changed(fact.key, fact.values, found[0], desk)


def _new_customer(fact: CustomerFact, desk: Desk) -> Answer:
    for objection in _column_objections(fact.key, fact.values, TableName.CUSTOMERS, desk):
        return objection
    number = fact.number or desk.draw(CUSTOMERS)
    if desk.books.customers(number):
        why = f"customer {number} exists: change it, or give the new one another number"
        return Refused(key=fact.key, why=why)
    if any(row["number"] == number for row in desk.pending(TableName.CUSTOMERS)):
        return Busy(key=fact.key, what=f"another customer {number} is being written")
    table = TableName.CUSTOMERS
    defaults = {name: value_of(table, name, text) for name, text in desk.profile.customers.defaults.items()}
    values: dict[str, Value] = {
        "currency": desk.profile.currency,
        **defaults,
        **_told(fact.values),
        **_stamp(desk),
        "number": number,
        "balance": Decimal(0),
        "on_order": Decimal(0),
    }
    return Plan(key=fact.key, document=number, operations=(Append(table=table, values=values),))


def _new_address(fact: ShipToFact, desk: Desk, customer: Row, addresses: Sequence[Row]) -> Answer:
    for objection in _column_objections(fact.key, fact.values, TableName.SHIP_TOS, desk):
        return objection
    pending = [row for row in desk.pending(TableName.SHIP_TOS) if row["customer"] == fact.customer]
    taken = [*(row.text("ship_to") for row in addresses), *(str(row["ship_to"]) for row in pending)]
    if fact.number in taken:
        why = f"customer {fact.customer} has a delivery address {fact.number}: change it instead"
        return Refused(key=fact.key, why=why)
    number = fact.number or str(max((int(one) for one in taken if one.isdecimal()), default=0) + _FIRST)
    inherited = ("salesperson", "territory", "tax_rate", "link_code")
    values: dict[str, Value] = {
        **{name: customer.values[name] for name in inherited if name in customer.values},
        **_told(fact.values),
        **_stamp(desk),
        "customer": customer.text("number"),
        "ship_to": number,
        "default": "N" if taken else "Y",
    }
    return Plan(key=fact.key, document=number, operations=(Append(table=TableName.SHIP_TOS, values=values),))


def _changed(key: PostingKey, values: Sequence[FieldValue], row: Row, desk: Desk) -> Answer:
    """Only what the fact names; everything else in the row stays, whoever wrote it."""
    for objection in _change_objections(key, values, row, desk):
        return objection
    operations: list[Operation] = []
    for one in values:
        operations += set_value(row, one.field.value, one.value)
    document = row.text("number") or row.text("ship_to")
    return Plan(key=key, document=document, operations=tuple(operations))


def _change_objections(key: PostingKey, values: Sequence[FieldValue], row: Row, desk: Desk) -> _Objections:
    if row.text("lock_state"):
        yield on_screen(key, f"{row.table.value} {row.text('number') or row.text('ship_to')}", row)
    yield from _column_objections(key, values, row.table, desk)
    for one in values:
        found = row.text(one.field.value)
        if one.assumed is not None and found != one.assumed.strip():
            field = COLUMNS[row.table][one.field.value].field
            why = f"{row.table.value}.{field} holds {found!r}, not {one.assumed!r}"
            yield Changed(key=key, current=(), why=f"{why}: somebody changed it meanwhile")


def _column_objections(
    key: PostingKey, values: Sequence[FieldValue], table: TableName, desk: Desk
) -> Iterator[Refused]:
    """What is told has a column at this site, so that nothing of it is lost."""
    for one in values:
        name = one.field.value
        if name not in desk.columns(table):
            field = COLUMNS[table][name].field
            why = (
                f"table {table.value} has no column {field} for {name}: leave it out, or name the site's own"
            )
            yield Refused(key=key, why=f"{why} under columns.{table.value}.{name} in the profile")


def _told(values: Sequence[FieldValue]) -> Mapping[str, Value]:
    return {one.field.value: one.value for one in values}


def _stamp(desk: Desk) -> Mapping[str, Value]:
    own = {name: value for name, value in stamp(desk.terms).items() if name.startswith("added")}
    return {**own, "entered_on": desk.terms.now.date()}
