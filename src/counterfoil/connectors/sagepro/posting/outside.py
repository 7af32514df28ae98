"""Rows of money that belongs to no document and to no customer's account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.operations import Append
from counterfoil.connectors.sagepro.posting.desk import Terms
from counterfoil.connectors.sagepro.posting.rows import ZERO, stamp
from counterfoil.connectors.sagepro.records import NO_CUSTOMER, OUTSIDE_RECEIVABLES, TableName


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Writes such rows on one day, under one marker."""

    marker: str
    day: date
    terms: Terms

    def cash(self, amount: Decimal, account: str) -> Append:
        """Money received, or given back where it is negative."""
        return Append(
            table=TableName.CASH,
            values={
                **stamp(self.terms),
                "customer": NO_CUSTOMER,
                "paid": amount,
                "discount": ZERO,
                "paid_on": self.day,
                "reference": self.marker,
                "kind": OUTSIDE_RECEIVABLES,
                "account": account,
                "user": self.terms.profile.user,
                "base_paid": amount,
                "base_discount": ZERO,
            },
        )

    def distribution(self, line_kind: str, account: str, amount: Decimal) -> Append:
        """One line for the general ledger: a debit where it is positive."""
        return Append(
            table=TableName.DISTRIBUTIONS,
            values={
                **stamp(self.terms),
                "customer": NO_CUSTOMER,
                "posted_on": self.day,
                "reference": self.marker,
                "account": account,
                "amount": amount,
                "line_kind": line_kind,
                "base_amount": amount,
            },
        )
