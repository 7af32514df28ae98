"""The vault of the V3 wire: customers by number, with their own label."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from counterfoil.sandbox.paytrace.cards import mask
from counterfoil.sandbox.paytrace.checks.desk import CheckDesk
from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.door import Answer, Payload
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.outcomes import CustomerOutcome, Reason, Refused, Stored
from counterfoil.sandbox.paytrace.rows import Address, CustomerRow, StoredAccount, StoredCard
from counterfoil.sandbox.paytrace.settings import Permission
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint, missing, too_long
from counterfoil.sandbox.paytrace.v3.pages import page_of
from counterfoil.sandbox.paytrace.v3.records import iso
from counterfoil.sandbox.paytrace.v3.requests import profile_of
from counterfoil.sandbox.paytrace.vault import Profile, Vault

PAGE_MAX = 50

# Documented lengths.
_LENGTHS = {"customer_label": 50, "customer_reference_id": 50, "email": 50, "phone": 20, "fax": 20}


def create_pt_protect(call: Call) -> Answer:
    """A customer with a card from hosted fields."""
    faults = [
        *missing(call.body, ("hpf_token", "enc_key", "customer_label")),
        *too_long(call.body, _LENGTHS),
    ]
    if faults:
        return call.invalid(*faults)
    profile = _with_hosted_card(call, profile_of(call.body))
    if isinstance(profile, Refused):
        return call.refused(profile)
    return _answer(call, Vault(call.gateway).create(call.body.text("customer_label"), profile))


def create_by_transaction(call: Call) -> Answer:
    """A customer with the card of a past payment."""
    faults = [*missing(call.body, ("transaction_id", "customer_label")), *too_long(call.body, _LENGTHS)]
    if faults:
        return call.invalid(*faults)
    label, number = call.body.text("customer_label"), call.body.number("transaction_id")
    outcome = Vault(call.gateway).create_from_transaction(label, number, profile_of(call.body))
    return _answer(call, outcome)


def create_by_check(call: Call) -> Answer:
    """A customer with the bank account of a past check."""
    faults = [*missing(call.body, ("transaction_id", "customer_label")), *too_long(call.body, _LENGTHS)]
    if faults:
        return call.invalid(*faults)
    check = CheckDesk(call.gateway).book.by_uuid(call.body.text("transaction_id"))
    if check is None:
        return call.refused(Refused.of(Reason.TRANSACTION_ID))
    profile = profile_of(call.body)
    billing = check.details.billing if profile.billing is None else profile.billing
    known = replace(profile, billing=billing, account=check.account)
    return _answer(call, Vault(call.gateway).create(call.body.text("customer_label"), known))


def update(call: Call) -> Answer:
    """Replaces what the request names: label, addresses, contacts, and the card by hosted fields."""
    row = _customer(call)
    if row is None:
        return call.not_found("The customer")
    profile: Profile | Refused = profile_of(call.body)
    if isinstance(profile, Profile) and call.body.has("hpf_token"):
        profile = _with_hosted_card(call, profile)
    if isinstance(profile, Refused):
        return call.refused(profile)
    new_label = call.body.text("customer_label")
    return _answer(call, Vault(call.gateway).update(row.customer_id, new_label, profile))


def one(call: Call) -> Answer:
    row = _customer(call)
    return call.not_found("The customer") if row is None else call.ok(customer_record(call, row))


def one_with_account(call: Call) -> Answer:
    row = _customer(call)
    if row is None or row.account is None:
        return call.not_found("The customer")
    return call.ok(customer_record(call, row))


def delete(call: Call) -> Answer:
    row = _customer(call)
    if row is None:
        return call.not_found("The customer")
    told = customer_record(call, row)
    Vault(call.gateway).delete(row.customer_id)
    return call.ok({name: told[name] for name in ("customer_id", "customer_label")})


def listed(call: Call) -> Answer:
    """Customers by name and by their last payment, page by page."""
    term, days = call.query.raw("name_filter").strip().lower(), call.query.number("last_activity_days")
    active = _active_labels(call, days) if days else None
    found = [
        row
        for row in call.gateway.ledger.customers()
        if (not term or any(term in name.lower() for name in (row.billing.name, row.customer_id)))
        and (active is None or row.customer_id in active)
    ]
    page = page_of(call, found, PAGE_MAX)
    if isinstance(page, Answer):
        return page
    return call.ok([customer_record(call, row) for row in page.rows], **page.told())


def export(call: Call) -> Answer:
    """Every customer that passes the filters of body or query."""

    def wanted(name: str) -> str:
        return call.body.text(name) or call.query.text(name)

    label, email = wanted("customer_label"), wanted("email")
    return call.ok(
        [
            customer_record(call, row)
            for row in call.gateway.ledger.customers()
            if label in {"", row.customer_id} and email in {"", row.email}
        ]
    )


def customer_record(call: Call, row: CustomerRow) -> Payload:
    """One customer; card and account are known by their last digits."""
    number = CustomerNumbers(call.gateway.ledger).of(row.customer_id)
    record: Payload = {
        "customer_id": number,
        "customer_label": row.customer_id,
        "merchant_id": call.gateway.settings.merchant_id,
        **_card(row.card),
        "bank_account": _account(row.account),
        "billing_address": _address(row.billing),
        "shipping_address": _address(row.shipping),
        "email": row.email,
        "phone": row.phone,
        "fax": row.fax,
        "created_at": iso(row.created_at),
    }
    return call.linked(record, customer=f"/v3/customer/{number}")


def _customer(call: Call) -> CustomerRow | None:
    return CustomerNumbers(call.gateway.ledger).customer(call.path.number("customer_id"))


def _with_hosted_card(call: Call, profile: Profile) -> Profile | Refused:
    found = HostedFields(call.gateway).redeem(call.body.raw("hpf_token"), call.body.raw("enc_key"))
    return found if isinstance(found, Refused) else replace(profile, card=found.card)


def _answer(call: Call, outcome: CustomerOutcome) -> Answer:
    match outcome:
        case Stored(row):
            return call.ok(customer_record(call, row))
        case Refused():
            return call.refused(outcome)
        case _:
            assert_never(outcome)


def _active_labels(call: Call, days: int) -> set[str]:
    now = call.gateway.now()
    since = now - timedelta(days=min(days, 36_500))
    rows = call.gateway.ledger.created_between(since, now + timedelta(seconds=1))
    return {row.details.customer_id for row in rows}


def _card(card: StoredCard | None) -> Payload:
    if card is None:
        return {"card_masked": None, "expiration_month": None, "expiration_year": None}
    return {
        "card_masked": mask(card.last_four, "*"),
        "expiration_month": card.month,
        "expiration_year": card.year,
    }


def _account(account: StoredAccount | None) -> Payload | None:
    if account is None:
        return None
    return {
        "account_number": mask(account.last_four, "*"),
        "routing_number": mask(account.routing_last_four, "*"),
        "account_type": account.kind,
    }


def _address(address: Address) -> Payload:
    return {
        "name": address.name,
        "street_address": address.street_address,
        "street_address2": address.street_address2,
        "city": address.city,
        "state": address.state,
        "postal_code": address.zip,
        "country": address.country,
    }


ENDPOINTS = tuple(
    Endpoint(method, f"/v3/customer{path}", operation, Permission.VAULT)
    for method, path, operation in (
        ("GET", "", listed),
        ("GET", "/export", export),
        ("POST", "/create/pt-protect", create_pt_protect),
        ("POST", "/create/by-transaction", create_by_transaction),
        ("GET", "/ach/{customer_id}", one_with_account),
        ("POST", "/ach/create/by-transaction", create_by_check),
        ("GET", "/{customer_id}", one),
        ("PUT", "/{customer_id}", update),
        ("DELETE", "/{customer_id}", delete),
    )
)
