"""The fact that a clerk keyed, built from what a person says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from counterfoil.domain.facts.credit_application import CreditApplicationFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, FactError, PostingKey
from counterfoil.domain.facts.receipt import Application, ReceiptFact, WriteOff
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.money import Money, MoneyError, total
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import ConfigurationError

Amounts = Mapping[str, Decimal]
"""Amounts by invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidReceipt:
    """A receipt as a person tells of it."""

    customer: str
    invoices: Amounts
    discounts: Amounts = field(default_factory=dict)
    write_offs: Amounts = field(default_factory=dict)
    on_account: Decimal = Decimal(0)
    day: date
    tender: Tender
    reference: str
    """What the clerk typed as the check or reference number."""

    def settled(self, invoice: str) -> Decimal:
        """By how much less is open on the invoice."""
        parts = (self.invoices, self.discounts, self.write_offs)
        return sum((part.get(invoice, Decimal(0)) for part in parts), Decimal(0))


def receipt_of(said: SaidReceipt, currency: str, company: str, now: datetime) -> ReceiptFact:
    """The fact.

    Raises:
        ConfigurationError: what was said contradicts itself.
    """

    def money(amount: Decimal) -> Money:
        return Money(amount, currency)

    strangers = (said.discounts.keys() | said.write_offs.keys()) - said.invoices.keys()
    if strangers:
        raise ConfigurationError(f"{', '.join(sorted(strangers))}: name the invoice with what it was paid")
    try:
        parts = tuple(
            Application(
                invoice=InvoiceNumber(number),
                amount=money(amount),
                assumed_open=money(said.settled(number)),
                discount=money(said.discounts[number]) if number in said.discounts else None,
                write_off=WriteOff(amount=money(said.write_offs[number]), reason="short paid")
                if number in said.write_offs
                else None,
            )
            for number, amount in said.invoices.items()
        )
        whole = sum(said.invoices.values(), Decimal(0)) + said.on_account
        return ReceiptFact(
            key=PostingKey(f"calibration/{company}/{now:%Y%m%dT%H%M%S}", Effect.RECEIPT),
            customer=CustomerNumber(said.customer),
            received_on=said.day,
            batched_on=said.day,
            amount=money(whole),
            tender=said.tender,
            reference=TransactionId(said.reference),
            applications=parts,
            on_account=money(said.on_account),
            reason="keyed so" if said.on_account else "",
        )
    except (FactError, MoneyError) as error:
        raise ConfigurationError(f"this is no receipt: {error}") from error


def application_of(
    said: SaidReceipt, credit: str, currency: str, company: str, now: datetime
) -> CreditApplicationFact:
    """A credit set against the invoices, as the person tells of it.

    Raises:
        ConfigurationError: what was said contradicts itself.
    """
    if said.discounts or said.write_offs or said.on_account:
        raise ConfigurationError("a credit is set against invoices and nothing else")
    try:
        parts = tuple(
            Application(invoice=InvoiceNumber(number), amount=money, assumed_open=money)
            for number, amount in said.invoices.items()
            for money in (Money(amount, currency),)
        )
        return CreditApplicationFact(
            key=PostingKey(f"calibration/{company}/{now:%Y%m%dT%H%M%S}", Effect.APPLICATION),
            customer=CustomerNumber(said.customer),
            credit=InvoiceNumber(credit),
            assumed_left=total((part.amount for part in parts), currency),
            applications=parts,
            applied_on=said.day,
            reference=said.reference,
        )
    except (FactError, MoneyError) as error:
        raise ConfigurationError(f"this is no application: {error}") from error


def reversal_of(former: Fact, day: date) -> ReversalFact:
    """What voiding the former posting means."""
    return ReversalFact(
        key=former.key.reversal, reverses=former.key, reversed_on=day, reason="voided in Sage Pro"
    )


def parse_amounts(words: list[str]) -> dict[str, Decimal]:
    """Amounts by invoice from words such as ``1001=100.00``.

    Raises:
        ConfigurationError: a word is none.
    """
    found = {}
    for word in words:
        number, _, amount = word.partition("=")
        found[number.strip()] = parse_amount(amount, word)
    return found


def parse_amount(text: str, shown: str = "") -> Decimal:
    """An amount as people write it.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        return Decimal(text.strip())
    except ArithmeticError as error:
        raise ConfigurationError(f"{shown or text!r}: write it such as 1001=100.00") from error
