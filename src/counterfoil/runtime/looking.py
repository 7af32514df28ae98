"""What the gateway's records say of an effect whose answer was lost; pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus
from counterfoil.ports.effects import EffectRow
from counterfoil.ports.gateway import AnyRecord, UnreadableRecord

NEAR = timedelta(minutes=10)
"""How far the gateway's time of a transaction may lie from ours."""
FOLD = timedelta(hours=1)
"""In the hour that comes twice when summer time ends, its times may be off by one more."""

TAKEN = frozenset(
    {
        PaymentStatus.AUTHORISED,
        PaymentStatus.CAPTURED,
        PaymentStatus.SETTLED,
        PaymentStatus.EXPIRED,
        PaymentStatus.RETURNED,
    }
)
"""Where the bank once said yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """It was carried out, as this transaction."""

    transaction: TransactionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The gateway's own record says that no money moved, or that it was voided since."""

    why: str
    voided: TransactionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """Only a person can tell."""

    why: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """A record is there, and the gateway does not say yet what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """Nothing is found; it may come later."""

    voided: TransactionId | None = None
    """Under its invoice id, of whichever try: if nothing comes, it was made and taken back."""


Sight = Found | Refused | Doubtful | Undecided | Nothing


def see_by_invoice(row: EffectRow, records: Sequence[AnyRecord]) -> Sight:
    """What the records under a charge's own invoice id say."""
    payments = _payments(records)
    own = [
        each
        for each in payments
        if each.kind is PaymentKind.PAYMENT and each.invoice_reference == row.effect.invoice_id
    ]
    taken = [each for each in own if each.status in TAKEN]
    if taken:
        return _only(row, taken)
    if any(_mentions(each, row.effect.invoice_id) for each in records):
        return Doubtful(why=f"a record of {row.effect.invoice_id} cannot be read")
    if any(each.status is PaymentStatus.PENDING for each in own):
        return Undecided()
    refused = [each for each in own if is_near(each, row)]
    if row.tries == 1 and refused:
        voided = refused[0].transaction if refused[0].status is PaymentStatus.VOIDED else None
        why = f"{refused[0].status.value}: {refused[0].vendor_status}".rstrip(": ")
        return Refused(why=why, voided=voided)
    return Nothing(voided=_last_voided(row, own))


def see_by_amount(row: EffectRow, records: Sequence[AnyRecord], claimed: Collection[TransactionId]) -> Sight:
    """What payments of the same amount and time say that bear no invoice id at all.

    They were most likely made by others, because ours bear one; so that a person decides.
    """

    def could_be(payment: Payment) -> bool:
        payers = {row.effect.payer, payment.vault_customer} - {""}
        return (
            payment.kind is PaymentKind.PAYMENT
            and not payment.invoice_reference
            and len(payers) <= 1
            and is_near(payment, row)
        )

    return ask_about(_alike(row, records, claimed, could_be))


def see_refund(
    row: EffectRow,
    of: Payment,
    since: datetime,
    records: Sequence[AnyRecord],
    claimed: Collection[TransactionId],
) -> Sight:
    """What refunds of the same amount say that were made since.

    Only one made within minutes is taken for the one that was sent: a clerk may have made another. A
    refund is filed under its payment's invoice id (assumed) and names it in no other way (absence).
    """

    def could_be(payment: Payment) -> bool:
        return (
            payment.kind is PaymentKind.REFUND
            and payment.invoice_reference in {of.invoice_reference, ""}
            and len({payment.last_four, of.last_four} - {""}) <= 1
            and payment.created_at >= since - NEAR - FOLD
        )

    found = _alike(row, records, claimed, could_be)
    sure = [
        each
        for each in found
        if (each.invoice_reference or each.last_four == of.last_four != "")
        and abs(each.created_at - since) <= NEAR
    ]
    if len(found) == 1 and sure:
        is_told = found[0].status is not PaymentStatus.PENDING
        return Found(transaction=found[0].transaction) if is_told else Undecided()
    return ask_about(found)


def see_void(payment: Payment) -> Sight:
    """What the voided transaction itself says."""
    if payment.status is PaymentStatus.VOIDED:
        return Found(transaction=payment.transaction)
    if payment.status is PaymentStatus.SETTLED:
        return Refused(why="it settled")
    return Nothing()


def see_capture(payment: Payment) -> Sight:
    """What the captured transaction itself says."""
    if payment.status in {PaymentStatus.CAPTURED, PaymentStatus.SETTLED}:
        return Found(transaction=payment.transaction)
    if payment.status in {PaymentStatus.AUTHORISED, PaymentStatus.PENDING}:
        return Nothing()
    return Refused(why=f"it is {payment.status.value}")


def _last_voided(row: EffectRow, own: Sequence[Payment]) -> TransactionId | None:
    """Not the one of which the row knew before it was sent again."""
    voided = [each for each in own if each.status is PaymentStatus.VOIDED and each.transaction != row.carried]
    return max(voided, key=lambda each: each.created_at).transaction if voided else None


def _only(row: EffectRow, taken: Sequence[Payment]) -> Sight:
    if len(taken) > 1:
        numbers = ", ".join(each.transaction for each in taken)
        return Doubtful(why=f"several transactions bear its invoice id: {numbers}; take all but one back")
    if taken[0].amount != row.effect.amount:
        return Doubtful(
            why=f"transaction {taken[0].transaction} took {taken[0].amount}, not {row.effect.amount}"
        )
    return Found(transaction=taken[0].transaction)


def ask_about(found: Sequence[Payment]) -> Sight:
    if not found:
        return Nothing()
    numbers = ", ".join(each.transaction for each in found)
    return Doubtful(why=f"{numbers} could be it: look at the gateway and say which, or that none is")


def _alike(
    row: EffectRow,
    records: Sequence[AnyRecord],
    claimed: Collection[TransactionId],
    could_be: Callable[[Payment], bool],
) -> list[Payment]:
    return [
        each
        for each in _payments(records)
        if each.amount == row.effect.amount
        and each.status in {*TAKEN, PaymentStatus.PENDING}
        and each.transaction not in claimed
        and could_be(each)
    ]


def _payments(records: Sequence[AnyRecord]) -> list[Payment]:
    return [each.payment for each in records if not isinstance(each, UnreadableRecord)]


def _mentions(record: AnyRecord, invoice_id: str) -> bool:
    return isinstance(record, UnreadableRecord) and invoice_id in json.dumps(dict(record.body))


def is_near(payment: Payment, row: EffectRow) -> bool:
    """Whether it was made about when the effect was last sent."""
    return row.sent_at is not None and abs(payment.created_at - row.sent_at) <= NEAR + FOLD
