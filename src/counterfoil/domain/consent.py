"""Whether a saved payment method may be charged while its owner is not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender


class ConsentScope(Enum):
    """What a payer agreed to have charged."""

    ONE_INVOICE = "one_invoice"
    OPEN_INVOICES = "open_invoices"
    """Each of the customer's invoices, when it is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a payer agreed to: who, when, in which words, for what and how far."""

    by: str
    at: datetime
    text: str
    scope: ConsentScope
    invoice: InvoiceNumber | None = None
    amount_max: Money | None = None
    """Of one charge; without it there is no limit."""
    until: date | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMethod:
    """A customer's card or bank account in the gateway's vault: a token, and how people tell it apart."""

    reference: str
    """What the gateway charges by."""
    customer: CustomerNumber
    tender: Tender = Tender.CARD
    last_four: str = ""
    brand: str = ""
    expires: str = ""
    """Year and month, ``2030-12``; empty where it is not known."""
    consent: Consent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unattended:
    """A charge that nobody at the payer's side starts."""

    reference: str
    customer: CustomerNumber
    invoice: InvoiceNumber
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAllowed:
    """The charge must not be made, and why."""

    why: str


def judge_unattended(method: SavedMethod | None, charge: Unattended, today: date) -> NotAllowed | None:
    """None where the payer's consent covers the charge; without one nothing is ever covered."""
    if method is None or method.reference != charge.reference or method.consent is None:
        return NotAllowed(why="no payment method is saved with the payer's consent")
    if method.customer != charge.customer:
        return NotAllowed(why=f"the payment method is customer {method.customer}'s, not {charge.customer}'s")
    if method.expires and method.expires < f"{today:%Y-%m}":
        return NotAllowed(why=f"the card ending in {method.last_four} expired in {method.expires}")
    why = _beyond(method.consent, charge, today)
    return NotAllowed(why=why) if why else None


def _beyond(consent: Consent, charge: Unattended, today: date) -> str:
    """What of the charge the consent does not cover."""
    if consent.withdrawn:
        return f"{consent.by} withdrew the consent"
    if consent.until is not None and today > consent.until:
        return f"the consent ended on {consent.until}"
    if consent.scope is ConsentScope.ONE_INVOICE and charge.invoice != consent.invoice:
        return f"the consent is for invoice {consent.invoice}, not {charge.invoice}"
    most = consent.amount_max
    if most is not None and (most.currency != charge.amount.currency or charge.amount > most):
        return f"the consent is for at most {most} at a time, not {charge.amount}"
    return ""
