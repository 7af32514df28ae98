"""Invoices with a pay link, and the account's settings for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.door import Answer
from counterfoil.sandbox.paytrace.mails import Mails
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import CheckoutRow, CheckoutTerms, Kind
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.shelf import Shelf
from counterfoil.sandbox.paytrace.stamps import day_bounds
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint, missing
from counterfoil.sandbox.paytrace.v3.errors import Fault, fault_of
from counterfoil.sandbox.paytrace.v3.records import day_of, iso
from counterfoil.sandbox.paytrace.v3.requests import details_of

_KEY = "settings"
_LINK_BYTES = 16
_URL_LENGTH_MAX = 2083
_URLS = ("silent_post", "terms_conditions_link", "payment_approved_link", "payment_declined_link")

# Of five documented kinds, those that this sandbox's page can do.
_KINDS = {"SALE": Kind.SALE, "AUTHORIZATION": Kind.AUTHORIZATION}

# The vendor's page runs the numbers together: 1, 4 and 30, or 14 and 30.
_DAYS = (1, 4, 14, 30)
_DAYS_USUAL = 30


class CheckoutSettingsRow(msgspec.Struct, frozen=True, kw_only=True):
    """What invoices go by where they say nothing themselves."""

    silent_post: str = ""
    terms_conditions_link: str = ""
    payment_approved_link: str = ""
    payment_declined_link: str = ""
    days: int = _DAYS_USUAL


def setting(call: Call) -> Answer:
    """Sets what later invoices go by."""
    faults = [*missing(call.body, ("terms_conditions_link", "invoice_expiration_days")), *_bad_urls(call)]
    days = call.body.number("invoice_expiration_days")
    if call.body.has("invoice_expiration_days") and days not in _DAYS:
        faults.append(Fault("invoice_expiration_days", f"invoice_expiration_days must be one of {_DAYS}."))
    if faults:
        return call.invalid(*faults)
    row = CheckoutSettingsRow(days=days, **{name: call.body.raw(name) for name in _URLS})
    _shelf(call).put(_KEY, row)
    return call.ok(msgspec.to_builtins(row))


def create(call: Call) -> Answer:
    """An invoice that a shopper pays at its link; the mail with the link is noted, not sent."""
    usual = _shelf(call).get(_KEY) or CheckoutSettingsRow()
    faults = [*missing(call.body, ("transaction_type",)), *_bad_urls(call)]
    kind = _KINDS.get(call.body.raw("transaction_type").upper())
    if call.body.has("transaction_type") and kind is None:
        faults.append(Fault("transaction_type", f"transaction_type must be one of {', '.join(_KINDS)} here."))
    cents, expires_at = call.body.cents("invoice_amount"), _expiry(call, usual)
    if not cents:
        amount = fault_of(Refused.of(Reason.AMOUNT).refusals[0])
        faults.append(Fault("invoice_amount", amount.detail))
    if expires_at is None:
        faults.append(Fault("expire_at", "expire_at must be an ISO date or time to come."))
    if faults or kind is None or not cents or expires_at is None:
        return call.invalid(*faults)
    order = CheckoutRow(
        checkout_id=call.gateway.new_token(_LINK_BYTES),
        order_id=call.body.text("invoice_number"),
        amount_cents=cents,
        details=msgspec.structs.replace(details_of(call.body), email=call.body.text("email")),
        silent_post_url=call.body.raw("silent_post") or usual.silent_post,
        user=call.caller.user,
        terms=_terms(call, usual, kind, expires_at),
    )
    with call.gateway.ledger.changes():
        call.gateway.ledger.put_checkout(order)
    return _told(call, order)


def _told(call: Call, order: CheckoutRow) -> Answer:
    link = f"{call.base_url}/checkout/{order.checkout_id}"
    if order.details.email:
        Mails(call.gateway).note(order.details.email, f"Invoice {order.order_id}", link)
    return call.ok(
        {
            "invoice_id": order.checkout_id,
            "invoice_number": order.order_id,
            "invoice_amount": render_number(order.amount_cents),
            "link": link,
            "expire_at": None if order.terms.expires_at is None else iso(order.terms.expires_at),
        }
    )


def _terms(call: Call, usual: CheckoutSettingsRow, kind: Kind, expires_at: datetime) -> CheckoutTerms:
    body = call.body
    return CheckoutTerms(
        kind=kind,
        expires_at=expires_at,
        is_amount_editable=body.is_true("is_amount_editable"),
        is_email_required=body.is_true("email_required"),
        is_address_required=body.is_true("billing_address_required"),
        is_csc_required=body.is_true("csc_required"),
        terms_url=body.raw("terms_conditions_link") or usual.terms_conditions_link,
        approved_url=body.raw("payment_approved_link") or usual.payment_approved_link,
        declined_url=body.raw("payment_declined_link") or usual.payment_declined_link,
    )


def _expiry(call: Call, usual: CheckoutSettingsRow) -> datetime | None:
    """The end of the day or the moment asked for, or of the account's days; None for the past."""
    text, now, zone = call.body.raw("expire_at").strip(), call.gateway.now(), call.gateway.settings.zone
    if not text:
        return now + timedelta(days=usual.days)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    day = day_of(text)
    if day is not None and len(text) == len(day.isoformat()):
        moment = day_bounds(day, day, zone)[1]
    elif moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment if moment > now else None


def _bad_urls(call: Call) -> list[Fault]:
    return [
        Fault(name, f"{name} must be a web address of at most {_URL_LENGTH_MAX} characters.")
        for name in _URLS
        if call.body.has(name) and not _is_url(call.body.raw(name))
    ]


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(text) <= _URL_LENGTH_MAX


def _shelf(call: Call) -> Shelf[CheckoutSettingsRow]:
    return Shelf(call.gateway.ledger.documents, "checkout_settings", CheckoutSettingsRow)


ENDPOINTS = (
    Endpoint("POST", "/v3/invoice", create, Permission.SALE, needs_merchant=True),
    Endpoint("POST", "/v3/checkout/setting", setting, Permission.SALE, needs_merchant=True),
)
