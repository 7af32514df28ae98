"""Which company's books a payment belongs to, where one merchant account serves several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from counterfoil.domain.identifiers import CompanyCode


class Clue(Enum):
    """What a rule looks at."""

    INVOICE_PREFIX = "invoice_prefix"
    """How the payment's invoice reference begins."""
    CUSTOMER = "customer"
    """The stored customer at the gateway who paid."""
    OTHERWISE = "otherwise"
    """Every payment that no other rule knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRule:
    """Payments with this clue belong to this company."""

    clue: Clue
    value: str = ""
    company: CompanyCode

    @property
    def text(self) -> str:
        words = {
            Clue.INVOICE_PREFIX: f"invoice {self.value}...",
            Clue.CUSTOMER: f"customer {self.value}",
            Clue.OTHERWISE: "everything else",
        }
        return f"{words[self.clue]} belongs to company {self.company}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearings:
    """What a confirmed payment carries that rules look at."""

    invoice_reference: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The one company that every clue names."""

    company: CompanyCode
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrouted:
    """No clue names a company, or two name different ones: a person decides, nobody guesses."""

    why: str


def route(rules: Sequence[CompanyRule], payment: Bearings) -> Routed | Unrouted:
    """The company that the rules name; the longest fitting prefix counts among prefixes."""
    named = [*_by_customer(rules, payment.customer), *_by_invoice(rules, payment.invoice_reference)]
    named = named or [rule for rule in rules if rule.clue is Clue.OTHERWISE]
    companies = {rule.company for rule in named}
    if len(companies) == 1:
        return Routed(company=companies.pop(), why="; ".join(rule.text for rule in named))
    if companies:
        return Unrouted(why="; ".join(rule.text for rule in named))
    return Unrouted(why=f"no rule knows {_told(payment)}")


def normalised(rule: CompanyRule) -> CompanyRule:
    """As it is compared: a prefix without surrounding blanks, in upper case."""
    value = rule.value.strip()
    written = value.upper() if rule.clue is Clue.INVOICE_PREFIX else value
    return CompanyRule(clue=rule.clue, value=written, company=rule.company)


def _by_customer(rules: Iterable[CompanyRule], customer: str) -> list[CompanyRule]:
    known = customer.strip()
    return [rule for rule in rules if rule.clue is Clue.CUSTOMER and known and rule.value == known]


def _by_invoice(rules: Iterable[CompanyRule], reference: str) -> list[CompanyRule]:
    written = reference.strip().upper()
    fitting = [
        rule for rule in rules if rule.clue is Clue.INVOICE_PREFIX and written.startswith(rule.value.upper())
    ]
    longest = max((len(rule.value) for rule in fitting), default=0)
    return [rule for rule in fitting if len(rule.value) == longest]


def _told(payment: Bearings) -> str:
    invoice = f"invoice {payment.invoice_reference.strip()}" if payment.invoice_reference.strip() else ""
    customer = f"customer {payment.customer.strip()}" if payment.customer.strip() else ""
    return (
        " of ".join(part for part in (invoice, customer) if part) or "a payment without invoice and customer"
    )
