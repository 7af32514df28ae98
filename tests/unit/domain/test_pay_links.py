from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from counterfoil.domain.charge_history import ChargeState, PastCharge
from counterfoil.domain.due_charges import DueInvoice, LeftAlone, NamedPayment
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.invoice import ItemKind, ReceiptEntry
from counterfoil.domain.money import Money
from counterfoil.domain.pay_links import LinkTerms, PayLinkWish, judge_pay_link
from counterfoil.domain.payment import PaymentStatus
from tests.support.samples import a_payment, an_invoice, usd

TERMS = LinkTerms(email="ann@example.com", currency="USD", expires_on=date(2026, 12, 31))
ON = date(2026, 11, 2)
CHARGED = TransactionId("9")


def judged(terms: LinkTerms = TERMS, **known: Any) -> PayLinkWish | LeftAlone:
    return judge_pay_link(DueInvoice(**({"invoice": an_invoice("1001")} | known)), terms)


def entry(amount: str) -> ReceiptEntry:
    return ReceiptEntry(
        document=InvoiceNumber("1001"),
        customer=CustomerNumber("ABC"),
        paid_on=ON,
        amount=usd(amount),
        discount=usd("0"),
        reference="7",
        entered_by="",
    )


def paid(status: PaymentStatus, *, in_books: bool = False, disputed: bool = False) -> NamedPayment:
    return NamedPayment(
        payment=a_payment(transaction=CHARGED, status=status), in_books=in_books, disputed=disputed
    )


def charge(state: ChargeState) -> PastCharge:
    made = CHARGED if state is ChargeState.MADE else None
    return PastCharge(number=1, state=state, on=ON, transaction=made)


def test_all_that_is_open_is_asked_for() -> None:
    part = an_invoice("1001", "20.00")
    wish = judged(invoice=part, payments=[paid(PaymentStatus.SETTLED, in_books=True)])
    assert wish == PayLinkWish(
        invoice=part.number,
        customer=part.customer,
        amount=usd("20.00"),
        email="ann@example.com",
        expires_on=date(2026, 12, 31),
    )


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"invoice": an_invoice("1001", "0.00")}, "it is paid, void or no invoice"),
        ({"invoice": an_invoice("1001", void=True)}, "it is paid, void or no invoice"),
        ({"invoice": an_invoice("1001", kind=ItemKind.CREDIT_MEMO)}, "it is paid, void or no invoice"),
        ({"invoice": an_invoice("1001", open=Money.of("5.00", "CAD"))}, "is not in USD"),
        ({"invoice": an_invoice("1001", "5.005")}, "cannot be paid to the last digit"),
        ({"receipts": [entry("120.00"), entry("-120.00")]}, "is open again"),
        ({"payments": [paid(PaymentStatus.AUTHORISED)]}, "is authorised and not in the books"),
        ({"payments": [paid(PaymentStatus.PENDING)]}, "is pending and not in the books"),
        ({"payments": [paid(PaymentStatus.SETTLED)]}, "is settled and not in the books"),
        ({"payments": [paid(PaymentStatus.RETURNED)]}, "was returned"),
        ({"payments": [paid(PaymentStatus.SETTLED, in_books=True, disputed=True)]}, "is disputed"),
        ({"disputed_receipts": ["7"]}, "is disputed"),
        ({"unread": ["gateway/shop/8"]}, "its record cannot be read"),
        ({"charges": [charge(ChargeState.NOT_SENT)]}, "may be sent"),
        ({"charges": [charge(ChargeState.OPEN)]}, "it is not known yet what became of the charge"),
        ({"charges": [charge(ChargeState.MADE)]}, "is not in the books yet"),
    ],
)
def test_what_may_be_paid_already_is_asked_of_nobody(known: dict[str, Any], why: str) -> None:
    left = judged(**known)
    assert isinstance(left, LeftAlone)
    assert why in left.why


@pytest.mark.parametrize(
    "state", [ChargeState.DECLINED, ChargeState.TAKEN_BACK, ChargeState.SET_ASIDE, ChargeState.MADE]
)
def test_charges_that_bring_nothing_more_stand_in_no_way(state: ChargeState) -> None:
    in_books = paid(PaymentStatus.SETTLED, in_books=True)
    assert isinstance(judged(charges=[charge(state)], payments=[in_books]), PayLinkWish)


@pytest.mark.parametrize("email", ["", "ann", "ann@", "@example.com", "ann@local", "a b@c.de", "a@b@c.de"])
def test_a_link_goes_to_an_address(email: str) -> None:
    left = judged(replace(TERMS, email=email))
    assert isinstance(left, LeftAlone)
    assert "no e-mail address" in left.why
