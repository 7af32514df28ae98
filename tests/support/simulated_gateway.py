"""A gateway in memory: late exports, full pages, days of its own zone, nightly batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from typing_extensions import override

from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.domain.settlement import Settlement
from counterfoil.ports import encoding
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import AnyRecord, Batch, CutOffError, Gateway, GatewayRecord
from counterfoil.ports.instructions import (
    Answer,
    Capture,
    Carried,
    Charge,
    Declined,
    FundCheck,
    Instruction,
    NotYet,
    Refund,
    StoredPayer,
    TooLate,
    Void,
)

PACIFIC = ZoneInfo("America/Los_Angeles")
MERCHANT = MerchantId("gateway/shop")
CUT_OFF_HOUR = time(22)
"""When the gateway closes its day's batch, by its own clocks."""


@dataclass(frozen=True)
class Version:
    """A transaction from a moment on."""

    at: datetime
    payment: Payment


@dataclass
class SimulatedGateway(Gateway):
    """Every transaction with its history; an export shows it as it was a while ago."""

    clock: Clock
    zone: tzinfo = PACIFIC
    export_lag: timedelta = timedelta(0)
    page_cap: int = 1_000_000
    frozen_at: datetime | None = None
    """Since when exports show nothing new at all."""
    declines: bool = False
    untold: frozenset[Tender] = frozenset()
    """What its records do not tell of."""
    history: dict[str, list[Version]] = field(default_factory=dict)
    closed: list[Batch] = field(default_factory=list)
    calls: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1001))
    _settled_day: date | None = None

    def make(self, amount: Money, status: PaymentStatus, **more: object) -> TransactionId:
        """A transaction that somebody made, in whatever way."""
        number = TransactionId(str(next(self._numbers)))
        payment = Payment(
            merchant=MERCHANT,
            transaction=number,
            kind=PaymentKind.PAYMENT,
            status=status,
            tender=Tender.CARD,
            amount=amount,
            created_at=self.clock.now(),
        )
        self.history[number] = [Version(self.clock.now(), replace(payment, **more))]  # type: ignore[arg-type]
        return number

    def change(self, number: str, **changes: object) -> None:
        payment = replace(self.now(number), **changes)  # type: ignore[arg-type]
        self.history[number].append(Version(self.clock.now(), payment))

    def now(self, number: str) -> Payment:
        """How a transaction really stands."""
        return self.history[number][-1].payment

    def all_now(self) -> list[Payment]:
        return [versions[-1].payment for versions in self.history.values()]

    def pass_nights(self) -> None:
        """Closes the batch of each evening that passed since it was last called."""
        local = self.clock.now().astimezone(self.zone)
        evening = local.date() if local.time() >= CUT_OFF_HOUR else local.date() - timedelta(days=1)
        if self._settled_day is not None and self._settled_day < evening:
            self._close_batch(f"{evening:%Y%m%d}")
        self._settled_day = evening

    def _close_batch(self, number: str) -> None:
        now = self.clock.now()
        taken = [payment for payment in self.all_now() if payment.status is PaymentStatus.CAPTURED]
        for payment in taken:
            self.change(payment.transaction, status=PaymentStatus.SETTLED, settled_at=now)
        sums = {
            kind: total((each.amount for each in taken if each.kind is kind), "USD") for kind in PaymentKind
        }
        counts = {kind: sum(each.kind is kind for each in taken) for kind in PaymentKind}
        if taken:
            batch = Settlement(
                merchant=MERCHANT,
                number=number,
                settled_at=now,
                payments=counts[PaymentKind.PAYMENT],
                payments_total=sums[PaymentKind.PAYMENT],
                refunds=counts[PaymentKind.REFUND],
                refunds_total=sums[PaymentKind.REFUND],
            )
            self.closed.append(as_batch(batch))

    def exported(self) -> list[Payment]:
        """All transactions as an export shows them now."""
        seen_at = (self.frozen_at or self.clock.now()) - self.export_lag
        found = ([each for each in versions if each.at <= seen_at] for versions in self.history.values())
        shown = [versions[-1].payment for versions in found if versions]
        return [payment for payment in shown if payment.tender not in self.untold]

    def day_of(self, payment: Payment) -> date:
        return payment.created_at.astimezone(self.zone).date()

    def tell(self, payment: Payment) -> AnyRecord:
        """The record of a payment: our own words."""
        return as_record(payment)

    @override
    def fetch_transaction(self, transaction: TransactionId) -> AnyRecord | None:
        self.calls += 1
        found = [payment for payment in self.exported() if payment.transaction == transaction]
        return self.tell(found[0]) if found else None

    @override
    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        self.calls += 1
        found = [self.tell(each) for each in self.exported() if first <= self.day_of(each) <= last]
        if len(found) > self.page_cap:
            raise CutOffError(f"more than {self.page_cap} from {first} to {last}", found[: self.page_cap])
        return found

    @override
    def find_by_invoice(self, invoice_id: str, first: date, last: date) -> Sequence[AnyRecord]:
        found = [each for each in self.fetch_range(first, last) if isinstance(each, GatewayRecord)]
        return [each for each in found if each.payment.invoice_reference == invoice_id]

    @override
    def tells_of(self, tender: Tender) -> bool:
        return tender not in self.untold

    @override
    def fetch_batches(self, first: date, last: date) -> Sequence[Batch]:
        self.calls += 1
        return [batch for batch in self.closed if first <= _day(batch, self.zone) <= last]

    @override
    def fetch_batch(self, number: str) -> Sequence[AnyRecord]:
        self.calls += 1
        (batch,) = (each for each in self.closed if each.number == number)
        found = [self.tell(each) for each in self.exported() if each.settled_at == batch.settled_at]
        if len(found) > self.page_cap:
            raise CutOffError(f"more than {self.page_cap} in batch {number}")
        return found

    @override
    def normalise(self, body: Mapping[str, object]) -> Payment:
        return encoding.decode(Payment, body)

    @override
    def normalise_batch(self, body: Mapping[str, object]) -> Settlement:
        return encoding.decode(Settlement, body)

    @override
    def carry_out(self, instruction: Instruction) -> Answer:
        match instruction:
            case Charge():
                return self._charge(instruction)
            case Capture() | FundCheck():
                return self._capture(instruction.transaction, instruction.amount)
            case Void():
                return self._void(instruction.transaction)
            case Refund():
                return self._refund(instruction)

    def _charge(self, charge: Charge) -> Answer:
        declined = self.declines
        taken = PaymentStatus.CAPTURED if charge.capture else PaymentStatus.AUTHORISED
        number = self.make(
            charge.amount,
            PaymentStatus.FAILED if declined else taken,
            invoice_reference=charge.invoice_id,
            vault_customer=charge.payer.reference if isinstance(charge.payer, StoredPayer) else "",
            tender=charge.tender,
        )
        if declined:
            return Declined(transaction=number, why="EXPIRED CARD")
        return Carried(transaction=number)

    def _capture(self, transaction: TransactionId, amount: Money | None) -> Answer:
        payment = self.now(transaction)
        if payment.status is not PaymentStatus.AUTHORISED:
            return Declined(transaction=None, why="it is no open authorisation")
        self.change(transaction, status=PaymentStatus.CAPTURED, amount=amount or payment.amount)
        return Carried(transaction=transaction)

    def _void(self, transaction: TransactionId) -> Answer:
        payment = self.now(transaction)
        if payment.status is PaymentStatus.SETTLED:
            return TooLate(why="it settled")
        if payment.status not in {PaymentStatus.CAPTURED, PaymentStatus.AUTHORISED}:
            return Declined(transaction=None, why=f"it is {payment.status.value}")
        self.change(transaction, status=PaymentStatus.VOIDED)
        return Carried(transaction=transaction)

    def _refund(self, refund: Refund) -> Answer:
        payment = self.now(refund.transaction)
        if payment.status is not PaymentStatus.SETTLED:
            return NotYet(why="only settled transactions can be refunded")
        if self.given_back(refund.transaction) + refund.amount > payment.amount:
            return Declined(transaction=None, why="more than was taken")
        number = self.make(
            refund.amount,
            PaymentStatus.CAPTURED,
            kind=PaymentKind.REFUND,
            invoice_reference=payment.invoice_reference,
            order_reference=f"refund of {refund.transaction}",
        )
        return Carried(transaction=number)

    def given_back(self, transaction: str) -> Money:
        """What refunds and a void gave back of a transaction; a refund's link is the simulation's own."""
        refunds = total(
            (each.amount for each in self.all_now() if each.order_reference == f"refund of {transaction}"),
            "USD",
        )
        payment = self.now(transaction)
        return refunds + payment.amount if payment.status is PaymentStatus.VOIDED else refunds


@lru_cache(4096)
def as_record(payment: Payment) -> GatewayRecord:
    return GatewayRecord(body=encoding.encode(payment), payment=payment)


def as_batch(batch: Settlement) -> Batch:
    parts = {each.name: getattr(batch, each.name) for each in fields(batch)}
    return Batch(**parts, body=encoding.encode(batch))


def _day(batch: Batch, zone: tzinfo) -> date:
    return batch.occurred_at.astimezone(zone).date()
