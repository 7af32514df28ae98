"""A journal beside the books: each posting as debits and credits, read from its fact by rules of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from counterfoil.domain.facts.chargeback import (
    ChargebackFact,
    ChargebackFeeFact,
    ChargebackOutcomeFact,
    DisputeOutcome,
)
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.facts.settlement import SettlementFact
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.invoice import Invoice, ItemKind
from counterfoil.domain.money import Money
from counterfoil.ports.erp import Posted

Account = tuple[str, str]
Line = tuple[str, Money]
"""An account and what it is debited; credits are negative."""
CLEARING, RECEIVABLE, BANK, SURCHARGE, FEES = "clearing", "receivable", "bank", "surcharge", "fees"
Ledger = Mapping[PostingKey, Posted]
Items = Mapping[InvoiceNumber, Invoice]


@dataclass(frozen=True)
class Entry:
    """What one posting, of ours or a clerk's, left on the accounts."""

    about: str
    lines: tuple[Line, ...]


@dataclass
class Journal:
    """Entries in the order in which they were made, and what they sum to."""

    entries: list[Entry] = field(default_factory=list)
    balances: dict[Account, Money] = field(default_factory=dict)
    """By account and currency."""
    unbalanced: list[Entry] = field(default_factory=list)
    """Those whose debits are not their credits."""

    def enter(self, about: str, *lines: Line) -> None:
        entry = Entry(about, tuple(line for line in lines if not line[1].is_zero))
        self.entries.append(entry)
        sums: dict[str, Money] = {}
        for account, amount in entry.lines:
            currency = amount.currency
            sums[currency] = sums.get(currency, Money.zero(currency)) + amount
            place = (account, currency)
            self.balances[place] = self.balances.get(place, Money.zero(currency)) + amount
        if any(not amount.is_zero for amount in sums.values()):
            self.unbalanced.append(entry)

    def copied(self) -> Journal:
        return Journal(list(self.entries), dict(self.balances), list(self.unbalanced))


def receivable(customer: str) -> str:
    return f"{RECEIVABLE}/{customer}"


def lines_of(fact: Fact, ledger: Ledger, items: Items) -> list[Line]:
    """The entry of a fact that stands on others of the ledger."""
    match fact:
        case ChargebackOutcomeFact():
            return _outcome(fact, ledger, items)
        case ReversalFact():
            undone = lines_of(ledger[fact.reverses].fact, ledger, items)
            return [(account, -amount) for account, amount in undone]
        case _:
            return list(_of_money(fact))


def _of_money(fact: Fact) -> Iterator[Line]:
    match fact:
        case ReceiptFact():
            yield CLEARING, fact.amount
            yield SURCHARGE, -_extra(fact)
            yield from ((receivable(fact.customer), -part.amount) for part in fact.applications)
            yield receivable(fact.customer), -fact.on_account
        case RefundFact() | ChargebackFact():
            yield from ((receivable(fact.customer), part.amount) for part in fact.parts)
            yield SURCHARGE, _extra(fact)
            yield CLEARING, -fact.amount
        case ChargebackFeeFact():
            yield FEES, fact.amount
            yield CLEARING, -fact.amount
        case SettlementFact():
            yield BANK, fact.deposit
            yield from ((CLEARING, -line.amount) for line in fact.lines)
        case _:
            return


def _extra(fact: ReceiptFact | RefundFact | ChargebackFact) -> Money:
    return fact.surcharge or Money.zero(fact.amount.currency)


def _outcome(fact: ChargebackOutcomeFact, ledger: Ledger, items: Items) -> list[Line]:
    """Won, all is as before; lost, what an invoice has open again is given up."""
    opened = ledger[fact.chargeback].fact
    assert isinstance(opened, ChargebackFact)
    if fact.outcome is DisputeOutcome.WON:
        return [(account, -amount) for account, amount in lines_of(opened, ledger, items)]
    lost = [part for part in opened.parts if items[part.document].kind is ItemKind.INVOICE]
    return [
        line
        for part in lost
        for line in (("bad debt", part.amount), (receivable(opened.customer), -part.amount))
    ]
