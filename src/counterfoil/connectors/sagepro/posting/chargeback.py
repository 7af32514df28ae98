"""A chargeback through its stages: opened, its fee, won or lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.journal_entries import JournalEntry, entry_from
from counterfoil.connectors.sagepro.mapping import Document
from counterfoil.connectors.sagepro.operations import Operation, Plan
from counterfoil.connectors.sagepro.posting.desk import Answer, Desk
from counterfoil.connectors.sagepro.posting.money_back import (
    Documents,
    documents_of,
    give_back,
    kind_objections,
    part_objections,
    payment_objections,
    surcharge_back,
    surcharge_objections,
)
from counterfoil.connectors.sagepro.posting.objections import (
    Objections,
    account_objections,
    clearing_objections,
    currency_objections,
    customer_objections,
    marker_objections,
    money_objections,
)
from counterfoil.connectors.sagepro.posting.reversal import take_back
from counterfoil.connectors.sagepro.posting.rows import DISCOUNT_LINE, RECEIVABLE_LINE, ZERO, Sheet
from counterfoil.connectors.sagepro.profile import ChargebackOpened, FeeWhenWon
from counterfoil.connectors.sagepro.records import CustomerRecord
from counterfoil.domain.facts.chargeback import (
    ChargebackFact,
    ChargebackFeeFact,
    ChargebackOutcomeFact,
    DisputeOutcome,
)
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.money_back import Part
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.money import Money
from counterfoil.ports.erp import Changed, Refused


def plan_chargeback(fact: ChargebackFact, desk: Desk) -> Answer:
    """The rows or the journal entry of a chargeback, or why there are none."""
    customers = desk.books.customers(fact.customer)
    documents = documents_of(fact.parts, desk)
    reopens = _reopens(documents, desk)
    where = _document_objections(fact, desk, documents) if reopens else _disputed_objections(fact, desk)
    for objection in chain(_objections(fact, desk, customers), where):
        return objection
    clearing = desk.profile.accounts.clearing[fact.tender]
    if not reopens:
        return _disputed(fact, desk, clearing)
    sheet = _sheet(fact, customers[0], desk)
    rows: list[Operation] = []
    for part in fact.parts:
        rows += give_back(sheet, documents[part.document][0], part.amount.amount, clearing)
    rows += surcharge_back(sheet, fact.surcharge, clearing)
    rows.append(sheet.change_balance(fact.for_documents.amount))
    return Plan(key=fact.key, document=sheet.marker, operations=tuple(rows))


def _reopens(documents: Documents, desk: Desk) -> bool:
    """Documents that stand in history only cannot be opened again, whatever the profile wants."""
    if desk.profile.chargebacks.opened is ChargebackOpened.DISPUTED:
        return False
    in_place = all(found and found[0].current is not None for found in documents.values())
    return in_place or not desk.profile.accounts.disputed


def _objections(fact: ChargebackFact, desk: Desk, customers: tuple[CustomerRecord, ...]) -> Objections:
    profile = desk.profile
    yield from money_objections(fact.key, fact.amount, fact.tender, profile)
    yield from marker_objections(fact.key, fact.reference, desk)
    yield from customer_objections(fact.key, fact.customer, customers, profile)
    yield from payment_objections(fact.key, fact.payment, fact.customer, fact.amount, desk)
    yield from surcharge_objections(fact.key, fact.payment, fact.surcharge, desk)
    for entry in desk.standing(fact.payment):
        if isinstance(entry.fact, RefundFact) and not fact.confirmed_by:
            why = (
                f"{entry.fact.summary} was made of this payment before: the money may be lost twice, answer"
                " the dispute with the refund, and post the chargeback only once a person confirms it"
            )
            yield Refused(key=fact.key, why=why)


def _document_objections(fact: ChargebackFact, desk: Desk, documents: Documents) -> Objections:
    codes = desk.profile.codes
    for part in fact.parts:
        found = documents[part.document]
        yield from part_objections(fact.key, fact.customer, part, found, desk)
        kinds = (*codes.invoice, *codes.open_credit)
        yield from kind_objections(fact.key, found[0], "invoice or open_credit", kinds, desk)


def _disputed_objections(fact: ChargebackFact, desk: Desk) -> Iterator[Refused]:
    yield from account_objections(fact.key, "disputed", desk.profile.accounts.disputed)


def _disputed(fact: ChargebackFact, desk: Desk, clearing: str) -> Plan:
    """Receivables stay paid; what is disputed stands in an account of its own."""
    text = f"chargeback {fact.reference} {fact.customer}"
    amounts = {
        (desk.profile.accounts.disputed, text): fact.amount.amount,
        (clearing, text): -fact.amount.amount,
    }
    return _by_journal(entry_from(fact.key, desk.terms.posting_date(fact.opened_on), amounts))


def plan_chargeback_fee(fact: ChargebackFeeFact, desk: Desk) -> Answer:
    """The journal entry of a fee, or why there is none."""
    accounts = desk.profile.accounts
    for objection in (
        *currency_objections(fact.key, fact.amount, desk.profile),
        *clearing_objections(fact.key, fact.tender, desk.profile),
        *account_objections(fact.key, "chargeback_fees", accounts.chargeback_fees),
    ):
        return objection
    text = f"chargeback fee {fact.reference}"
    amounts = {
        (accounts.chargeback_fees, text): fact.amount.amount,
        (accounts.clearing[fact.tender], text): -fact.amount.amount,
    }
    return _by_journal(entry_from(fact.key, desk.terms.posting_date(fact.charged_on), amounts))


def plan_chargeback_outcome(fact: ChargebackOutcomeFact, desk: Desk) -> Answer:
    """What the end of a dispute writes, or why that cannot be."""
    opened = desk.entry(fact.chargeback)
    if opened is None or not isinstance(opened.fact, ChargebackFact):
        why = f"{fact.chargeback} does not stand in the posting ledger: post the chargeback first"
        return Refused(key=fact.key, why=why)
    if desk.entry(fact.chargeback.reversal) is not None:
        return Refused(key=fact.key, why=f"{fact.chargeback} was taken back, so that it cannot end any more")
    if fact.outcome is DisputeOutcome.WON:
        return _won(fact, opened, desk)
    return _lost(fact, opened.fact, opened, desk)


def _won(fact: ChargebackOutcomeFact, opened: Entry, desk: Desk) -> Answer:
    """The money is back where it was; the fee too, where the processor gives it back."""
    answer = take_back(fact.key, opened, fact.decided_on, desk)
    fee = _fee(fact.key, desk)
    if not isinstance(answer, Plan) or fee is None:
        return answer
    back = tuple(one.reversed(fact.key, desk.terms.posting_date(fact.decided_on)) for one in fee.journals)
    lines = tuple(line for one in (*answer.journals, *back) for line in one.lines)
    whole = JournalEntry(key=fact.key, posted_on=back[0].posted_on, lines=lines)
    return replace(answer, journals=(whole,))


def _fee(key: PostingKey, desk: Desk) -> Entry | None:
    """The dispute's fee, where it stands and comes back."""
    if desk.profile.chargebacks.fee_when_won is FeeWhenWon.KEPT:
        return None
    return desk.standing_generation(key.lineage, Effect.CHARGEBACK_FEE)


def _lost(fact: ChargebackOutcomeFact, chargeback: ChargebackFact, opened: Entry, desk: Desk) -> Answer:
    """What is open because of the dispute is given up as a bad debt."""
    accounts = desk.profile.accounts
    for refused in account_objections(fact.key, "bad_debt", accounts.bad_debt):
        return refused
    if opened.journals:
        text = f"chargeback {chargeback.reference} lost {chargeback.customer}"
        amount = chargeback.amount.amount
        amounts = {(accounts.bad_debt, text): amount, (accounts.disputed, text): -amount}
        return _by_journal(entry_from(fact.key, desk.terms.posting_date(fact.decided_on), amounts))
    customers = desk.books.customers(chargeback.customer)
    documents = documents_of(chargeback.parts, desk)
    parts = [part for part in chargeback.parts if not _is_credit(documents[part.document], desk)]
    lost = _Lost(key=fact.key, fact=chargeback, parts=parts, documents=documents)
    for objection in _given_up_objections(lost, desk, customers):
        return objection
    sheet = replace(_sheet(chargeback, customers[0], desk), day=desk.terms.posting_date(fact.decided_on))
    return Plan(key=fact.key, document=sheet.marker, operations=tuple(_given_up(lost, sheet)))


def _is_credit(found: tuple[Document, ...], desk: Desk) -> bool:
    """A credit that shrank owes the customer less: of it nothing is lost."""
    return bool(found) and found[0].record.kind in desk.profile.codes.open_credit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lost:
    key: PostingKey
    fact: ChargebackFact
    parts: Sequence[Part]
    documents: Documents


def _given_up_objections(lost: _Lost, desk: Desk, customers: tuple[CustomerRecord, ...]) -> Objections:
    codes, fact, key, documents = desk.profile.codes, lost.fact, lost.key, lost.documents
    yield from customer_objections(key, fact.customer, customers, desk.profile)
    for part in lost.parts:
        found = documents[part.document]
        nothing = replace(part, amount=Money.zero(part.amount.currency))
        yield from part_objections(key, fact.customer, nothing, found, desk)
        yield from kind_objections(key, found[0], "invoice", codes.invoice, desk)
        if found[0].record.balance < part.amount.amount:
            why = f"less than {part.amount} is open on {part.document}: decide by hand what is given up"
            yield Changed(key=key, current=(), why=why)


def _given_up(lost: _Lost, sheet: Sheet) -> Iterator[Operation]:
    bad_debt = sheet.profile.accounts.bad_debt
    for part in lost.parts:
        document, amount = lost.documents[part.document][0], part.amount.amount
        row = document.record.row
        yield sheet.cash(row, ZERO, bad_debt, discount=amount)
        yield sheet.distribution(row, DISCOUNT_LINE, bad_debt, amount)
        yield sheet.distribution(row, RECEIVABLE_LINE, sheet.receivable, -amount)
        yield from sheet.pay(document, ZERO, amount)
        yield sheet.change_balance(-amount)


def _sheet(fact: ChargebackFact, customer: CustomerRecord, desk: Desk) -> Sheet:
    return Sheet(
        customer=customer,
        marker=desk.marker(fact.key, fact.reference),
        day=desk.terms.posting_date(fact.opened_on),
        terms=desk.terms,
    )


def _by_journal(journal: JournalEntry) -> Plan:
    return Plan(key=journal.key, document=journal.name, operations=(), journals=(journal,))
