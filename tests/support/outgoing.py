"""Facts by which money goes back or customers owe less, to post into books of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from counterfoil.domain.facts.credit_memo import CreditLine, CreditMemoFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.money_back import Part
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact, RefundMeaning
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.money import Money, total
from tests.support.sagepro_books import usd

LATER = date(2026, 11, 22)


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


def reversal(fact: Fact) -> ReversalFact:
    key = fact.key
    return ReversalFact(key=key.reversal, reverses=key, reversed_on=LATER, reason="entered by mistake")
