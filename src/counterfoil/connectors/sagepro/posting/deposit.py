"""What must hold before money becomes a deposit on a sales order."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from counterfoil.connectors.sagepro.mapping import to_invoice
from counterfoil.connectors.sagepro.posting.desk import Desk
from counterfoil.connectors.sagepro.posting.objections import account_objections
from counterfoil.connectors.sagepro.posting.open_credit import deposit_account
from counterfoil.connectors.sagepro.records import CustomerRecord, Row, TableName
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import CustomerNumber, OrderNumber
from counterfoil.ports.erp import Changed, Refused


def deposit_objections(
    key: PostingKey, customer: CustomerNumber, order: OrderNumber, record: CustomerRecord, desk: Desk
) -> Iterator[Changed | Refused]:
    """The order is there once, open, firm and the customer's own; a liability account is named."""
    yield from account_objections(key, "deposits", deposit_account(record, desk.profile))
    if "order" not in desk.columns(TableName.DOCUMENTS):
        yield Refused(key=key, why="the site's table of documents has no column for the order of a deposit")
    rows = list(desk.books.find(TableName.ORDERS, "number", order))
    if len(rows) > 1:
        yield Refused(
            key=key, why=f"order {order} stands {len(rows)} times in the books: mend this in Sage Pro"
        )
    why = _moved(order, customer, rows, desk.profile.orders.codes.open)
    if why:
        invoices = (to_invoice(one, desk.profile) for one in desk.books.invoices_of_order(order))
        yield Changed(key=key, current=tuple(invoices), why=why)
    elif rows[0].text("kind") not in desk.profile.orders.codes.firm:
        yield Refused(key=key, why=f"order {order} is of type {rows[0].text('kind')}, which is no firm order")


def _moved(order: OrderNumber, customer: CustomerNumber, rows: list[Row], open_: Collection[str]) -> str:
    """What somebody did to the order since the decision was made; empty for nothing."""
    if not rows:
        return f"order {order} is no longer among the current orders"
    row = rows[0]
    if row.text("customer") != customer:
        return f"order {order} belongs to customer {row.text('customer')}, not {customer}"
    status = row.text("status")
    return "" if status in open_ else f"order {order} is no longer open (status {status})"
