"""Captures, refunds and voids of the V3 wire: always many at once, each with a result of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Payload
from counterfoil.sandbox.paytrace.outcomes import Done, FollowUpOutcome, NotDone, Refused
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v1.answers import CAPTURE, REFUND, VOID, FollowUpWords
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint, Operation
from counterfoil.sandbox.paytrace.v3.errors import Fault, fault_of

SUCCESS, FAILED = "success", "failed"

FollowUp = Callable[[Call, int, int | None], FollowUpOutcome]
Item = Callable[[Call, Body], Payload]


def capture(call: Call, transaction_id: int, cents: int | None) -> FollowUpOutcome:
    return call.gateway.capture(transaction_id, cents)


def refund(call: Call, transaction_id: int, cents: int | None) -> FollowUpOutcome:
    return call.gateway.refund(transaction_id, cents, call.caller)


def void(call: Call, transaction_id: int, _: int | None) -> FollowUpOutcome:
    return call.gateway.void(transaction_id)


def batch(item: Item) -> Operation:
    """One result for each item, in the order asked; an item that fails stops no other."""

    def operation(call: Call) -> Answer:
        items, most = call.body.parts("batch_items"), call.settings.batch_items_max
        if not 1 <= len(items) <= most:
            return call.invalid(Fault("batch_items", f"batch_items must hold 1 to {most} items."))
        return call.ok([item(call, each) for each in items])

    return operation


def follow_up(act: FollowUp, words: FollowUpWords) -> Item:
    """One item that names a transaction and, where it applies, an amount."""

    def item(call: Call, body: Body) -> Payload:
        named = body.text("transaction_id")
        cents = body.optional_amount()
        outcome = cents if isinstance(cents, Refused) else act(call, body.number("transaction_id"), cents)
        match outcome:
            case Done(row):
                code, text = words.done
                beside = {"amount": render_number(row.amount_cents)}
                return result(named, SUCCESS, code, text) | beside | _refund_id(named, row.transaction_id)
            case NotDone():
                return result(named, FAILED, *words.not_done)
            case Refused():
                return refused_item(named, outcome)
            case _:
                assert_never(outcome)

    return item


def refused_item(named: str, outcome: Refused) -> Payload:
    return failed_item(*(fault_of(refusal) for refusal in outcome.refusals), named=named)


def failed_item(*faults: Fault, named: str = "") -> Payload:
    """An item that is not even tried, and why."""
    errors = [{"field": fault.field, "detail": fault.detail} for fault in faults]
    return result(named, FAILED, 1, faults[0].detail) | {"errors": errors}


def result(transaction_id: str, status: str, code: int, text: str) -> Payload:
    return {
        "transaction_id": transaction_id,
        "status": status,
        "response_code": code,
        "status_message": text,
    }


def _refund_id(named: str, transaction_id: int) -> Payload:
    """A refund is a transaction of its own; capture and void are not."""
    return {} if named == str(transaction_id) else {"refund_transaction_id": str(transaction_id)}


ENDPOINTS = tuple(
    Endpoint("POST", f"/v3/card/batch/{name}", batch(follow_up(act, words)), permission, needs_merchant=True)
    for name, act, words, permission in (
        ("capture", capture, CAPTURE, Permission.CAPTURE),
        ("refund", refund, REFUND, Permission.REFUND),
        ("void", void, VOID, Permission.VOID),
    )
)
