"""What a stage of a dispute means for the books: posted where it is clear, else a question for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import assert_never

from counterfoil.domain.dispute import Dispute, DisputeStage
from counterfoil.domain.disputed_receipt import PaidBy, odd_amount, odd_receipt, parts_taken_back
from counterfoil.domain.facts.chargeback import (
    ChargebackFact,
    ChargebackFeeFact,
    ChargebackOutcomeFact,
    DisputeOutcome,
)
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.review import Hold, ReviewKind

StageFact = ChargebackFact | ChargebackFeeFact | ChargebackOutcomeFact

EFFECTS = (Effect.CHARGEBACK, Effect.CHARGEBACK_FEE, Effect.CHARGEBACK_OUTCOME)
"""What a case may leave in the books, each at most once."""

_WORDS = {
    DisputeStage.OPENED: "The customer's bank took back",
    DisputeStage.WON: "A dispute was won:",
    DisputeStage.LOST: "A dispute was lost:",
    DisputeStage.FEE: "A dispute's fee:",
}


FEE_LIMIT = Decimal(100)
"""A larger fee is a person's; ours, no processor's table says it."""
A_ZONE_APART = timedelta(days=1)
"""How far ahead of our own day the processor's may be."""


class DisputePolicy(Enum):
    """What becomes of clear stages of a connection's disputes; unclear ones are always a person's."""

    ASK = "ask"
    """A person is asked about each and enters it."""
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBooks:
    """How the books stand to a case and to the payment that it is about."""

    paid: PaidBy | None = None
    """The receipt of the payment; None where none stands in the books."""
    opened: ChargebackFact | None = None
    fee: ChargebackFeeFact | None = None
    outcome: ChargebackOutcomeFact | None = None
    undone: tuple[PostingKey, ...] = ()
    """Postings of the case that somebody took back."""
    told_back: str = ""
    """As what the gateway tells that the payment itself was taken back; empty where it does not."""
    is_given_back: bool = False
    """Whether we gave money of the payment back at the gateway ourselves, or are about to."""
    given_back_unposted: str = ""
    """Refunds by others that may be of the payment and are not in the books; empty where there are none."""
    asked: bool = False
    """Whether a person was asked about a dispute of this payment before."""
    disputed_before: bool = False
    """Whether another dispute of this payment was opened before."""
    today: date | None = None
    """The day on which the stage was told; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheBooks:
    """The stage was posted before, and nothing is to be done."""

    posted: StageFact
    why: str = "this stage is in the books already"


def case_key(lineage: str, case: str, effect: Effect) -> PostingKey:
    """The key of a case's effect; `lineage` is that of a payment of the same merchant account."""
    return PostingKey(f"{lineage.rpartition('/')[0]}/dispute-{case}", effect)


def ask_about(dispute: Dispute, lineage: str, why: str, kind: ReviewKind = ReviewKind.DISPUTE) -> Hold:
    """A stage as a question to a person."""
    return Hold(
        kind=kind,
        title=f"{_WORDS[dispute.stage]} {dispute.amount}, case {dispute.case}",
        why=f"payment {lineage}: {why}. Enter it in the books and close this task",
    )


def decide_dispute(
    dispute: Dispute,
    lineage: str,
    books: CaseBooks,
    policy: DisputePolicy,
    fee_limit: Decimal = FEE_LIMIT,
) -> StageFact | InTheBooks | Hold:
    """The posting of a stage, or a question; `lineage` is that of the payment that the case is about.

    Won, lost and fee are posted only on top of the chargeback, so that whatever a person has in hand stays
    with that person through all its stages. A fee of more than `fee_limit` is a person's as well.
    """
    case = _Case(dispute=dispute, lineage=lineage, books=books, fee_limit=fee_limit)
    if books.undone:
        named = ", ".join(str(key) for key in books.undone)
        return case.ask(f"{named} was taken back, so that somebody has this case in hand")
    posted = case.posted()
    if posted is not None:
        return case.repeat(posted)
    if policy is DisputePolicy.ASK:
        return case.ask("this connection posts no disputes")
    if books.paid is None:
        return case.ask("no receipt of it stands in the books")
    return case.doubt(books.paid) or case.clear(books.paid)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One stage on its way to a decision."""

    dispute: Dispute
    lineage: str
    books: CaseBooks
    fee_limit: Decimal

    def ask(self, why: str, kind: ReviewKind = ReviewKind.DISPUTE) -> Hold:
        return ask_about(self.dispute, self.lineage, why, kind)

    def key(self, effect: Effect) -> PostingKey:
        return case_key(self.lineage, self.dispute.case, effect)

    def posted(self) -> StageFact | None:
        """What stands in the books under the stage's key."""
        match self.dispute.stage:
            case DisputeStage.OPENED:
                return self.books.opened
            case DisputeStage.FEE:
                return self.books.fee
            case DisputeStage.WON | DisputeStage.LOST:
                return self.books.outcome
        assert_never(self.dispute.stage)

    def repeat(self, posted: StageFact) -> InTheBooks | Hold:
        """Whether what is told agrees with what stands in the books."""
        if isinstance(posted, ChargebackOutcomeFact) and posted.outcome.value != self.dispute.stage.value:
            why = f"the dispute stands in the books as {posted.outcome.value}: take that back there first"
            return self.ask(why, ReviewKind.CHANGED_AFTER_POSTING)
        told, (amount, day) = (self.dispute.amount, self.dispute.on), self._stands(posted)
        if told != (amount, day):
            why = f"{amount} of {day} stands in the books, {told[0]} of {told[1]} is told now"
            return self.ask(why, ReviewKind.CHANGED_AFTER_POSTING)
        return InTheBooks(posted=posted)

    def _stands(self, posted: StageFact) -> tuple[Money, date]:
        match posted:
            case ChargebackFact():
                return posted.amount, posted.opened_on
            case ChargebackFeeFact():
                return posted.amount, posted.charged_on
            case ChargebackOutcomeFact():
                opened = self.books.opened
                return opened.amount if opened else self.dispute.amount, posted.decided_on
        assert_never(posted)

    def doubt(self, paid: PaidBy) -> Hold | None:
        """Why nothing of this case is posted by itself, whatever its stage."""
        if self.books.asked:
            return self.ask("somebody was asked about a dispute of it before and may have entered this too")
        if paid.is_taken_back:
            return self.ask("its receipt was taken back in the books", ReviewKind.TAKEN_BACK)
        if self.books.told_back:
            why = f"the gateway tells that it is {self.books.told_back}: its money may go back twice"
            return self.ask(why, ReviewKind.TAKEN_BACK)
        if self.books.today is not None and self.dispute.on > self.books.today + A_ZONE_APART:
            return self.ask(f"it is told of {self.dispute.on}, a day that has not come")
        return self._odd_money(self.dispute.amount, paid.fact.amount)

    def _odd_money(self, amount: Money, paid: Money) -> Hold | None:
        if amount.currency != paid.currency:
            return self.ask(f"it was of {paid}", ReviewKind.CURRENCY)
        if not amount.is_positive or not amount.is_whole_minor_units:
            return self.ask(f"{amount} cannot be posted", ReviewKind.AMOUNT)
        return None

    def clear(self, paid: PaidBy) -> StageFact | Hold:
        if self.dispute.stage is DisputeStage.OPENED:
            return self._opened(paid)
        opened = self.books.opened
        if opened is None:
            return self.ask("that the dispute was opened does not stand in the books")
        if opened.payment != paid.fact.key:
            return self.ask(f"this dispute stands in the books as one of {opened.payment}")
        if self.dispute.stage is DisputeStage.FEE:
            return self._fee(paid)
        return self._ended(opened)

    def _opened(self, paid: PaidBy) -> ChargebackFact | Hold:
        dispute, receipt = self.dispute, paid.fact
        odd = odd_amount(dispute, receipt)
        if odd:
            return self.ask(odd, ReviewKind.AMOUNT)
        why = self._went_back_elsewhere()
        if why:
            return self.ask(why)
        parts = odd_receipt(paid, dispute.on) or parts_taken_back(dispute.amount, paid)
        if isinstance(parts, str):
            return self.ask(parts)
        return ChargebackFact(
            key=self.key(Effect.CHARGEBACK),
            customer=receipt.customer,
            opened_on=dispute.on,
            amount=dispute.amount,
            tender=receipt.tender,
            reference=TransactionId(dispute.case),
            payment=receipt.key,
            parts=parts,
            surcharge=receipt.surcharge,
        )

    def _went_back_elsewhere(self) -> str:
        """How the money may be with the payer already; empty where nothing tells so."""
        books = self.books
        if books.is_given_back:
            return "we give its money back ourselves: answer the bank with the refund"
        if books.given_back_unposted:
            told = f"{books.given_back_unposted} may have given its money back and is not in the books"
            return f"{told}: if so, answer the bank with the refund"
        if books.disputed_before:
            return "it was disputed before, and this may be the same dispute under another number"
        return ""

    def _fee(self, paid: PaidBy) -> ChargebackFeeFact | Hold:
        outcome = self.books.outcome
        if outcome is not None and outcome.outcome is DisputeOutcome.WON:
            return self.ask("the dispute stands in the books as won, and nobody told whether its fee is kept")
        if self.dispute.amount.amount > self.fee_limit:
            why = f"it is more than {self.fee_limit}, up to which this connection's dispute fees are posted"
            return self.ask(why, ReviewKind.AMOUNT)
        return ChargebackFeeFact(
            key=self.key(Effect.CHARGEBACK_FEE),
            charged_on=self.dispute.on,
            amount=self.dispute.amount,
            tender=paid.fact.tender,
            reference=TransactionId(self.dispute.case),
        )

    def _ended(self, opened: ChargebackFact) -> ChargebackOutcomeFact | Hold:
        if self.dispute.amount != opened.amount:
            return self.ask(f"{opened.amount} went back when it was opened", ReviewKind.AMOUNT)
        if self.dispute.on < opened.opened_on:
            return self.ask(f"it stands in the books as opened on {opened.opened_on}")
        return ChargebackOutcomeFact(
            key=self.key(Effect.CHARGEBACK_OUTCOME),
            chargeback=opened.key,
            outcome=DisputeOutcome(self.dispute.stage.value),
            decided_on=self.dispute.on,
        )
