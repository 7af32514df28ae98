"""Recurring payments. The vendor names update and export without their paths."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from counterfoil.connectors.paytrace.frequencies import CODES, TYPES, UNTIL_CANCELLED
from counterfoil.connectors.paytrace.ways import Certainty, Use, Way, posted
from counterfoil.connectors.paytrace.wire_v3.answers import Payload
from counterfoil.connectors.paytrace.wire_v3.charges import dollars, optional
from counterfoil.connectors.paytrace.wire_v3.checks import number
from counterfoil.connectors.paytrace.wire_v3.records import day
from counterfoil.domain.payment import Tender
from counterfoil.ports.recurring import Schedule

CREATE = posted(Use.RECUR_CREATE, "/v3/recurrence/create", Certainty.VERIFIED, "vendor spec")
DELETE = Way(Use.RECUR_DELETE, "DELETE", "/v3/recurrence", Certainty.VERIFIED, "vendor spec")


UPDATE = Way(
    Use.RECUR_UPDATE, "PUT", "/v3/recurrence", Certainty.ASSUMED, "beside the verified call that ends one"
)
EXPORT = Way(Use.RECUR_EXPORT, "GET", "/v3/recurrence/export", Certainty.ASSUMED, "like the vault's export")


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """One schedule; that it is told with the keys of a create is assumed."""

    id: str | None = None
    amount: Decimal | None = None
    frequency: str | None = None
    next_date: str | None = None
    description: str | None = None


class Recurrence(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule with its customer; where the id stands is assumed: ``recurrence.id``, or ``id``."""

    id: str | None = None
    customer_id: str | None = None
    recurrence: Details | None = None

    @property
    def number(self) -> str:
        return (self.recurrence.id if self.recurrence else None) or self.id or ""


def create(plan: Schedule, merchant: int, entry_class: str) -> Payload:
    """The schedule (verified keys)."""
    return {
        "merchant_id": merchant,
        "customer_id": number(plan.payer.reference),
        "recurrence": _fields(plan, entry_class),
    }


def update(schedule_id: str, plan: Schedule, merchant: int, entry_class: str) -> Payload:
    made = create(plan, merchant, entry_class)
    return made | {"recurrence": {"id": schedule_id, **_fields(plan, entry_class)}}


def named(schedule_id: str, merchant: int) -> Payload:
    return {"merchant_id": merchant, "recurrence": {"id": schedule_id}}


def _fields(plan: Schedule, entry_class: str) -> Payload:
    return {
        "amount": dollars(plan.amount),
        "frequency": CODES[plan.every],
        "start_date": day(plan.starts_on),
        "total_count": UNTIL_CANCELLED if plan.times is None else str(plan.times),
        "transaction_type": "Sale",
        "type": TYPES[plan.tender],
        **optional("description", plan.description),
        **({"sec_code": entry_class} if plan.tender is Tender.ACH else {}),
    }
