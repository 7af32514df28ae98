"""Rows as they were read, and the records made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from counterfoil.connectors.sagepro.records.columns import TableName, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row that was read, by our column names; columns that the site lacks are absent."""

    table: TableName
    record: int
    values: Mapping[str, Value]

    def text(self, column: str) -> str:
        return str(self.values.get(column) or "")

    def money(self, column: str) -> Decimal:
        value = self.values.get(column)
        return value if isinstance(value, Decimal) else Decimal(0)

    def count(self, column: str) -> int:
        value = self.values.get(column)
        return value if isinstance(value, int) else 0

    def day(self, column: str) -> date | None:
        value = self.values.get(column)
        return value if isinstance(value, date) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecord:
    """A row of the customer table, as far as receipts need it."""

    row: Row
    number: str
    name: str
    balance: Decimal
    last_paid_on: date | None
    receivable_account: str

    @classmethod
    def of(cls, row: Row) -> CustomerRecord:
        return cls(
            row=row,
            number=row.text("number"),
            name=row.text("name"),
            balance=row.money("balance"),
            last_paid_on=row.day("last_paid_on"),
            receivable_account=row.text("receivable_account"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """A row of the document table or of its history: invoice, credit memo or open credit."""

    row: Row
    number: str
    customer: str
    kind: str
    status: str
    invoiced_on: date | None
    net_days: int
    discount_percent: Decimal
    discount_days: int
    total: Decimal
    balance: Decimal
    paid_on: date | None
    order: str
    purchase_order: str
    currency: str
    exchange_rate: Decimal
    is_twin: bool
    """Marked as standing in the current and in the history table at once."""

    @classmethod
    def of(cls, row: Row) -> DocumentRecord:
        return cls(
            row=row,
            number=row.text("number"),
            customer=row.text("customer"),
            kind=row.text("kind"),
            status=row.text("status"),
            invoiced_on=row.day("invoiced_on"),
            net_days=row.count("net_days"),
            discount_percent=row.money("discount_percent"),
            discount_days=row.count("discount_days"),
            total=row.money("total"),
            balance=row.money("balance"),
            paid_on=row.day("paid_on"),
            order=row.text("order"),
            purchase_order=row.text("purchase_order"),
            currency=row.text("currency"),
            exchange_rate=row.money("exchange_rate"),
            is_twin=row.text("twin") == "X",
        )

    @property
    def discounted_until(self) -> date | None:
        """The last day on which a payment earns the discount of the terms; None where there is none."""
        if self.invoiced_on is None or not self.discount_percent:
            return None
        return self.invoiced_on + timedelta(days=self.discount_days)

    @property
    def has_base_amounts(self) -> bool:
        """Whether the site keeps amounts in base currency on this row; where they are blank, they stay so."""
        return bool(self.row.money("base_balance") or self.row.money("base_total"))
