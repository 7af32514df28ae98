"""The gateway of the simulation: with partitions, returns of bank payments, and pay links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.ports.errors import OutcomeUnknownError, TransientError
from counterfoil.ports.gateway import AnyRecord, Batch
from counterfoil.ports.hosted import PayLink, PayLinkRequest
from counterfoil.ports.instructions import Answer, Instruction, Unknown
from tests.support.gateway_faults import FaultyGateway


@dataclass
class Merchant(FaultyGateway):
    """One merchant account."""

    partitioned_until: datetime | None = None
    links: list[PayLinkRequest] = field(default_factory=list)
    """What customers were sent and have not paid by."""
    sent: list[PayLinkRequest] = field(default_factory=list)

    @override
    def make(self, amount: Money, status: PaymentStatus, **more: object) -> TransactionId:
        """A refund is by the card of the payment that it gives back."""
        of = str(more.get("order_reference", "")).removeprefix("refund of ")
        if more.get("kind") is PaymentKind.REFUND and of in self.history:
            paid = self.now(of)
            more |= {"last_four": paid.last_four, "tender": paid.tender}
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
