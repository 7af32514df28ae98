"""Receipts of checks on the V3 wire; the sandbox sends no mail, it only keeps what it would send."""

from __future__ import annotations

from counterfoil.sandbox.paytrace.checks.desk import CheckDesk
from counterfoil.sandbox.paytrace.door import Answer
from counterfoil.sandbox.paytrace.mails import Mails
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint, missing
from counterfoil.sandbox.paytrace.v3.check_records import check_record
from counterfoil.sandbox.paytrace.v3.errors import Fault


def receipt(call: Call) -> Answer:
    """The record of a check once more, as its receipt."""
    desk = CheckDesk(call.gateway)
    desk.catch_up()
    row = desk.book.by_uuid(call.path.raw("uuid"))
    return call.not_found("The transaction") if row is None else call.ok(check_record(call, desk, row))


def email(call: Call) -> Answer:
    """Notes the mail for a check; `to` is a list, or one text with commas."""
    faults = missing(call.body, ("to", "ach_transaction_id"))
    to, about = call.body.texts("to"), call.body.text("ach_transaction_id")
    if not faults and not all("@" in address for address in to):
        faults = [Fault("to", "to must hold e-mail addresses.")]
    if faults:
        return call.invalid(*faults)
    if CheckDesk(call.gateway).book.by_uuid(about) is None:
        return call.invalid(Fault("ach_transaction_id", "ach_transaction_id was not found."))
    for address in to:
        Mails(call.gateway).note(address, "Receipt", about)
    return call.ok({"ach_transaction_id": about, "to": to})


ENDPOINTS = (
    Endpoint("GET", "/v3/checks/receipt/{uuid}", receipt, Permission.CHECKS),
    Endpoint("POST", "/v3/checks/email/receipt", email, Permission.CHECKS),
)
