from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.invoice import ItemKind, ReceiptEntry
from counterfoil.domain.payment import Payment, PaymentStatus, Tender
from counterfoil.domain.receipt import News
from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.domain.taking_back import Around, decide_return, is_return, judge_reversed
from tests.support.samples import an_invoice, usd
from tests.unit.domain.test_refunding import a_receipt, a_refund

TOLD_ON = date(2026, 11, 20)
PAID_ON = date(2026, 11, 1)
QUESTION = Hold(kind=ReviewKind.TAKEN_BACK, title="It came back", why="reverse it there")


def returned(amount: str = "120.00", **changes: Any) -> Payment:
    whole = a_refund(amount, transaction=TransactionId("105968"))
    values = {"status": PaymentStatus.RETURNED, "tender": Tender.ACH}
    return replace(whole, **(values | changes))


def bank_receipt(applied: dict[str, str], on_account: str = "0.00", **changes: Any) -> ReceiptFact:
    return a_receipt(applied, on_account, tender=Tender.ACH, **changes)


def entry(amount: str, reference: str = "105968", days: int = 0, number: str = "1001") -> ReceiptEntry:
    return ReceiptEntry(
        document=InvoiceNumber(number),
        customer=CustomerNumber("ABC"),
        paid_on=PAID_ON + timedelta(days=days),
        amount=usd(amount),
        discount=usd("0"),
        reference=reference,
        entered_by="",
    )


def decided(receipt: ReceiptFact, payment: Payment | None = None, **around: Any) -> ReversalFact | Hold:
    return decide_return(payment or returned(), receipt, Around(**around), TOLD_ON, QUESTION)


ON_INVOICE = bank_receipt({"1001": "120.00"})


def test_what_stands_as_it_was_posted_is_taken_back_on_the_day_on_which_it_was_told() -> None:
    fact = decided(ON_INVOICE, entries=[entry("120.00")])
    assert isinstance(fact, ReversalFact)
    assert (fact.reverses, fact.reversed_on) == (ON_INVOICE.key, TOLD_ON)
    assert "the payer's bank returned the payment" in fact.reason


def test_other_money_on_the_invoice_and_what_was_settled_there_change_nothing() -> None:
    others = [
        entry("50.00", "7"),
        entry("80.00", "8"),
        entry("-80.00", "8", days=2),
        entry("-30.00", "old", days=-9),
        entry("-30.00", "elsewhere", number="1002"),
    ]
    assert isinstance(decided(ON_INVOICE, entries=[entry("120.00"), *others]), ReversalFact)


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([entry("120.00"), entry("-120.00", "", days=3)], "-120.00 USD stands on 1001 under no reference"),
        ([entry("120.00"), entry("-5.00", "9", days=-4)], "-5.00 USD stands on 1001 under 9"),
        ([entry("120.00"), entry("-120.00", days=3)], "0.00 USD of 120.00 USD is left on 1001"),
        ([entry("120.00", "HASH"), entry("-20.00", "HASH")], "100.00 USD of 120.00 USD is left on 1001"),
        ([entry("100.00")], "no receipt of 120.00 USD stands on 1001"),
        ([], "no receipt of 120.00 USD stands on 1001"),
    ],
)
def test_money_that_seems_to_have_left_the_invoice_is_a_persons(
    entries: list[ReceiptEntry], why: str
) -> None:
    question = decided(ON_INVOICE, entries=entries)
    assert isinstance(question, Hold)
    assert (question.kind, question.title) == (QUESTION.kind, QUESTION.title)
    assert question.why.startswith("reverse it there. Not done by itself: ")
    assert why in question.why


def test_a_reference_that_the_books_shortened_is_known_by_its_amount() -> None:
    assert isinstance(decided(ON_INVOICE, entries=[entry("120.00", "HASH")]), ReversalFact)


@pytest.mark.parametrize(
    ("around", "why"),
    [
        ({"news": [News(status=PaymentStatus.SETTLED, later=False, asked=True)]}, "a person was asked"),
        ({"is_disputed": True}, "a dispute"),
        ({"is_given_back": True}, "given back"),
    ],
)
def test_what_others_did_or_asked_about_the_money_makes_it_a_persons(
    around: dict[str, Any], why: str
) -> None:
    question = decided(ON_INVOICE, entries=[entry("120.00")], **around)
    assert isinstance(question, Hold)
    assert why in question.why


@pytest.mark.parametrize(
    "payment", [returned("60.00"), returned(tender=Tender.CARD)], ids=["a part", "another tender"]
)
def test_only_what_was_posted_in_full_is_taken_back(payment: Payment) -> None:
    question = decided(ON_INVOICE, payment, entries=[entry("120.00")])
    assert isinstance(question, Hold)
    assert "120.00 USD by ach was posted" in question.why


def test_money_on_account_must_lie_there_untouched() -> None:
    receipt = bank_receipt({}, "120.00")
    credit = an_invoice("C1", open_amount="-120.00", kind=ItemKind.OPEN_CREDIT)
    assert isinstance(decided(receipt, credit=credit), ReversalFact)
    for left in (replace(credit, open=usd("-20.00")), None):
        question = decided(receipt, credit=left)
        assert isinstance(question, Hold)
        assert "no longer there as it was" in question.why


def test_only_a_bank_payment_is_returned_by_a_payers_bank() -> None:
    assert is_return(returned())
    assert not is_return(returned(tender=Tender.CARD))
    assert not is_return(returned(status=PaymentStatus.VOIDED))


def test_money_told_as_received_after_its_reversal_is_a_persons_unless_the_return_came_later() -> None:
    settled = returned(status=PaymentStatus.SETTLED)
    before = News(status=PaymentStatus.RETURNED, later=False, asked=False)
    question = judge_reversed(settled, ON_INVOICE, [before])
    assert question is not None
    assert question.kind is ReviewKind.TAKEN_BACK
    assert judge_reversed(settled, ON_INVOICE, [replace(before, later=True)]) is None
    assert judge_reversed(returned(), ON_INVOICE, []) is None
