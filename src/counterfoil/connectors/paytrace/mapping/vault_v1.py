"""Vault customers, schedules and batches of v1 in domain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, tzinfo
from decimal import Decimal

import msgspec

from counterfoil.connectors.paytrace.mapping.amounts import read_amount
from counterfoil.connectors.paytrace.mapping.stamps import read_any
from counterfoil.connectors.paytrace.mapping.statuses import plain
from counterfoil.connectors.paytrace.wire_v1.answers import AnyStruct, convert
from counterfoil.connectors.paytrace.wire_v1.batches import BatchRecord
from counterfoil.connectors.paytrace.wire_v1.recurrence import FREQUENCIES, Recurrence
from counterfoil.connectors.paytrace.wire_v1.vault import CustomerRecord
from counterfoil.domain.identifiers import MerchantId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.gateway import Batch
from counterfoil.ports.instructions import StoredPayer
from counterfoil.ports.recurring import StoredSchedule
from counterfoil.ports.vault import StoredCustomer

_LAST_FOUR = re.compile(r"[0-9]{4}$")
_CENTURY = 2000
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_EVERY = {code: every for every, code in FREQUENCIES.items()}


def map_customer(body: Mapping[str, object]) -> StoredCustomer:
    """A vault customer.

    Raises:
        DecisionError: it has another shape than known.
    """
    record = _read(CustomerRecord, body)
    card = record.credit_card
    return StoredCustomer(
        reference=record.customer_id,
        label=record.customer_id,
        name=plain(record.billing_address.name if record.billing_address else None),
        email=plain(record.email),
        tender=Tender.ACH if record.check and card is None else Tender.CARD,
        last_four=last_four(card.masked_number if card else None),
        expires=expiry(card.expiration_year, card.expiration_month) if card else "",
    )


def last_four(masked: str | None) -> str:
    found = _LAST_FOUR.search(plain(masked))
    return found.group() if found else ""


def expiry(year: str | None, month: str | None) -> str:
    """Year and month; a year of two digits is one of this century (verified: records write both)."""
    if not (plain(year).isdecimal() and plain(month).isdecimal()):
        return ""
    number = int(plain(year))
    return f"{number if number >= _CENTURY else _CENTURY + number:04}-{int(plain(month)):02}"


def map_schedule(body: Mapping[str, object]) -> StoredSchedule:
    """A schedule; what cannot be read of it is None, because it moves no money by being listed.

    Raises:
        DecisionError: it has another shape than known.
    """
    record = _read(Recurrence, body)
    return StoredSchedule(
        id=record.id,
        payer=StoredPayer(reference=record.customer_id) if record.customer_id else None,
        amount=_money(record.amount),
        every=_EVERY.get(plain(record.frequency)),
        next_on=read_day(plain(record.next_date)),
        vendor_words=plain(record.description),
    )


def read_day(written: str) -> date | None:
    """A day as ``10/1/2024``."""
    found = _DAY.match(written)
    if found is None:
        return None
    month, day, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def map_batch(body: Mapping[str, object], merchant: MerchantId, zone: tzinfo) -> Batch:
    """A batch.

    Raises:
        DecisionError: it has another shape than known, or its sums are no amounts.
    """
    record = _read(BatchRecord, body)
    return Batch(
        merchant=merchant,
        number=record.batch_number,
        settled_at=read_any(record.batched_at or "", zone),
        payments=record.sales_count,
        payments_total=read_amount(record.sales_amount),
        refunds=record.refund_count,
        refunds_total=read_amount(abs(record.refund_amount)),
        body=dict(body),
    )


def _money(amount: Decimal | None) -> Money | None:
    return None if amount is None else read_amount(amount)


def _read(kind: type[AnyStruct], body: Mapping[str, object]) -> AnyStruct:
    try:
        return convert(kind, body)
    except msgspec.ValidationError as error:
        raise DecisionError(f"PayTrace told something in another shape than known: {error}") from error
