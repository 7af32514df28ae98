"""The payment gateway's side: reading its own records and charging stored customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRecord:
    """The gateway's own record of one transaction: confirmed, redacted, and read into domain words."""

    body: Mapping[str, object]
    """The record as sent, numbers as strings, card keys dropped."""
    redacted: bool = False
    """Whether something of the record was dropped."""
    payment: Payment

    @property
    def lineage(self) -> str:
        return self.payment.lineage

    @property
    def event_key(self) -> str:
        """Unique name of what happened: the same from every source that tells of it."""
        return f"{self.lineage}/{self.event_kind}"

    @property
    def event_kind(self) -> str:
        """What happened, such as ``payment.captured``; flows are triggered by it."""
        return f"{self.payment.kind.value}.{self.payment.status.value}"

    @property
    def occurred_at(self) -> datetime:
        return self.payment.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableRecord:
    """The gateway's own record of something that cannot be read into domain words.

    It becomes an event like others, so that a flow comes upon it and a person gets to see it.
    """

    body: Mapping[str, object]
    redacted: bool = False
    lineage: str
    occurred_at: datetime
    """When it was read; its own time may be what cannot be."""
    why: str

    @property
    def event_key(self) -> str:
        return f"{self.lineage}/{self.event_kind}"

    @property
    def event_kind(self) -> str:
        return "payment.unreadable"


AnyRecord = GatewayRecord | UnreadableRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge to a stored-payment customer; all tries of one charge carry the same invoice id."""

    vault_customer: str
    amount: Money
    invoice_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """The gateway took the money."""

    transaction: TransactionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The gateway did not take the money; trying the same again is a new decision."""

    transaction: TransactionId | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The charge was sent and its outcome is not known: ask, never repeat."""

    why: str


ChargeAnswer = Charged | Declined | Unknown


class Gateway(Protocol):
    """One merchant account at the gateway.

    Raises:
        TransientError: the gateway is away, slow or throttles.
        ConfigurationError: the log-in is refused or lacks a permission.
    """

    def fetch_transaction(self, transaction: TransactionId) -> AnyRecord | None: ...

    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        """All transactions of the days, both included, in the gateway's own zone."""
        ...

    def normalise(self, body: Mapping[str, object]) -> Payment:
        """A stored record read into domain words; pure.

        Raises:
            DecisionError: the record is unreadable.
        """
        ...

    def charge_stored_customer(self, charge: Charge) -> ChargeAnswer: ...
