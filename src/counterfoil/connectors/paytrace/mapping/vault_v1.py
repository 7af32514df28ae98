"""Vault customers, schedules and batches of v1 in domain words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from counterfoil.connectors.paytrace.frequencies import FREQUENCIES
from counterfoil.connectors.paytrace.mapping.amounts import read_amount
from counterfoil.connectors.paytrace.mapping.digits import expiry, last_four
from counterfoil.connectors.paytrace.mapping.stamps import read_day
from counterfoil.connectors.paytrace.mapping.statuses import plain
from counterfoil.connectors.paytrace.wire_v1.answers import AnyStruct, convert
from counterfoil.connectors.paytrace.wire_v1.recurrence import Recurrence
from counterfoil.connectors.paytrace.wire_v1.vault import CustomerRecord, Place
from counterfoil.domain.address import Address
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.instructions import StoredPayer
from counterfoil.ports.recurring import StoredSchedule
from counterfoil.ports.vault import StoredCustomer


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
        billing=_address(record.billing_address) if record.billing_address else None,
        email=plain(record.email),
        tender=Tender.ACH if record.check and card is None else Tender.CARD,
        last_four=last_four(card.masked_number if card else None),
        expires=expiry(card.expiration_year, card.expiration_month) if card else "",
    )


def _address(place: Place) -> Address:
    return Address(
        name=plain(place.name),
        line_1=plain(place.street_address),
        line_2=plain(place.street_address2),
        city=plain(place.city),
        state=plain(place.state),
        zip=plain(place.zip),
        country=plain(place.country),
    )


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
        every=FREQUENCIES.get(plain(record.frequency)),
        next_on=read_day(plain(record.next_date)),
        vendor_words=plain(record.description),
    )


def _money(amount: Decimal | None) -> Money | None:
    return None if amount is None else read_amount(amount)


def _read(kind: type[AnyStruct], body: Mapping[str, object]) -> AnyStruct:
    try:
        return convert(kind, body)
    except msgspec.ValidationError as error:
        raise DecisionError(f"PayTrace told something in another shape than known: {error}") from error
