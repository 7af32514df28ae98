"""Transaction records of the V3 wire, as they are this moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.cards import mask
from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.door import Answer, Payload
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.rows import Address, Kind, State, TransactionRow
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.stamps import parse_date
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint, Operation
from counterfoil.sandbox.paytrace.v3.pages import page_of

PAGE_MAX = 50

Listed = Callable[[Gateway], list[TransactionRow]]


def capturable(gateway: Gateway) -> list[TransactionRow]:
    return gateway.ledger.in_state(State.AUTHORIZED)


def voidable(gateway: Gateway) -> list[TransactionRow]:
    return [*gateway.ledger.in_state(State.AUTHORIZED), *gateway.ledger.in_state(State.PENDING)]


def refundable(gateway: Gateway) -> list[TransactionRow]:
    """Settled payments of which something is left."""
    return [row for row in gateway.ledger.in_state(State.SETTLED) if gateway.refundable_cents(row) > 0]


def one(call: Call) -> Answer:
    row = call.gateway.ledger.transaction(call.path.number("transaction_id"))
    return call.not_found("The transaction") if row is None else call.ok(record_of(call.gateway, row))


def listed(of: Listed) -> Operation:
    """A list by what may be done with its transactions, newest first."""

    def operation(call: Call) -> Answer:
        rows = sorted(of(call.gateway), key=lambda row: row.transaction_id, reverse=True)
        found = [row for row in rows if _is_wanted(call, row)]
        page = page_of(call, found, PAGE_MAX)
        if isinstance(page, Answer):
            return page
        return call.ok([record_of(call.gateway, row) for row in page.rows], **page.told())

    return operation


def record_of(gateway: Gateway, row: TransactionRow) -> Payload:
    """One transaction; which of the amounts is the one to read depends on its state."""
    details, label = row.details, row.details.customer_id
    number = CustomerNumbers(gateway.ledger).of(label) if label and gateway.ledger.customer(label) else None
    amount = render_number(row.amount_cents)
    return {
        "transaction_id": str(row.transaction_id),
        "merchant_id": gateway.settings.merchant_id,
        "transaction_type": _TYPES[row.kind],
        "status": gateway.settings.v3.status_words[row.state],
        "amount": amount,
        "requested_amount": amount,
        "settle_amount": amount if row.state in {State.PENDING, State.SETTLED} else None,
        "card_masked": mask(row.card.last_four, "*"),
        "expiration_month": row.card.month,
        "expiration_year": row.card.year,
        "approval_code": row.approval.code,
        "approval_message": row.approval.message,
        "avs_response": row.approval.avs,
        "csc_response": row.approval.csc,
        "invoice_number": details.invoice_id,
        "description": details.description,
        "customer_reference_id": details.customer_reference_id,
        "tax_amount": details.tax_amount,
        "customer_id": number,
        "customer_label": label,
        "billing_name": details.billing.name,
        "billing_email": details.email,
        "billing_address": wire_address(details.billing),
        "shipping_name": details.shipping.name,
        "shipping_address": wire_address(details.shipping),
        "created": {
            "through": row.caller.through,
            "at": iso(row.created_at),
            "by": row.caller.user,
            "from_ip": row.caller.from_ip,
        },
        "settled_at": None if row.settled_at is None else iso(row.settled_at),
        "batch_number": row.batch_number,
    }


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_of(text: str) -> date | None:
    """A day written MM/DD/YYYY, or as ISO date or time."""
    try:
        return parse_date(text) or date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _is_wanted(call: Call, row: TransactionRow) -> bool:
    day = row.created_at.astimezone(call.gateway.settings.zone).date()
    first, last = day_of(call.query.raw("date_from")), day_of(call.query.raw("date_to"))
    term, order_id = call.query.raw("search_term").strip().lower(), call.query.raw("order_id").strip()
    words = (
        str(row.transaction_id),
        row.details.invoice_id,
        row.details.billing.name,
        row.details.customer_id,
    )
    return (
        (first is None or day >= first)
        and (last is None or day <= last)
        and (not term or any(term in word.lower() for word in words))
        and (not order_id or row.details.invoice_id == order_id)
    )


def wire_address(address: Address) -> Payload:
    return {
        "street": address.street_address,
        "street2": address.street_address2,
        "city": address.city,
        "state": address.state,
        "postal_code": address.zip,
        "country": address.country,
    }


_TYPES = {Kind.SALE: "SALE", Kind.AUTHORIZATION: "AUTHORIZATION", Kind.REFUND: "REFUND"}

ENDPOINTS = (
    Endpoint("GET", "/v3/card/transaction/{transaction_id}", one, Permission.EXPORT),
    *(
        Endpoint(
            "GET",
            f"/v3/card/transactions/{name}/{{merchant_id}}",
            listed(of),
            Permission.EXPORT,
            needs_merchant=True,
        )
        for name, of in (("capturable", capturable), ("voidable", voidable), ("refundable", refundable))
    ),
)
