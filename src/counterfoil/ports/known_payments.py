"""What the hub remembers of payments: which refund it made of which, and what was told of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.run_store import Json


class KnownPayments(Protocol):
    """Read by connection, because numbers are the gateway's own."""

    def find_refunded(self, connection: str, refund: TransactionId) -> TransactionId | None:
        """The payment of which Counterfoil itself made the refund; None where somebody else made it."""
        ...

    def records_of(self, connection: str, lineage: str) -> Sequence[Json]:
        """The gateway's records of a payment, in the order in which they were stored."""
        ...
