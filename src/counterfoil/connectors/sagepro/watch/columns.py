"""Which tables are watched for what others do, and which of their columns matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.changes import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One table: what its rows are, by which columns they are known again, and what is compared."""

    subject: Subject
    key: Sequence[str]
    compared: Sequence[str]
    is_repeated: bool = False
    """Several rows may bear one key, some of them in the current table and some in history."""

    @property
    def columns(self) -> Sequence[str]:
        return (*self.key, *self.compared)


WATCHED: Mapping[TableName, Watched] = {
    TableName.CUSTOMERS: Watched(
        subject=Subject.CUSTOMER,
        key=("number",),
        compared=("name", "balance", "on_order", "last_paid_on", "last_payment"),
    ),
    TableName.DOCUMENTS: Watched(
        subject=Subject.INVOICE,
        key=("number", "customer"),
        compared=(
            *("kind", "status", "invoiced_on", "total", "discount", "paid", "balance", "paid_on"),
            *("order", "purchase_order"),
        ),
    ),
    TableName.ORDERS: Watched(
        subject=Subject.ORDER,
        key=("number", "customer"),
        compared=("kind", "status", "amount", "tax", "purchase_order"),
    ),
    TableName.CASH: Watched(
        subject=Subject.PAYMENT,
        key=("number", "customer", "reference"),
        compared=("kind", "paid", "discount", "paid_on", "account", "user", "added_by", "reversed"),
        is_repeated=True,
    ),
}

HISTORY: Mapping[TableName, TableName] = {
    TableName.DOCUMENTS: TableName.DOCUMENT_HISTORY,
    TableName.ORDERS: TableName.ORDER_HISTORY,
    TableName.CASH: TableName.CASH_HISTORY,
}
"""Where a period close moves or copies rows, which is no news; looked at after the table they come from."""
