from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.domain.dispute import Matched, Unmatched
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.money_back import Part
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.facts.refund import RefundFact, RefundMeaning
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.invoice import Invoice, ItemKind, ReceiptEntry
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.domain.refunding import (
    RefundPolicy,
    decide_refund,
    judge_by_hand,
    judge_refund_repeat,
    match_payment,
)
from counterfoil.domain.review import Hold, ReviewKind
from tests.support.samples import a_payment, an_invoice, usd

REOPENS = RefundPolicy(reopens=True)
CREDIT = InvoiceNumber("C1")


def a_refund(amount: str = "120.00", **changes: Any) -> Payment:
    values = {"kind": PaymentKind.REFUND, "transaction": TransactionId("9"), "last_four": "5439"}
    return a_payment(amount, **(values | changes))


def a_receipt(applied: dict[str, str], on_account: str = "0.00", **changes: Any) -> ReceiptFact:
    parts = tuple(
        Application(invoice=InvoiceNumber(number), amount=usd(amount), assumed_open=usd("5000.00"))
        for number, amount in applied.items()
    )
    amount = sum((part.amount.amount for part in parts), Decimal(0)) + Decimal(on_account)
    values: dict[str, Any] = {
        "key": PostingKey("gateway/shop/105968", Effect.RECEIPT),
        "customer": CustomerNumber("ABC"),
        "received_on": date(2026, 11, 1),
        "amount": usd(str(amount)),
        "tender": Tender.CARD,
        "reference": TransactionId("105968"),
        "applications": parts,
        "on_account": usd(on_account),
        "reason": "" if on_account == "0.00" else "no invoice was named",
    }
    return ReceiptFact(**(values | changes))


def a_credit(held: str) -> Invoice:
    return an_invoice(CREDIT, open_amount="-" + held, kind=ItemKind.OPEN_CREDIT)


def decide(
    amount: str, receipt: ReceiptFact, credit: Invoice | None = None, policy: RefundPolicy = REOPENS
) -> RefundFact | Hold:
    return decide_refund(a_refund(amount), receipt, credit, policy, UTC)


def meant(decided: RefundFact | Hold) -> tuple[RefundMeaning, dict[str, str]]:
    assert isinstance(decided, RefundFact), decided
    return decided.meaning, {part.document: str(part.amount.amount) for part in decided.parts}


@pytest.mark.parametrize(
    ("amount", "applied", "parts"),
    [
        ("120.00", {"1001": "120.00"}, {"1001": "120.00"}),
        ("20.00", {"1001": "120.00"}, {"1001": "20.00"}),
        ("120.00", {"1001": "100.00", "1002": "20.00"}, {"1001": "100.00", "1002": "20.00"}),
    ],
)
def test_where_the_rule_says_so_invoices_are_open_again(
    amount: str, applied: dict[str, str], parts: dict[str, str]
) -> None:
    assert meant(decide(amount, a_receipt(applied))) == (RefundMeaning.REOPEN, parts)


@pytest.mark.parametrize("amount", ["50.00", "12.34"])
def test_money_on_account_needs_no_rule(amount: str) -> None:
    decided = decide(amount, a_receipt({}, "50.00"), a_credit("50.00"), RefundPolicy())
    assert meant(decided) == (RefundMeaning.OPEN_CREDIT, {CREDIT: amount})


def test_an_overpayment_that_goes_back_to_the_cent_is_the_overpayment() -> None:
    decided = decide("20.00", a_receipt({"1001": "100.00"}, "20.00"), a_credit("20.00"), RefundPolicy())
    assert meant(decided) == (RefundMeaning.OPEN_CREDIT, {CREDIT: "20.00"})


def test_a_surcharge_goes_back_with_the_whole_payment() -> None:
    receipt = a_receipt({"1001": "100.00"}, amount=usd("103.00"), surcharge=usd("3.00"))
    decided = decide("103.00", receipt)
    assert meant(decided) == (RefundMeaning.REOPEN, {"1001": "100.00"})
    assert isinstance(decided, RefundFact)
    assert decided.surcharge == usd("3.00")


DISCOUNTED = a_receipt(
    {},
    amount=usd("98.00"),
    applications=(
        Application(
            invoice=InvoiceNumber("1001"),
            amount=usd("98.00"),
            assumed_open=usd("100.00"),
            discount=usd("2.00"),
        ),
    ),
)


@pytest.mark.parametrize(
    ("amount", "receipt", "credit", "policy", "why"),
    [
        ("120.00", a_receipt({"1001": "120.00"}), None, RefundPolicy(), "does the sale stand"),
        ("1.00", a_receipt({"1001": "60.00", "1002": "60.00"}), None, REOPENS, "say of which of them"),
        ("98.00", DISCOUNTED, None, REOPENS, "discount or a write-off"),
        ("10.00", a_receipt({"1001": "100.00"}, "20.00"), a_credit("20.00"), REOPENS, "say of which"),
        ("20.00", a_receipt({"1001": "100.00"}, "20.00"), a_credit("15.00"), REOPENS, "say of which"),
        ("50.00", a_receipt({}, "50.00"), a_credit("49.99"), REOPENS, "see what it paid since"),
        ("50.00", a_receipt({}, "50.00"), None, REOPENS, "see what it paid since"),
        ("120.01", a_receipt({"1001": "120.00"}), None, REOPENS, "the payment brought 120.00 USD"),
        (
            "3.00",
            a_receipt({"1001": "100.00"}, amount=usd("103.00"), surcharge=usd("3.00")),
            None,
            REOPENS,
            "charged on top",
        ),
        ("120.00", a_receipt({"1001": "120.00"}, tender=Tender.ACH), None, REOPENS, "made by ach"),
        ("1000.01", a_receipt({"1001": "2000.00"}), None, REOPENS, "larger than 1000"),
    ],
)
def test_what_is_not_clear_is_a_persons(
    amount: str, receipt: ReceiptFact, credit: Invoice | None, policy: RefundPolicy, why: str
) -> None:
    decided = decide(amount, receipt, credit, policy)
    assert isinstance(decided, Hold)
    assert why in decided.why


def test_another_currency_is_a_persons() -> None:
    refund = replace(a_refund(), amount=Money.of("120.00", "EUR"))
    decided = decide_refund(refund, a_receipt({"1001": "120.00"}), None, REOPENS, UTC)
    assert isinstance(decided, Hold)
    assert decided.kind is ReviewKind.CURRENCY


PAID = a_payment(last_four="5439")


@pytest.mark.parametrize(
    "changes",
    [
        {"last_four": ""},
        {"last_four": "0001"},
        {"tender": Tender.ACH},
        {"amount": usd("119.99")},
        {"amount": Money.of("120.00", "EUR")},
        {"kind": PaymentKind.REFUND},
        {"created_at": PAID.created_at + timedelta(seconds=1)},
    ],
)
def test_a_payment_that_cannot_have_been_given_back_is_not_taken_for_it(changes: dict[str, Any]) -> None:
    assert isinstance(match_payment(a_refund(), [PAID]), Matched)
    found = match_payment(a_refund(), [replace(PAID, **changes)])
    assert isinstance(found, Unmatched)
    assert found.candidates == ()


def test_of_two_payments_nobody_knows_which_and_one_told_twice_is_one() -> None:
    other = replace(PAID, transaction=TransactionId("105969"))
    settled = replace(PAID, status=PaymentStatus.SETTLED)
    assert isinstance(match_payment(a_refund(), [PAID, settled]), Matched)
    found = match_payment(a_refund(), [PAID, other])
    assert isinstance(found, Unmatched)
    assert found.candidates == ("105968", "105969")


def test_a_refund_without_a_known_card_is_not_matched() -> None:
    found = match_payment(a_refund(last_four=""), [replace(PAID, last_four="")])
    assert isinstance(found, Unmatched)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, None),
        ({"status": PaymentStatus.SETTLED}, None),
        ({"status": PaymentStatus.VOIDED}, ReviewKind.TAKEN_BACK),
        ({"status": PaymentStatus.EXPIRED}, ReviewKind.TAKEN_BACK),
        ({"amount": usd("5.00")}, ReviewKind.CHANGED_AFTER_POSTING),
        ({"status": PaymentStatus.PENDING, "amount": usd("5.00")}, None),
    ],
)
def test_later_news_of_a_posted_refund_agree_or_are_a_persons(
    changes: dict[str, Any], kind: ReviewKind | None
) -> None:
    posted = decide("120.00", a_receipt({"1001": "120.00"}))
    assert isinstance(posted, RefundFact)
    question = judge_refund_repeat(replace(a_refund(), **changes), posted)
    assert (question.kind if question else None) is kind


@pytest.mark.parametrize(
    ("document", "amount", "day", "is_asked"),
    [
        ("1001", "-120.00", date(2026, 11, 3), True),
        ("1001", "-120.00", None, True),
        ("1001", "-120.00", date(2026, 10, 29), True),
        ("1001", "-120.00", date(2026, 10, 28), False),
        ("1001", "-119.00", date(2026, 11, 3), False),
        ("1002", "-120.00", date(2026, 11, 3), False),
    ],
)
def test_what_somebody_seems_to_have_keyed_is_not_posted_again(
    document: str, amount: str, day: date | None, is_asked: bool
) -> None:
    fact = decide("120.00", a_receipt({"1001": "120.00"}))
    assert isinstance(fact, RefundFact)
    assert fact.parts == (Part(document=InvoiceNumber("1001"), amount=usd("120.00")),)
    assert (judge_by_hand(fact, [keyed(document, amount, day)]) is not None) is is_asked


@pytest.mark.parametrize(
    "receipt",
    [
        a_receipt({"1001": "100.00"}, amount=usd("103.00"), surcharge=usd("3.00")),
        a_receipt({"1001": "60.00", "1002": "43.00"}),
    ],
)
def test_a_refund_that_somebody_keyed_whole_on_one_document_is_not_posted_again(receipt: ReceiptFact) -> None:
    fact = decide("103.00", receipt)
    assert isinstance(fact, RefundFact)
    assert judge_by_hand(fact, [keyed("1001", "-103.00", fact.refunded_on)]) is not None


def keyed(document: str, amount: str, day: date | None) -> ReceiptEntry:
    return ReceiptEntry(
        document=InvoiceNumber(document),
        customer=CustomerNumber("ABC"),
        paid_on=day,
        amount=usd(amount),
        discount=usd("0.00"),
        reference="",
        entered_by="SUE",
    )
