"""Check payments of the V3 wire, with their idempotency keys."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import assert_never

import msgspec

from counterfoil.sandbox.paytrace.checks.accounts import BankAccount, read_account
from counterfoil.sandbox.paytrace.checks.desk import CheckDesk, CheckOrder, CheckOutcome, Repeated, Taken
from counterfoil.sandbox.paytrace.checks.rows import ALIVE, CheckRow
from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.door import SERVER_ERROR, Answer
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.triggers import Trigger
from counterfoil.sandbox.paytrace.v3 import errors
from counterfoil.sandbox.paytrace.v3.calls import OK, Call, Endpoint, missing, too_long
from counterfoil.sandbox.paytrace.v3.errors import Fault, fault_of
from counterfoil.sandbox.paytrace.v3.requests import amount_of, details_of

ENTRY_CLASSES = ("CCD", "PPD", "WEB", "TEL")

# Documented lengths.
_LENGTHS = {"idempotency_key": 50, "invoice_number": 50, "description": 255}
_ACCOUNT_IN_THE_CLEAR = re.compile(r"[0-9]{4,17}")
# The quirk that an independent client met: refused by its words, accepted in truth.
_MISREPORTED = Fault("path/record_id", "The record_id field must be an integer.")


def pay(call: Call) -> Answer:
    """A payment by keyed account or by the account of a customer."""
    order = _order(call)
    if isinstance(order, Answer):
        return order
    if _trigger(call, order.amount_cents) is Trigger.ERROR_BEFORE:
        return SERVER_ERROR
    desk = CheckDesk(call.gateway)
    if call.body.has("customer_id"):
        return _answer(call, _on_file(call, desk, order))
    account = _account(call)
    if isinstance(account, list):
        return call.invalid(*account)
    return _answer(call, desk.take(order, account))


def _order(call: Call) -> CheckOrder | Answer:
    """The payment as asked for; what is wrong with it is told all at once."""
    body, cents = call.body, amount_of(call)
    entry_class = body.text("std_entry_class").upper()
    faults = [*missing(body, ("std_entry_class",)), *too_long(body, _LENGTHS)]
    if entry_class and entry_class not in ENTRY_CLASSES:
        faults.append(Fault("std_entry_class", f"std_entry_class must be one of {', '.join(ENTRY_CLASSES)}."))
    if isinstance(cents, Fault):
        return call.invalid(*faults, cents)
    if faults:
        return call.invalid(*faults)
    return CheckOrder(
        amount_cents=cents,
        details=details_of(body),
        caller=call.caller,
        entry_class=entry_class,
        idempotency_key=body.text("idempotency_key"),
    )


def _on_file(call: Call, desk: CheckDesk, order: CheckOrder) -> CheckOutcome:
    customer = CustomerNumbers(call.gateway.ledger).customer(call.body.number("customer_id"))
    if customer is None:
        return Refused.of(Reason.CUSTOMER_UNKNOWN)
    details = msgspec.structs.replace(order.details, customer_id=customer.customer_id)
    return desk.take_on_file(replace(order, details=details))


def _account(call: Call) -> BankAccount | list[Fault]:
    """The keyed account; its number comes encrypted unless the merchant account takes it plain."""
    part = call.body.part("bank_account")
    sent = part.raw("account_number").strip()
    is_plain = _ACCOUNT_IN_THE_CLEAR.fullmatch(sent) is not None
    if is_plain and not call.gateway.settings.checks.takes_plain_accounts:
        return [Fault("bank_account.account_number", "account_number must be encrypted.")]
    number = sent if is_plain else call.gateway.key_pair.decrypt(sent)
    read = read_account(number or "", part.raw("routing_number").strip(), part.text("account_type"))
    return [fault_of(refusal) for refusal in read] if isinstance(read, tuple) else read


def _answer(call: Call, outcome: CheckOutcome) -> Answer:
    match outcome:
        case Taken(row):
            trigger = _trigger(call, row.amount_cents)
            if trigger is Trigger.ERROR_AFTER:
                return SERVER_ERROR
            if row.amount_cents in call.gateway.settings.checks.misreported_cents:
                return errors.fields_answer([_MISREPORTED])
            return replace(_payload(call, row), is_held=trigger is Trigger.ANSWER_HELD)
        case Repeated(row):
            return _payload(call, row)
        case Refused():
            return call.refused(outcome)
        case _:
            assert_never(outcome)


def _payload(call: Call, row: CheckRow) -> Answer:
    """The id stands at the top, beside an empty `data`, as an independent client met it."""
    status = OK if row.status in ALIVE else call.settings.decline_status
    return Answer(status, {"transaction_id": row.uuid, "transaction_status": row.status, "data": []})


def _trigger(call: Call, cents: int) -> Trigger | None:
    return call.gateway.settings.triggers_by_cents.get(cents)


ENDPOINTS = (Endpoint("POST", "/v3/checks/payment", pay, Permission.CHECKS, needs_merchant=True),)
