"""Facts of customers and of where their goods go."""

from __future__ import annotations

from counterfoil.domain.facts.customer import CustomerFact, CustomerField, FieldValue, ShipToFact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.identifiers import CustomerNumber
from tests.support.orders import order_profile

CUSTOMER_TEXT = """
numbering: {customers: {first: 1, last: 99, prefix: W, digits: 5}}
customers: {defaults: {terms: Net 30, net_days: "30", link_code: DEF, statement_format: O, tax_rate: "7.5"}}
"""
_PARSED = order_profile(CUSTOMER_TEXT)
CUSTOMERS, CUSTOMER_RULES = _PARSED.numbering.customers, _PARSED.customers


def told(**values: str) -> tuple[FieldValue, ...]:
    return tuple(FieldValue(field=CustomerField(name), value=value) for name, value in values.items())


def assuming(field: str, value: str, assumed: str) -> tuple[FieldValue, ...]:
    return (FieldValue(field=CustomerField(field), value=value, assumed=assumed),)


def new_customer(event: str = "c1", number: str = "", **values: str) -> CustomerFact:
    key = PostingKey(f"shopify/s1/{event}", Effect.CUSTOMER)
    named = CustomerNumber(number) if number else None
    return CustomerFact(key=key, number=named, is_new=True, values=told(**{"name": "New Ltd", **values}))


def change(values: tuple[FieldValue, ...], event: str = "e1", number: str = "ABC") -> CustomerFact:
    key = PostingKey(f"shopify/s1/{event}", Effect.CUSTOMER)
    return CustomerFact(key=key, number=CustomerNumber(number), values=values)


def ship_to(event: str = "a1", number: str = "", *, is_new: bool = True, **values: str) -> ShipToFact:
    key = PostingKey(f"shopify/s1/{event}", Effect.SHIP_TO)
    named = {"name": "Dock", **values} if is_new else values
    customer = CustomerNumber("ABC")
    return ShipToFact(key=key, customer=customer, number=number, is_new=is_new, values=told(**named))
