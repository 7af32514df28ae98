"""Rows that several postings write; docs/reference/postings.md has the tables of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.mapping import Document
from counterfoil.connectors.sagepro.operations import Add, Append, Operation, Set
from counterfoil.connectors.sagepro.posting.desk import Terms
from counterfoil.connectors.sagepro.profile import Discounts, Profile
from counterfoil.connectors.sagepro.records import CustomerRecord, DocumentRecord, Row, TableName, Value

ZERO = Decimal(0)
CASH_LINE, RECEIVABLE_LINE, DISCOUNT_LINE, INCOME_LINE, UNIDENTIFIED_LINE = "C", "R", "D", "S", "N"
"""What a distribution line is; proposed, as the column is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Writes the rows of one posting: for one customer, on one day, under one marker."""

    customer: CustomerRecord
    marker: str
    day: date
    terms: Terms

    @property
    def profile(self) -> Profile:
        return self.terms.profile

    @property
    def receivable(self) -> str:
        """The account that what the customer owes stands in."""
        return self.customer.receivable_account or self.profile.accounts.receivable

    def cash(
        self,
        document: Row,
        amount: Decimal,
        account: str,
        *,
        discount: Decimal = ZERO,
        applied_to: str = "",
    ) -> Append:
        """Money received against a document; negative where it goes back. A discount is no money.

        Where a credit is set against an invoice, both rows name the other document and no account.
        """
        return Append(
            table=TableName.CASH,
            values={
                **stamp(self.terms),
                "number": document.text("number"),
                "invoiced_on": document.day("invoiced_on"),
                "customer": self.customer.number,
                "salesperson": document.text("salesperson"),
                "purchase_order": document.text("purchase_order"),
                "paid": amount,
                "discount": discount,
                "paid_on": self.day,
                "reference": self.marker,
                "kind": document.text("kind"),
                "link_code": document.text("link_code"),
                "account": account,
                "user": self.profile.user,
                "base_paid": amount,
                "base_discount": discount,
                **({"applied_to": applied_to} if applied_to else {}),
            },
        )

    def distribution(self, document: Row, line_kind: str, account: str, amount: Decimal) -> Append:
        """One line for the general ledger: a debit where it is positive."""
        return Append(
            table=TableName.DISTRIBUTIONS,
            values={
                **stamp(self.terms),
                "customer": self.customer.number,
                "number": document.text("number"),
                "posted_on": self.day,
                "reference": self.marker,
                "account": account,
                "amount": amount,
                "line_kind": line_kind,
                "base_amount": amount,
            },
        )

    def pay(self, document: Document, amount: Decimal, discount: Decimal = ZERO) -> Iterator[Operation]:
        """Sets money and a discount against a document, wherever its rows stand; negative takes it back."""
        for record in document.records:
            yield from self._pay_record(record, amount, discount)

    def _pay_record(self, record: DocumentRecord, amount: Decimal, discount: Decimal) -> Iterator[Operation]:
        row = record.row
        paid = amount + discount if self.profile.discounts is Discounts.IN_PAID else amount
        deltas = {"paid": paid, "discount": discount, "balance": -amount - discount}
        if record.has_base_amounts:
            deltas |= {f"base_{column}": delta for column, delta in deltas.items()}
        for column, delta in deltas.items():
            if column in row.values and delta:
                yield Add(table=row.table, record=row.record, column=column, delta=delta)
        if record.paid_on is None or record.paid_on < self.day:
            yield from set_value(row, "paid_on", self.day)

    def credit_customer(self, amount: Decimal, discount: Decimal = ZERO) -> Iterator[Operation]:
        """A payment of the customer: balance, and the last payment unless a later one stands there."""
        row = self.customer.row
        last = self.customer.last_paid_on
        if last is None or last <= self.day:
            yield from set_value(row, "last_paid_on", self.day)
            yield from set_value(row, "last_payment", amount)
        yield self.change_balance(-amount - discount)

    def change_balance(self, delta: Decimal) -> Add:
        row = self.customer.row
        return Add(table=row.table, record=row.record, column="balance", delta=delta)


def stamp(terms: Terms) -> Mapping[str, Value]:
    """What every new row bears."""
    return {
        "currency": terms.profile.currency,
        "exchange_rate": Decimal(1),
        "added_by": terms.profile.user,
        "added_on": terms.now.date(),
        "added_at": f"{terms.now:%H:%M:%S}",
    }


def set_value(row: Row, column: str, after: Value) -> Iterator[Set]:
    """The column gets the value, where the site has it and it does not hold it already."""
    before = row.values.get(column)
    if column in row.values and before != after:
        yield Set(table=row.table, record=row.record, column=column, before=before, after=after)
