"""The hosted checkout: an order is opened by the merchant and paid once by a shopper."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from counterfoil.ports.ids import IdSource
from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.gateway import Charge, Gateway
from counterfoil.sandbox.paytrace.outcomes import Charged, ChargeOutcome, Reason, Refusal, Refused, Verdict
from counterfoil.sandbox.paytrace.posting import Posts
from counterfoil.sandbox.paytrace.rows import (
    Address,
    Caller,
    CheckoutRow,
    TransactionRow,
)
from counterfoil.sandbox.paytrace.v1.requests import address_of, card_of, details_of

_CHECKOUT_ID_BYTES = 16
_URL_LENGTH_MIN = 11
_URL_LENGTH_MAX = 255

THROUGH = "Secure Checkout"


@dataclass(frozen=True, slots=True)
class Paid:
    """An order that was paid before; it is not charged again."""

    order: CheckoutRow


@dataclass(frozen=True, slots=True)
class Expired:
    """An order that can no longer be paid; nothing was charged."""

    order: CheckoutRow


class Checkout:
    """Opens orders, takes payments and tells the merchant's site of each payment taken."""

    def __init__(self, gateway: Gateway, ids: IdSource, posts: Posts) -> None:
        self.gateway = gateway
        self._ids = ids
        self._posts = posts

    def open(self, body: Body, user: str) -> CheckoutRow | Refused:
        """A new order with its amount; its address for silent posts, or the account's own."""
        order_id, cents = body.text("order_id"), body.amount(is_zero_allowed=False)
        url = body.raw("return_url") or self.gateway.settings.silent_post_url
        if isinstance(cents, Refused):
            return cents
        if not order_id:
            return Refused.of(Reason.ORDER, "order_id")
        if url and not is_silent_post_url(url):
            return Refused.of(Reason.ORDER, "return_url")
        order = CheckoutRow(
            checkout_id=self._ids.token(_CHECKOUT_ID_BYTES),
            order_id=order_id,
            amount_cents=cents,
            details=details_of(body),
            silent_post_url=url,
            user=user,
        )
        with self.gateway.ledger.changes():
            self.gateway.ledger.put_checkout(order)
        return order

    def find(self, checkout_id: str) -> CheckoutRow | None:
        return self.gateway.ledger.checkout(checkout_id)

    def is_expired(self, order: CheckoutRow) -> bool:
        return order.terms.expires_at is not None and order.terms.expires_at <= self.gateway.now()

    def pay(self, checkout_id: str, body: Body, from_ip: str) -> ChargeOutcome | Paid | Expired | None:
        """Charges the order's amount to the keyed card; None for an unknown order."""
        card = card_of(body, self.gateway.key_pair)
        if isinstance(card, tuple):
            return Refused(card)
        with self.gateway.ledger.changes():
            order = self.find(checkout_id)
            if order is None or order.transaction_id is not None:
                return None if order is None else Paid(order)
            if self.is_expired(order):
                return Expired(order)
            charge = _charge(order, body, from_ip)
            if isinstance(charge, Refused):
                return charge
            outcome = self.gateway.charge_card(charge, card)
            if isinstance(outcome, Charged) and outcome.verdict is Verdict.APPROVED:
                paid = msgspec.structs.replace(order, transaction_id=outcome.row.transaction_id)
                self.gateway.ledger.put_checkout(paid)
            return outcome

    async def tell(self, order: CheckoutRow, row: TransactionRow) -> None:
        """Sends the silent post, if the order wants one."""
        if order.silent_post_url:
            await self._posts.tell(order.silent_post_url, order.order_id, row)


def is_silent_post_url(url: str) -> bool:
    """Whether the address may be posted to; the vendor's rule of ports 80 and 443 alone is not kept here."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_web and _URL_LENGTH_MIN <= len(url) <= _URL_LENGTH_MAX


def _charge(order: CheckoutRow, body: Body, from_ip: str) -> Charge | Refused:
    """The order as the shopper pays it, or what the order's terms miss."""
    billing, terms = address_of(body, "billing_address"), order.terms
    details = msgspec.structs.replace(
        order.details,
        billing=order.details.billing if billing == Address() else billing,
        email=body.text("email") or order.details.email,
    )
    missing = [
        Refusal(reason)
        for is_missing, reason in (
            (terms.is_email_required and not details.email, Reason.EMAIL),
            (terms.is_address_required and not details.billing.street_address, Reason.ADDRESS_REQUIRED),
            (terms.is_csc_required and not body.raw("csc").strip(), Reason.CSC),
        )
        if is_missing
    ]
    cents = body.optional_amount() if terms.is_amount_editable else None
    if missing or isinstance(cents, Refused):
        return Refused((*missing, *(cents.refusals if isinstance(cents, Refused) else ())))
    caller = Caller(user=order.user, through=THROUGH, from_ip=from_ip)
    return Charge(kind=terms.kind, amount_cents=cents or order.amount_cents, details=details, caller=caller)
