"""The journal entry of a payout: the bank against the clearing accounts, with fees and what is left over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from counterfoil.connectors.sagepro.journal_entries import entry_from
from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.posting.desk import Answer, Desk
from counterfoil.connectors.sagepro.posting.objections import (
    account_objections,
    clearing_objections,
    currency_objections,
)
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.domain.facts.settlement import SettlementFact, SettlementKind, SettlementLine
from counterfoil.ports.erp import Refused

_ENTRIES = {SettlementKind.FEES: "processing_fees", SettlementKind.RESERVE: "reserve"}
"""The accounts of lines that are no payments, by their names in the profile."""


def plan_settlement(fact: SettlementFact, desk: Desk) -> Answer:
    """The journal entry of a settlement, or why there is none."""
    for objection in _objections(fact, desk.profile):
        return objection
    accounts = desk.profile.accounts
    amounts: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    amounts[accounts.bank, f"deposit {fact.reference}"] += fact.deposit.amount
    for line in fact.lines:
        amounts[_account(line, desk.profile), f"{line.description} {fact.reference}"] -= line.amount.amount
    amounts[accounts.unreconciled, f"unreconciled difference {fact.reference}"] -= fact.difference.amount
    journal = entry_from(fact.key, desk.terms.posting_date(fact.deposited_on), amounts)
    return Plan(key=fact.key, document=journal.name, operations=(), journals=(journal,))


def _objections(fact: SettlementFact, profile: Profile) -> Iterator[Refused]:
    accounts = profile.accounts
    yield from currency_objections(fact.key, fact.deposit, profile)
    yield from account_objections(fact.key, "bank", accounts.bank)
    for line in fact.lines:
        if line.tender is not None:
            yield from clearing_objections(fact.key, line.tender, profile)
        else:
            yield from account_objections(fact.key, _ENTRIES[line.kind], _account(line, profile))
    if not fact.difference.is_zero:
        yield from account_objections(fact.key, "unreconciled", accounts.unreconciled)


def _account(line: SettlementLine, profile: Profile) -> str:
    accounts = profile.accounts
    if line.tender is not None:
        return accounts.clearing[line.tender]
    return accounts.processing_fees if line.kind is SettlementKind.FEES else accounts.reserve
