"""Recurring payments that PayTrace takes from a vault customer by itself."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from counterfoil.connectors.paytrace.frequencies import CODES, TYPES, UNTIL_CANCELLED
from counterfoil.connectors.paytrace.ways import Certainty, Use, posted
from counterfoil.connectors.paytrace.wire_v1.answers import CallAnswer, Payload, dollars
from counterfoil.ports.recurring import Schedule

CREATE = posted(Use.RECUR_CREATE, "/v1/recurrence/create", Certainty.VERIFIED, "a subscription site's client")
UPDATE = posted(
    Use.RECUR_UPDATE, "/v1/recurrence/update", Certainty.INFERRED, "vendor help names it without its path"
)
DELETE = posted(Use.RECUR_DELETE, "/v1/recurrence/delete", Certainty.VERIFIED, "a subscription site's client")
EXPORT = posted(
    Use.RECUR_EXPORT, "/v1/recurrence/export", Certainty.INFERRED, "vendor help names it without its path"
)
EXPORT_APPROVED = posted(
    Use.RECUR_APPROVED, "/v1/recurrence/export_approved", Certainty.VERIFIED, "a subscription site's client"
)


class Recurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One schedule; that an export shows it with the keys of a create is assumed."""

    id: str
    customer_id: str | None = None
    amount: Decimal | None = None
    frequency: str | None = None
    next_date: str | None = None
    total_count: str | None = None
    current_count: str | None = None
    description: str | None = None


class RecurrenceAnswer(CallAnswer, frozen=True, kw_only=True):
    """A schedule made or changed: `recurrence.id` (verified)."""

    recurrence: Recurrence | None = None


class RecurrencesAnswer(CallAnswer, frozen=True, kw_only=True):
    """Exported schedules, each still as sent (assumed shape)."""

    recurrences: list[dict[str, object]] | None = None


def schedule(plan: Schedule) -> Payload:
    """The customer and the schedule itself (verified keys; `type` and `description` inferred)."""
    return {"customer_id": plan.payer.reference, "recurrence": recurrence(plan)}


def update(schedule_id: str, plan: Schedule) -> Payload:
    return {"customer_id": plan.payer.reference, "recurrence": {"id": schedule_id, **recurrence(plan)}}


def recurrence(plan: Schedule) -> Payload:
    start = plan.starts_on
    return {
        "amount": dollars(plan.amount.amount),
        "customer_receipt": plan.receipt,
        "frequency": CODES[plan.every],
        "start_date": f"{start.month}/{start.day}/{start.year}",
        "total_count": UNTIL_CANCELLED if plan.times is None else str(plan.times),
        "transaction_type": "sale",
        "type": TYPES[plan.tender],
        **({"description": plan.description} if plan.description else {}),
    }


def named(schedule_id: str) -> Payload:
    return {"recurrence": {"id": schedule_id}}
