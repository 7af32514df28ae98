"""What the hub remembers of payments: which refund it made of which, and what was told of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from counterfoil.domain.identifiers import CustomerNumber, TransactionId
from counterfoil.ports.run_store import Json

VAULT_CUSTOMER = "vault_customer"
"""The kind of cross-reference that tells whose stored payment method it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRecord:
    """What was told of a payment: the kind of event, and the gateway's record."""

    lineage: str
    kind: str
    body: Json


class KnownPayments(Protocol):
    """Read by connection, because numbers are the gateway's own."""

    def find_refunded(self, connection: str, refund: TransactionId) -> TransactionId | None:
        """The payment of which Counterfoil itself made the refund; None where somebody else made it."""
        ...

    def is_given_back(self, connection: str, payment: TransactionId) -> bool:
        """Whether Counterfoil voided or refunded money of the payment, or is about to."""
        ...

    def records_of(self, connection: str, lineage: str) -> Sequence[Json]:
        """The gateway's records of a payment, in the order in which they were stored."""
        ...

    def records_naming(
        self, connection: str, documents: Collection[str], since: datetime
    ) -> Sequence[KnownRecord]:
        """Records of payments that name one of the documents, in the order in which they were stored.

        Those that came since the given moment and of which nobody read what they name are among them where
        one of the numbers stands anywhere in them: the caller reads them, and takes none for another's.
        `documents` are as `document_number` gives them.
        """
        ...

    def unnamed_of(
        self, connection: str, customer: CustomerNumber, words: Collection[str], since: datetime
    ) -> Sequence[KnownRecord]:
        """The last record of each payment told since then that may be the customer's for whatever is open.

        It names no document that anybody could read, or a person was asked about it. One of the words stands
        anywhere in it, or the reference of a stored payer who is known to be the customer's: the caller reads
        it, and takes it for the customer's by that alone never.
        """
        ...

    def refunds_since(self, connection: str, since: datetime, digits: str) -> Sequence[KnownRecord]:
        """The last record of each refund of which something was told since then, oldest first.

        Only those in whose records the digits stand anywhere; all where none are given.
        """
        ...

    def kinds_told(self, connection: str, lineage: str) -> Sequence[str]:
        """The kinds of event that were told of a payment and of its disputes, in the order of storing."""
        ...

    def told_between(self, connection: str, since: datetime, until: datetime) -> Sequence[KnownRecord]:
        """The last record of each payment and refund of which something was told within the time."""
        ...

    def questions_open(self, connection: str, lineages: Collection[str]) -> frozenset[str]:
        """Those of the payments and refunds about which a person was asked and has not answered."""
        ...

    def asked_about(self, connection: str, lineages: Collection[str]) -> frozenset[str]:
        """Those of the payments and refunds about which a person was asked."""
        ...
