"""Facts by which money goes back or customers owe less, to post into books of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from counterfoil.domain.facts.chargeback import (
    ChargebackFact,
    ChargebackFeeFact,
    ChargebackOutcomeFact,
    DisputeOutcome,
)
from counterfoil.domain.facts.credit_memo import CreditLine, CreditMemoFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.money_back import Part
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact, RefundMeaning
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.facts.settlement import SettlementFact, SettlementKind, SettlementLine
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Tender
from tests.support.sagepro_books import usd

LATER = date(2026, 11, 22)
DECIDED = date(2026, 12, 15)


def parts(amounts: Mapping[str, str]) -> tuple[Part, ...]:
    return tuple(
        Part(document=InvoiceNumber(number), amount=usd(amount)) for number, amount in amounts.items()
    )


def line(amount: Money, item: str = "BOLT") -> CreditLine:
    return CreditLine(item=item, description="Bolt M8, returned", price=amount)


def credit_memo(
    customer: str, amount: str, *, tax: str = "0", invoice: str | None = None, document: str = "R77"
) -> CreditMemoFact:
    return CreditMemoFact(
        key=PostingKey(f"shop/s1/{document}", Effect.CREDIT_MEMO),
        customer=CustomerNumber(customer),
        credited_on=LATER,
        amount=usd(amount),
        lines=(line(usd(amount) - usd(tax)),),
        tax=usd(tax),
        invoice=InvoiceNumber(invoice) if invoice else None,
        reason="goods came back",
    )


def refund(
    payment: ReceiptFact,
    amounts: Mapping[str, str],
    meaning: RefundMeaning = RefundMeaning.REOPEN,
    *,
    tax: str = "0",
    transaction: str = "4053999",
) -> RefundFact:
    amount = total((part.amount for part in parts(amounts)), "USD")
    with_memo = meaning is RefundMeaning.CREDIT_MEMO
    return RefundFact(
        key=PostingKey(f"paytrace/m1/{transaction}", Effect.REFUND),
        customer=payment.customer,
        refunded_on=LATER,
        amount=amount,
        tender=payment.tender,
        reference=TransactionId(transaction),
        payment=payment.key,
        meaning=meaning,
        parts=parts(amounts),
        lines=(line(amount - usd(tax)),) if with_memo else (),
        tax=usd(tax),
        reason="the customer asked for it",
    )


def chargeback(
    payment: ReceiptFact, amounts: Mapping[str, str], dispute: str = "D-1", confirmed_by: str = ""
) -> ChargebackFact:
    return ChargebackFact(
        key=PostingKey(f"paytrace/m1/{dispute}", Effect.CHARGEBACK),
        customer=payment.customer,
        opened_on=LATER,
        amount=total((part.amount for part in parts(amounts)), "USD"),
        tender=payment.tender,
        reference=TransactionId(dispute),
        payment=payment.key,
        parts=parts(amounts),
        confirmed_by=confirmed_by,
    )


def dispute_fee(of: ChargebackFact, amount: str = "15") -> ChargebackFeeFact:
    return ChargebackFeeFact(
        key=PostingKey(of.key.lineage, Effect.CHARGEBACK_FEE),
        charged_on=LATER,
        amount=usd(amount),
        tender=of.tender,
        reference=of.reference,
    )


def outcome(of: ChargebackFact, how: DisputeOutcome) -> ChargebackOutcomeFact:
    key = PostingKey(of.key.lineage, Effect.CHARGEBACK_OUTCOME)
    return ChargebackOutcomeFact(key=key, chargeback=of.key, outcome=how, decided_on=DECIDED)


def settlement(deposit: str, *lines: SettlementLine, batch: str = "B-7") -> SettlementFact:
    return SettlementFact(
        key=PostingKey(f"paytrace/m1/{batch}", Effect.SETTLEMENT),
        deposited_on=LATER,
        deposit=usd(deposit),
        lines=lines,
        reference=batch,
    )


def payments(amount: str, words: str = "receipts", tender: Tender = Tender.CARD) -> SettlementLine:
    kind = SettlementKind.PAYMENTS
    return SettlementLine(kind=kind, amount=usd(amount), description=words, tender=tender)


def fees(amount: str) -> SettlementLine:
    return SettlementLine(kind=SettlementKind.FEES, amount=usd(amount), description="discount fees")


def reversal(fact: Fact) -> ReversalFact:
    key = fact.key
    return ReversalFact(key=key.reversal, reverses=key, reversed_on=LATER, reason="entered by mistake")
