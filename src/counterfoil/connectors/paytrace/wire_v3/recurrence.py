"""Recurring payments. Update and export are named by the vendor without their paths."""

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


class Recurrence(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule's id; where the answer carries it is assumed: ``recurrence.id``, or ``id``."""

    id: str | None = None
    recurrence: dict[str, object] | None = None
    amount: Decimal | None = None


def create(plan: Schedule, merchant: int, entry_class: str) -> Payload:
    """The schedule (verified keys)."""
    return {
        "merchant_id": merchant,
        "customer_id": number(plan.payer.reference),
        "recurrence": {
            "amount": dollars(plan.amount),
            "frequency": CODES[plan.every],
            "start_date": day(plan.starts_on),
            "total_count": UNTIL_CANCELLED if plan.times is None else str(plan.times),
            "transaction_type": "Sale",
            "type": TYPES[plan.tender],
            **optional("description", plan.description),
            **({"sec_code": entry_class} if plan.tender is Tender.ACH else {}),
        },
    }


def named(schedule_id: str, merchant: int) -> Payload:
    return {"merchant_id": merchant, "recurrence": {"id": schedule_id}}
