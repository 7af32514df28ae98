"""Records of checks on the V3 wire: one, by idempotency key, or lists with filters."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.cards import mask
from counterfoil.sandbox.paytrace.checks.desk import CheckDesk
from counterfoil.sandbox.paytrace.checks.rows import CheckKind, CheckRow
from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.door import Answer, Payload
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v3.calls import OK, Call, Endpoint
from counterfoil.sandbox.paytrace.v3.errors import Fault
from counterfoil.sandbox.paytrace.v3.pages import page_of
from counterfoil.sandbox.paytrace.v3.records import iso, wire_address

# Documented: how many a page holds, and at most.
PAGE, PAGE_MAX = 10, 30

# Four kinds are documented by number alone; which are which is assumed, and 3 and 4 find nothing.
_KINDS = {"1": CheckKind.PAYMENT, "2": CheckKind.REFUND}

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_LAST = datetime(2999, 1, 1, tzinfo=UTC)


def by_uuid(call: Call) -> Answer:
    return _one(call, _desk(call).book.by_uuid(call.path.raw("uuid")))


def by_key(call: Call) -> Answer:
    return _one(call, _desk(call).book.by_key(call.path.text("idempotency_key")))


def listed(call: Call) -> Answer:
    """Checks that pass every filter, newest first; an independent client reads them under `items`."""
    span = span_of(call)
    if isinstance(span, Answer):
        return span
    desk, is_by_settlement = _desk(call), call.query.raw("date_type").upper() == "SETTLED"
    rows = desk.book.checks() if is_by_settlement else desk.book.created_between(*span)
    found = [
        row
        for row in reversed(rows)
        if _passes(call, row) and (not is_by_settlement or _is_settled_within(row, span))
    ]
    page = page_of(call, found, PAGE_MAX, PAGE)
    if isinstance(page, Answer):
        return page
    items = [check_record(call, desk, row) for row in page.rows]
    return Answer(OK, {"items": items, **page.told()})


def check_record(call: Call, desk: CheckDesk, row: CheckRow) -> Payload:
    """One check; of its account only the last digits are known."""
    details, label = row.details, row.details.customer_id
    ledger = call.gateway.ledger
    return {
        "transaction_id": row.uuid,
        "check_transaction_id": row.check_id,
        "merchant_id": call.gateway.settings.merchant_id,
        "transaction_type": row.kind.upper(),
        "transaction_status": row.status,
        "return_code": row.return_code,
        "amount": render_number(row.amount_cents),
        "reversible_amount": render_number(desk.refundable_cents(row)),
        "std_entry_class": row.entry_class,
        "bank_account": {
            "account_number": mask(row.account.last_four, "*"),
            "routing_number": mask(row.account.routing_last_four, "*"),
            "account_type": row.account.kind,
        },
        "idempotency_key": row.idempotency_key,
        "original_transaction_id": _uuid(desk, row.parent_id),
        "invoice_number": details.invoice_id,
        "description": details.description,
        "customer_id": CustomerNumbers(ledger).of(label) if label and ledger.customer(label) else None,
        "customer_label": label,
        "billing_name": details.billing.name,
        "billing_email": details.email,
        "billing_address": wire_address(details.billing),
        "entry_method": row.caller.through,
        "created_by": row.caller.user,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.changed_at),
        "settled_at": None if row.settled_at is None else iso(row.settled_at),
    }


def span_of(call: Call, place: str = "query") -> tuple[datetime, datetime] | Answer:
    """The span that a request names, both ends included; an end it leaves out is open."""
    fields = call.query if place == "query" else call.body
    start = _moment(fields.raw("start_date"), _FIRST, is_end=False)
    end = _moment(fields.raw("end_date"), _LAST, is_end=True)
    if start is None or end is None or start > end:
        return call.invalid(Fault("start_date", "start_date and end_date must be ISO dates, in order."))
    return start, end


def _moment(text: str, absent: datetime, *, is_end: bool) -> datetime | None:
    """A time, UTC where it names no offset; a day as end is taken to its last moment."""
    if not text.strip():
        return absent
    try:
        if len(text.strip()) == len("2023-04-19"):
            day = date.fromisoformat(text.strip())
            return datetime.combine(day, time.max if is_end else time(), UTC)
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _passes(call: Call, row: CheckRow) -> bool:
    query, term = call.query, call.query.raw("search_term").strip().lower()
    kind, customer_id = query.raw("transaction_type"), query.number("customer_id")
    customer = CustomerNumbers(call.gateway.ledger).customer(customer_id) if customer_id else None
    words = (row.uuid, row.details.invoice_id, row.details.billing.name, row.details.description)
    wanted = {
        "status": row.status.value,
        "user": row.caller.user,
        "entry_method": row.caller.through,
        "transaction_id": row.uuid,
        "idempotency_key": row.idempotency_key,
    }
    return (
        all(not query.raw(name) or query.raw(name).lower() == value.lower() for name, value in wanted.items())
        and (not kind or _KINDS.get(kind) is row.kind)
        and (not customer_id or (customer is not None and customer.customer_id == row.details.customer_id))
        and (not term or any(term in word.lower() for word in words))
    )


def _is_settled_within(row: CheckRow, span: tuple[datetime, datetime]) -> bool:
    return row.settled_at is not None and span[0] <= row.settled_at <= span[1]


def _one(call: Call, row: CheckRow | None) -> Answer:
    if row is None:
        return call.not_found("The transaction")
    return call.ok(check_record(call, CheckDesk(call.gateway), row))


def _desk(call: Call) -> CheckDesk:
    desk = CheckDesk(call.gateway)
    desk.catch_up()
    return desk


def _uuid(desk: CheckDesk, check_id: int | None) -> str | None:
    row = None if check_id is None else desk.book.check(check_id)
    return None if row is None else row.uuid


ENDPOINTS = (
    Endpoint("GET", "/v3/checks/transactions", listed, Permission.CHECKS, needs_merchant=True),
    Endpoint("GET", "/v3/checks/transactions/{uuid}", by_uuid, Permission.CHECKS),
    Endpoint("GET", "/v3/checks/transactions/idempotency-keys/{idempotency_key}", by_key, Permission.CHECKS),
)
