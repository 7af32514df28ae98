"""Receipts of checks on the V3 wire; the sandbox sends no mail, it only keeps what it would send."""

from __future__ import annotations

from datetime import datetime

import msgspec

from counterfoil.sandbox.paytrace.checks.desk import CheckDesk
from counterfoil.sandbox.paytrace.door import Answer
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.shelf import Shelf
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint, missing
from counterfoil.sandbox.paytrace.v3.check_records import check_record
from counterfoil.sandbox.paytrace.v3.errors import Fault


class MailRow(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that the gateway would have sent."""

    to: str
    about: str
    sent_at: datetime


def receipt(call: Call) -> Answer:
    """The record of a check once more, as its receipt."""
    desk = CheckDesk(call.gateway)
    desk.catch_up()
    row = desk.book.by_uuid(call.path.raw("uuid"))
    return call.not_found("The transaction") if row is None else call.ok(check_record(call, desk, row))


def email(call: Call) -> Answer:
    """Notes the mail for a check named by `transaction_id`."""
    faults = missing(call.body, ("transaction_id", "email"))
    to, about = call.body.text("email").strip(), call.body.text("transaction_id")
    if not faults and "@" not in to:
        faults = [Fault("email", "email is not an address.")]
    if faults:
        return call.invalid(*faults)
    if CheckDesk(call.gateway).book.by_uuid(about) is None:
        return call.not_found("The transaction")
    row = MailRow(to=to, about=about, sent_at=call.gateway.now())
    Shelf(call.gateway.ledger.documents, "mails", MailRow).put(call.gateway.new_id(), row)
    return call.ok({"transaction_id": about, "email": to})


ENDPOINTS = (
    Endpoint("GET", "/v3/checks/receipt/{uuid}", receipt, Permission.CHECKS),
    Endpoint("POST", "/v3/checks/email/receipt", email, Permission.CHECKS),
)
