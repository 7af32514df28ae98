"""Only what is owed for certain is charged, all of it, under a number of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.charge_history import NUMBERS_MAX, ChargeState, PastCharge
from counterfoil.domain.consent import Consent, ConsentScope, SavedMethod
from counterfoil.domain.due_charges import (
    DueCharge,
    DueInvoice,
    DuePolicy,
    LeftAlone,
    NamedPayment,
    is_due,
    judge_due,
    question_after,
)
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.invoice import ItemKind, ReceiptEntry
from counterfoil.domain.payment import PaymentStatus
from counterfoil.domain.review import Hold
from tests.support.samples import a_payment, an_invoice, usd

TODAY = date(2026, 11, 3)
CONSENT = Consent(
    by="Ann Lee", at=datetime(2026, 1, 2, tzinfo=UTC), text="Yes.", scope=ConsentScope.OPEN_INVOICES
)
POLICY = DuePolicy()


def a_method(reference: str = "vault-7", **changes: Any) -> SavedMethod:
    values: dict[str, Any] = {"customer": CustomerNumber("ABC"), "last_four": "1111", "consent": CONSENT}
    return SavedMethod(reference=reference, **(values | changes))


def due(**known: Any) -> DueInvoice:
    values: dict[str, Any] = {"invoice": an_invoice(due_on=TODAY), "methods": [a_method()]}
    return DueInvoice(**(values | known))


def past(state: ChargeState, number: int = 1, on: date = date(2026, 10, 1), **changes: Any) -> PastCharge:
    values: dict[str, Any] = {"amount": usd("120.00"), "reference": "vault-7", "why": "no"}
    return PastCharge(number=number, state=state, on=on, **(values | changes))


def an_entry(amount: str, reference: str = "105968") -> ReceiptEntry:
    return ReceiptEntry(
        document=InvoiceNumber("1001"),
        customer=CustomerNumber("ABC"),
        paid_on=date(2026, 10, 20),
        amount=usd(amount),
        discount=usd("0.00"),
        reference=reference,
        entered_by="",
    )


def test_all_that_is_open_is_charged_to_the_customers_method() -> None:
    charge = judge_due(due(invoice=an_invoice(open_amount="70.00", due_on=TODAY)), POLICY, TODAY)
    assert isinstance(charge, DueCharge)
    assert (charge.amount, charge.reference, charge.customer) == (usd("70.00"), "vault-7", "ABC")
    assert (charge.invoice, charge.number, charge.set_aside) == ("1001", 1, ())


ALONE = {
    "paid": due(invoice=an_invoice(open_amount="0.00")),
    "void": due(invoice=an_invoice(due_on=TODAY, void=True)),
    "a credit": due(invoice=an_invoice(due_on=TODAY, kind=ItemKind.OPEN_CREDIT)),
    "a number without a digit": due(invoice=an_invoice("GIFT", due_on=TODAY)),
    "asked": due(is_asked=True),
    "link sent": due(is_link_sent=True),
    "open again": due(receipts=[an_entry("120.00"), an_entry("-120.00", "105969")]),
    "disputed receipt": due(disputed_receipts=["105968"]),
    "unread": due(unread=["gateway/shop/1"]),
    "no due date": due(invoice=an_invoice(due_on=None)),
    "not yet": due(invoice=an_invoice(due_on=date(2026, 11, 4))),
    "long ago": due(invoice=an_invoice(due_on=date(2026, 10, 3))),
    "discount": due(invoice=an_invoice(due_on=TODAY, discount=usd("2.40"), discount_until=TODAY)),
    "credit": due(credits=[an_invoice("R1", "-5.00", kind=ItemKind.OPEN_CREDIT)]),
    "too little": due(invoice=an_invoice(open_amount="0.99", due_on=TODAY)),
    "part of a cent": due(invoice=an_invoice(open_amount="1.005", due_on=TODAY)),
    "no method": due(methods=[]),
    "another's method": due(methods=[a_method(customer=CustomerNumber("DEF"))]),
    "no consent": due(methods=[a_method(consent=None)]),
    "expired": due(methods=[a_method(expires="2026-10")]),
    "withdrawn": due(methods=[a_method(consent=replace(CONSENT, withdrawn=True))]),
    "less agreed": due(methods=[a_method(consent=replace(CONSENT, amount_max=usd("100.00")))]),
    "sent, not known": due(charges=[past(ChargeState.OPEN)]),
    "made": due(charges=[past(ChargeState.MADE, transaction=TransactionId("1"))]),
    "voided": due(charges=[past(ChargeState.TAKEN_BACK)]),
    "refused just now": due(charges=[past(ChargeState.DECLINED, on=date(2026, 11, 1))]),
}


@pytest.mark.parametrize("known", ALONE.values(), ids=ALONE)
def test_what_may_not_be_owed_is_left_alone_and_told(known: DueInvoice) -> None:
    left = judge_due(known, POLICY, TODAY)
    assert isinstance(left, LeftAlone)
    assert left.why


@pytest.mark.parametrize("status", list(PaymentStatus))
@pytest.mark.parametrize("in_books", [True, False])
def test_a_payment_that_names_it_leaves_it_alone_unless_it_came_to_nothing_or_is_in_the_books(
    status: PaymentStatus, *, in_books: bool
) -> None:
    named = NamedPayment(payment=a_payment(status=status), in_books=in_books)
    is_nothing = status in {PaymentStatus.FAILED, PaymentStatus.VOIDED, PaymentStatus.EXPIRED}
    is_booked = in_books and status in {PaymentStatus.CAPTURED, PaymentStatus.SETTLED}
    charged = isinstance(judge_due(due(payments=[named]), POLICY, TODAY), DueCharge)
    assert charged is (is_nothing or is_booked)


def test_a_disputed_payment_leaves_it_alone_though_it_is_in_the_books() -> None:
    named = NamedPayment(payment=a_payment(), in_books=True, disputed=True)
    assert isinstance(judge_due(due(payments=[named]), POLICY, TODAY), LeftAlone)


def test_the_newest_method_that_may_be_charged_is() -> None:
    methods = [a_method("old"), a_method("newer"), a_method("expired", expires="2026-01")]
    charge = judge_due(due(methods=methods), POLICY, TODAY)
    assert isinstance(charge, DueCharge)
    assert charge.reference == "newer"


def test_a_refused_charge_is_followed_by_another_number_after_the_pause() -> None:
    refused = past(ChargeState.DECLINED, on=date(2026, 10, 31))
    charge = judge_due(due(charges=[refused]), POLICY, TODAY)
    assert isinstance(charge, DueCharge)
    assert charge.number == 2


def test_what_was_never_sent_is_sent_as_it_is_and_set_aside_where_something_else_is_owed() -> None:
    waiting = [past(ChargeState.SET_ASIDE), past(ChargeState.NOT_SENT, 2)]
    same = judge_due(due(charges=waiting), POLICY, TODAY)
    assert isinstance(same, DueCharge)
    assert (same.number, same.set_aside) == (2, ())
    less = judge_due(
        due(charges=waiting, invoice=an_invoice(open_amount="70.00", due_on=TODAY)), POLICY, TODAY
    )
    assert isinstance(less, DueCharge)
    assert (less.number, less.set_aside) == (3, (2,))
    other = judge_due(due(charges=waiting, methods=[a_method("vault-8")]), POLICY, TODAY)
    assert isinstance(other, DueCharge)
    assert (other.number, other.set_aside) == (3, (2,))


def test_a_person_is_asked_where_it_is_large_or_was_refused_too_often() -> None:
    large = judge_due(due(), replace(POLICY, limit=Decimal("119.99")), TODAY)
    assert isinstance(large, Hold)
    assert "119.99" in large.why
    refused = [past(ChargeState.DECLINED, number) for number in (1, 2, 3)]
    assert isinstance(judge_due(due(charges=refused), POLICY, TODAY), Hold)
    begun = [past(ChargeState.SET_ASIDE, number) for number in range(1, NUMBERS_MAX + 1)]
    assert isinstance(judge_due(due(charges=begun), POLICY, TODAY), Hold)


def test_a_person_is_asked_right_after_the_last_refusal() -> None:
    charge = judge_due(due(), POLICY, TODAY)
    assert isinstance(charge, DueCharge)
    refused = [past(ChargeState.DECLINED, number) for number in (1, 2, 3)]
    assert question_after(charge, refused[:2], POLICY) is None
    asked = question_after(charge, refused, POLICY)
    assert asked is not None
    assert asked.title == "Invoice 1001 of customer ABC is due: 120.00 USD"


def test_an_invoice_is_due_on_the_days_of_the_policy() -> None:
    policy = DuePolicy(days_before=1, days_after=2)
    days = {day: is_due(an_invoice(due_on=date(2026, 11, day)), policy, TODAY) for day in range(1, 7)}
    assert days == {1: True, 2: True, 3: True, 4: True, 5: False, 6: False}
    assert not is_due(an_invoice(open_amount="0.00", due_on=TODAY), policy, TODAY)


@given(st.lists(st.sampled_from(ChargeState), max_size=NUMBERS_MAX))
def test_whatever_was_begun_a_number_that_may_have_taken_money_is_never_charged_again(
    states: list[ChargeState],
) -> None:
    charges = [past(state, number) for number, state in enumerate(states, start=1)]
    judged = judge_due(due(charges=charges), POLICY, TODAY)
    dangerous = {ChargeState.OPEN, ChargeState.MADE, ChargeState.TAKEN_BACK}
    if dangerous & set(states):
        assert isinstance(judged, LeftAlone)
    if isinstance(judged, DueCharge):
        used = {each.number: each.state for each in charges}
        assert used.get(judged.number, ChargeState.NOT_SENT) is ChargeState.NOT_SENT
        assert judged.number <= NUMBERS_MAX
