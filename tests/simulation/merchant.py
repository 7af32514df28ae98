"""The gateway of the simulation: with partitions, returns of bank payments, and pay links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from typing_extensions import override

from counterfoil.connectors.paytrace.reading import Reading
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.ports.errors import OutcomeUnknownError, TransientError
from counterfoil.ports.gateway import AnyRecord, Batch
from counterfoil.ports.hosted import PayLink, PayLinkRequest
from counterfoil.ports.instructions import Answer, Instruction, Unknown
from tests.simulation.wire import wire_record
from tests.support.gateway_faults import FaultyGateway
from tests.support.simulated_gateway import MERCHANT, PACIFIC


@dataclass
class Merchant(FaultyGateway):
    """One merchant account."""

    partitioned_until: datetime | None = None
    links: list[PayLinkRequest] = field(default_factory=list)
    """What customers were sent and have not paid by."""
    sent: list[PayLinkRequest] = field(default_factory=list)
    by_wire: bool = False
    """Whether its records are written as its interface does, which tells of cards without surcharges here."""
    _read: dict[Payment, AnyRecord] = field(default_factory=dict)

    @override
    def tell(self, payment: Payment) -> AnyRecord:
        if not self.by_wire:
            return super().tell(payment)
        known = self._read.get(payment)
        if known is None:
            known = self._read[payment] = self._reading.record(wire_record(payment))
        return known

    @override
    def normalise(self, body: Mapping[str, object]) -> Payment:
        return self._reading.normalise(body) if self.by_wire else super().normalise(body)

    @property
    def _reading(self) -> Reading:
        return Reading(merchant=MERCHANT, clock=self.clock, zone=PACIFIC)

    @override
    def make(self, amount: Money, status: PaymentStatus, **more: object) -> TransactionId:
        """A refund is by the card of the payment that it gives back."""
        of = str(more.get("order_reference", "")).removeprefix("refund of ")
        if more.get("kind") is PaymentKind.REFUND and of in self.history:
            paid = self.now(of)
            more |= {"last_four": paid.last_four, "tender": paid.tender}
        if self.by_wire:
            more |= {"surcharge": None, "tender": Tender.CARD}
        more.setdefault("last_four", f"{len(self.history) % 3 + 4242}")
        return super().make(amount, status, **more)

    def give_back_by_bank(self, number: TransactionId) -> None:
        """The payer's bank returns a bank payment."""
        self.change(number, status=PaymentStatus.RETURNED)

    @property
    def is_away(self) -> bool:
        return self.partitioned_until is not None and self.clock.now() < self.partitioned_until

    @override
    def read(self) -> None:
        if self.is_away:
            raise TransientError("the gateway cannot be reached")
        super().read()

    @override
    def carry_out(self, instruction: Instruction) -> Answer:
        if self.is_away:
            raise TransientError("the gateway cannot be reached, nothing was sent")
        answer = super().carry_out(instruction)
        if self.is_away:
            raise OutcomeUnknownError("the gateway was cut off before it answered")
        return answer

    @override
    def fetch_batches(self, first: date, last: date) -> Sequence[Batch]:
        self.read()
        return super().fetch_batches(first, last)

    @override
    def fetch_batch(self, number: str) -> Sequence[AnyRecord]:
        self.read()
        return super().fetch_batch(number)

    def pay_link(self, request: PayLinkRequest) -> PayLink | Unknown:
        """Sends a link, whose answer may be lost."""
        self.step()
        if self.is_away:
            raise TransientError("the gateway cannot be reached, nothing was sent")
        self.links.append(request)
        self.sent.append(request)
        self.step()
        return (
            Unknown(why="no answer") if self.chance.happens(60) else PayLink(id=f"L{len(self.sent)}", url="")
        )

    def pay_by_link(self, request: PayLinkRequest) -> None:
        self.links.remove(request)
        self.make(request.amount, PaymentStatus.CAPTURED, invoice_reference=request.invoice_id)

    def settled_bank_payments(self) -> list[Payment]:
        return [
            each
            for each in self.all_now()
            if each.tender is Tender.ACH
            and each.kind is PaymentKind.PAYMENT
            and each.status is PaymentStatus.SETTLED
        ]

    def capture_less(self, number: TransactionId, amount: Money) -> None:
        """An authorisation is captured at the virtual terminal, for less than was held."""
        payment = replace(self.now(number), amount=amount)
        self.change(number, status=PaymentStatus.CAPTURED, amount=payment.amount)
