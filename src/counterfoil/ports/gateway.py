"""The payment gateway's side: its own records of what happened, and carrying out instructions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, Tender
from counterfoil.domain.settlement import Settlement
from counterfoil.ports.errors import DecisionError, DefectError
from counterfoil.ports.instructions import Answer, Instruction


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


class CutOffError(DecisionError):
    """The gateway's answer ended at its greatest size, so that records may be missing: ask for fewer days.

    It carries what came, for a day that cannot be cut any smaller.
    """

    def __init__(self, message: str, records: Sequence[AnyRecord] = ()) -> None:
        super().__init__(message)
        self.records = records


BATCH_KINDS = BATCH_CLOSED, BATCH_CHANGED = "settlement.closed", "settlement.changed"
"""The kinds of events that tell of a batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What the gateway settled together: the payments of some time, paid out as one sum."""

    merchant: MerchantId
    number: str
    settled_at: datetime | None
    """None where the gateway does not tell it, or the batch is still open."""
    payments: int
    payments_total: Money
    refunds: int
    refunds_total: Money
    """What was given back, as a positive amount."""
    body: Mapping[str, object]
    """The gateway's own record of it, as sent."""
    redacted: bool = False
    changed: bool = False
    """Whether it was told before, with other numbers."""

    @property
    def lineage(self) -> str:
        return f"{self.merchant}/batch/{self.number}"

    @property
    def event_key(self) -> str:
        """A changed batch is told once for each set of numbers."""
        if not self.changed:
            return f"{self.lineage}/{self.event_kind}"
        numbers = (self.payments, self.payments_total.amount, self.refunds, self.refunds_total.amount)
        words = "-".join(map(str, numbers))
        return f"{self.lineage}/{self.event_kind}/{self.occurred_at:%Y%m%d}-{words}"

    @property
    def event_kind(self) -> str:
        return BATCH_CHANGED if self.changed else BATCH_CLOSED

    @property
    def occurred_at(self) -> datetime:
        if self.settled_at is None:
            raise DefectError(f"batch {self.number} is not known to be closed, and nothing happened yet")
        return self.settled_at

    @property
    def settlement(self) -> Settlement:
        return Settlement(
            merchant=self.merchant,
            number=self.number,
            settled_at=self.occurred_at,
            payments=self.payments,
            payments_total=self.payments_total,
            refunds=self.refunds,
            refunds_total=self.refunds_total,
        )


Told = GatewayRecord | UnreadableRecord | Batch
"""What may become an event."""


class GatewayRecords(Protocol):
    """What one merchant account tells of what happened in it, whoever made it happen.

    Raises:
        TransientError: the gateway is away, slow or throttles.
        ConfigurationError: the log-in is refused or lacks a permission.
    """

    def fetch_transaction(self, transaction: TransactionId) -> AnyRecord | None: ...

    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        """All transactions of the days, both included, in the gateway's own zone: cards and bank payments.

        Raises:
            CutOffError: there may be more than the gateway tells at once.
        """
        ...

    def find_by_invoice(self, invoice_id: str, first: date, last: date) -> Sequence[AnyRecord]:
        """Those of the days that carry the invoice id, refunds too, and those that cannot be read."""
        ...

    def tells_of(self, tender: Tender) -> bool:
        """Whether its records tell of such payments; else what was lost of them only a person can find."""
        ...

    def fetch_batches(self, first: date, last: date) -> Sequence[Batch]:
        """The batches settled on the days, both included."""
        ...

    def fetch_batch(self, number: str) -> Sequence[AnyRecord]:
        """The transactions of one batch.

        Raises:
            CutOffError: there are more than the gateway tells at once.
        """
        ...

    def normalise(self, body: Mapping[str, object]) -> Payment:
        """A stored record read into domain words; pure.

        Raises:
            DecisionError: the record is unreadable.
        """
        ...

    def normalise_batch(self, body: Mapping[str, object]) -> Settlement:
        """A batch's stored record read into domain words; pure.

        Raises:
            DecisionError: the record is unreadable, or of a batch that is not known to be closed.
        """
        ...


class Gateway(GatewayRecords, Protocol):
    """One merchant account at the gateway: its records, and what it is told to do."""

    def carry_out(self, instruction: Instruction) -> Answer:
        """Sends the instruction once and never again by itself after it may have arrived.

        Raises:
            TransientError: nothing was sent, or nothing was done with it; it may be sent again.
            ConfigurationError: the log-in is refused or lacks a permission; nothing was done.
            DefectError: the instruction makes no sense and was not sent.
        """
        ...
