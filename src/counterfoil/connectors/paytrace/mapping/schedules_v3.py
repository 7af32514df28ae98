"""Schedules of V3 in domain words."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.connectors.paytrace.frequencies import FREQUENCIES
from counterfoil.connectors.paytrace.mapping.amounts import read_amount
from counterfoil.connectors.paytrace.mapping.stamps import read_day
from counterfoil.connectors.paytrace.mapping.statuses import plain
from counterfoil.connectors.paytrace.wire_v3.answers import convert
from counterfoil.connectors.paytrace.wire_v3.recurrence import Details, Recurrence
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.instructions import StoredPayer
from counterfoil.ports.recurring import StoredSchedule


def map_schedule(body: Mapping[str, object]) -> StoredSchedule:
    """A schedule; what cannot be read of it is None, because it moves no money by being listed.

    Raises:
        DecisionError: it has another shape than known.
    """
    record = convert(Recurrence, body)
    if record is None or not record.number:
        raise DecisionError("PayTrace told a recurring payment in another shape than known")
    details = record.recurrence or Details()
    return StoredSchedule(
        id=record.number,
        payer=StoredPayer(reference=record.customer_id) if record.customer_id else None,
        amount=None if details.amount is None else read_amount(details.amount),
        every=FREQUENCIES.get(plain(details.frequency)),
        next_on=read_day(plain(details.next_date)),
        vendor_words=plain(details.description),
    )
