"""Checks of the v1 wire: sales and holds, their funding, voids and refunds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.checks.desk import (
    CheckDesk,
    CheckOrder,
    CheckOutcome,
    FollowUpOnCheck,
    NotTaken,
    Repeated,
    Taken,
)
from counterfoil.sandbox.paytrace.checks.rows import ALIVE, CheckRow
from counterfoil.sandbox.paytrace.door import SERVER_ERROR, Answer, Operation, Payload
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal, Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.triggers import Trigger
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.requests import account_of, details_of

PROCESSED = (120, "Your check was successfully processed.")
REFUNDED = (122, "Your check was successfully refunded.")
MANAGED = (124, "Your check was successfully managed.")
NOT_PROCESSED = (125, "Your check was NOT successfully processed.")


def by_account(*, is_hold: bool) -> Operation:
    """A check by keyed account; everything wrong with the request is told at once, as recorded."""

    def operation(gateway: Gateway, body: Body, caller: Caller) -> Answer:
        cents, account = body.amount(is_zero_allowed=False), account_of(body)
        wrong = [
            *_unknown_customer(gateway, body),
            *(account if isinstance(account, tuple) else ()),
            *(cents.refusals if isinstance(cents, Refused) else ()),
        ]
        if wrong or isinstance(account, tuple) or isinstance(cents, Refused):
            return refused_answer(gateway, Refused(tuple(wrong)))
        if _trigger(gateway, cents) is Trigger.ERROR_BEFORE:
            return SERVER_ERROR
        return _taken(gateway, CheckDesk(gateway).take(_order(body, caller, cents, is_hold=is_hold), account))

    return operation


def by_customer(*, is_hold: bool) -> Operation:
    """A check on the account of a customer in the vault."""

    def operation(gateway: Gateway, body: Body, caller: Caller) -> Answer:
        cents = body.amount(is_zero_allowed=False)
        if isinstance(cents, Refused):
            return refused_answer(gateway, cents)
        if _trigger(gateway, cents) is Trigger.ERROR_BEFORE:
            return SERVER_ERROR
        return _taken(gateway, CheckDesk(gateway).take_on_file(_order(body, caller, cents, is_hold=is_hold)))

    return operation


def fund(gateway: Gateway, body: Body, _: Caller) -> Answer:
    cents = body.optional_amount()
    if isinstance(cents, Refused):
        return refused_answer(gateway, cents)
    return _followed_up(gateway, MANAGED, CheckDesk(gateway).fund(body.number("check_transaction_id"), cents))


def void(gateway: Gateway, body: Body, _: Caller) -> Answer:
    return _followed_up(gateway, MANAGED, CheckDesk(gateway).void(body.number("check_transaction_id")))


def refund(gateway: Gateway, body: Body, caller: Caller) -> Answer:
    cents = body.optional_amount()
    if isinstance(cents, Refused):
        return refused_answer(gateway, cents)
    outcome = CheckDesk(gateway).refund(body.number("check_transaction_id"), cents, caller)
    return _followed_up(gateway, REFUNDED, outcome)


def _order(body: Body, caller: Caller, cents: int, *, is_hold: bool) -> CheckOrder:
    return CheckOrder(amount_cents=cents, details=details_of(body), caller=caller, is_hold=is_hold)


def _unknown_customer(gateway: Gateway, body: Body) -> list[Refusal]:
    """A customer that a check names beside its account must be one."""
    customer_id = body.text("customer_id")
    if not customer_id or gateway.ledger.customer(customer_id) is not None:
        return []
    return [Refusal(Reason.CUSTOMER_UNKNOWN, customer_id)]


def _taken(gateway: Gateway, outcome: CheckOutcome) -> Answer:
    match outcome:
        case Taken(row) | Repeated(row):
            trigger = _trigger(gateway, row.amount_cents)
            if trigger is Trigger.ERROR_AFTER:
                return SERVER_ERROR
            if row.status not in ALIVE:
                return _not_processed(gateway, row)
            return Answer(200, _payload(PROCESSED, row), is_held=trigger is Trigger.ANSWER_HELD)
        case Refused():
            return refused_answer(gateway, outcome)
        case _:
            assert_never(outcome)


def _followed_up(gateway: Gateway, words: tuple[int, str], outcome: FollowUpOnCheck) -> Answer:
    match outcome:
        case Taken(row):
            return Answer(200, _payload(words, row))
        case NotTaken(row):
            return _not_processed(gateway, row)
        case Refused():
            return refused_answer(gateway, outcome)
        case _:
            assert_never(outcome)


def _payload(words: tuple[int, str], row: CheckRow) -> Payload:
    code, text = words
    return {
        "success": words is not NOT_PROCESSED,
        "response_code": code,
        "status_message": text,
        "check_transaction_id": row.check_id,
    }


def _not_processed(gateway: Gateway, row: CheckRow) -> Answer:
    """The two ach fields were recorded as they are here; when they say more is not known."""
    payload = _payload(NOT_PROCESSED, row) | {"ach_code": 0, "ach_message": ""}
    return Answer(gateway.settings.decline_status, payload)


def _trigger(gateway: Gateway, cents: int) -> Trigger | None:
    return gateway.settings.triggers_by_cents.get(cents)


OPERATIONS: Mapping[str, Operation] = {
    "/v1/checks/sale/by_account": by_account(is_hold=False),
    "/v1/checks/sale/by_customer": by_customer(is_hold=False),
    "/v1/checks/hold/by_account": by_account(is_hold=True),
    "/v1/checks/hold/by_customer": by_customer(is_hold=True),
    "/v1/checks/manage/fund": fund,
    "/v1/checks/manage/void": void,
    "/v1/checks/refund/by_transaction": refund,
}
