from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.cash_application import Applied, apply
from counterfoil.domain.facts.keys import FactError
from counterfoil.domain.identification import Identified
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.money import Money
from counterfoil.domain.payment import PaymentKind, PaymentStatus, Tender
from counterfoil.domain.receipt import NoMoney, judge, judge_repeat, receipt_fact, reversal_fact
from counterfoil.domain.review import Hold, ReviewKind
from tests.support.samples import a_payment, an_invoice, usd

NO_MONEY = [
    status for status in PaymentStatus if status not in {PaymentStatus.CAPTURED, PaymentStatus.SETTLED}
]
ON_ACCOUNT = Applied(customer=CustomerNumber("ABC"), applications=(), on_account=usd("120.00"), why="because")
POSTED = receipt_fact(a_payment(), ON_ACCOUNT, ZoneInfo("UTC"))


@pytest.mark.parametrize("status", [PaymentStatus.CAPTURED, PaymentStatus.SETTLED])
def test_captured_and_settled_payments_are_money(status: PaymentStatus) -> None:
    assert judge(a_payment(status=status)) is None


@pytest.mark.parametrize("kind", PaymentKind)
@pytest.mark.parametrize("status", NO_MONEY)
def test_every_other_status_is_no_money_and_says_why(status: PaymentStatus, kind: PaymentKind) -> None:
    verdict = judge(a_payment(status=status, kind=kind, vendor_status="Declined - 05"))
    assert isinstance(verdict, NoMoney)
    assert verdict.status is status
    assert verdict.why.endswith("(the gateway says: Declined - 05)")


def test_a_zero_amount_is_no_money() -> None:
    assert judge(a_payment("0.00")) == NoMoney(status=PaymentStatus.CAPTURED, why="the amount is zero")


def test_a_refund_is_held_and_never_a_receipt() -> None:
    verdict = judge(a_payment(kind=PaymentKind.REFUND))
    assert isinstance(verdict, Hold)
    assert verdict.kind is ReviewKind.REFUND


@pytest.mark.parametrize("amount", ["-5.00", "1.001"])
def test_an_amount_that_no_receipt_can_have_is_held(amount: str) -> None:
    verdict = judge(a_payment(amount))
    assert isinstance(verdict, Hold)
    assert verdict.kind is ReviewKind.AMOUNT


@pytest.mark.parametrize(
    "status",
    [PaymentStatus.CAPTURED, PaymentStatus.SETTLED, PaymentStatus.PENDING, PaymentStatus.AUTHORISED],
)
def test_later_news_that_agrees_with_the_books_needs_nothing(status: PaymentStatus) -> None:
    assert judge_repeat(a_payment(status=status), POSTED) is None


@pytest.mark.parametrize("tender", Tender)
def test_a_bank_payment_is_money_when_it_settled_unless_the_site_says_earlier(tender: Tender) -> None:
    captured = a_payment(tender=tender, vendor_status="ORIGINATED")
    verdict = judge(captured)
    assert (verdict is None) == (tender is Tender.CARD)
    assert judge(captured, ach_when_captured=True) is None
    assert judge(a_payment(tender=tender, status=PaymentStatus.SETTLED)) is None


TAKEN_BACK = [PaymentStatus.VOIDED, PaymentStatus.FAILED, PaymentStatus.EXPIRED, PaymentStatus.RETURNED]


@pytest.mark.parametrize("status", TAKEN_BACK)
def test_money_taken_back_after_its_receipt_goes_to_a_person(status: PaymentStatus) -> None:
    verdict = judge_repeat(a_payment(status=status), POSTED)
    assert verdict is not None
    assert verdict.kind is ReviewKind.TAKEN_BACK
    assert "receipt for customer ABC" in verdict.why


def test_an_old_authorisation_of_another_amount_does_not_contradict_the_receipt() -> None:
    assert judge_repeat(a_payment("150.00", status=PaymentStatus.AUTHORISED), POSTED) is None


@pytest.mark.parametrize("change", [{"amount": "119.00"}, {"tender": Tender.ACH}])
def test_a_payment_that_changed_after_its_receipt_goes_to_a_person(change: dict[str, Any]) -> None:
    verdict = judge_repeat(a_payment(**change), POSTED)
    assert verdict is not None
    assert verdict.kind is ReviewKind.CHANGED_AFTER_POSTING


@pytest.mark.parametrize("surcharge", ["0.00", "-1.00", "120.00", "121.00", "0.005"])
def test_a_surcharge_that_is_no_part_of_the_amount_is_held(surcharge: str) -> None:
    verdict = judge(a_payment(surcharge=usd(surcharge)))
    assert isinstance(verdict, Hold)
    assert verdict.kind is ReviewKind.AMOUNT


def test_a_surcharge_in_another_currency_is_held() -> None:
    assert isinstance(judge(a_payment(surcharge=Money.of("1.00", "EUR"))), Hold)


def test_a_surcharge_stands_in_the_receipt_beside_what_counts_as_the_customers() -> None:
    payment = a_payment(surcharge=usd("3.50"))
    assert judge(payment) is None
    fact = receipt_fact(payment, replace(ON_ACCOUNT, on_account=usd("116.50")), ZoneInfo("UTC"))
    assert (fact.amount, fact.surcharge, fact.for_customer) == (usd("120.00"), usd("3.50"), usd("116.50"))
    assert judge_repeat(payment, fact) is None
    assert judge_repeat(a_payment(), fact) is None


def test_a_surcharge_that_is_told_after_the_receipt_goes_to_a_person() -> None:
    verdict = judge_repeat(a_payment(surcharge=usd("3.50"), status=PaymentStatus.SETTLED), POSTED)
    assert verdict is not None
    assert verdict.kind is ReviewKind.CHANGED_AFTER_POSTING


@given(cents=st.integers(2, 10**8), data=st.data())
def test_a_surcharge_never_pays_an_invoice_and_is_never_an_overpayment(
    cents: int, data: st.DataObject
) -> None:
    top = data.draw(st.integers(1, cents - 1))
    open_cents = data.draw(st.integers(1, 2 * 10**8))
    amount, surcharge, is_open = (Money(Decimal(each).scaleb(-2), "USD") for each in (cents, top, open_cents))
    payment = replace(a_payment(), amount=amount, surcharge=surcharge)
    invoice = replace(an_invoice(), open=is_open, total=is_open)
    named = Identified(customer=invoice.customer, how="named", given="named", invoice=invoice)
    applied = apply(payment.for_customer, named, [invoice])
    assert isinstance(applied, Applied)
    fact = receipt_fact(payment, applied, ZoneInfo("UTC"))
    assert fact.applied == min(amount - surcharge, is_open)
    assert fact.on_account == amount - surcharge - fact.applied


def test_the_receipt_bears_the_day_of_the_payment_in_the_zone_of_the_books() -> None:
    assert POSTED.received_on == date(2026, 11, 3)
    assert receipt_fact(a_payment(), ON_ACCOUNT, ZoneInfo("America/Los_Angeles")).received_on == date(
        2026, 11, 2
    )


def test_the_receipt_is_keyed_by_the_payment_and_carries_the_reason() -> None:
    assert str(POSTED.key) == "gateway/shop/105968/receipt#1"
    assert (POSTED.reason, POSTED.reference) == ("because", "105968")


def test_a_payment_that_was_voided_takes_its_receipt_back_by_key() -> None:
    told_on = date(2026, 11, 3)
    fact = reversal_fact(a_payment(status=PaymentStatus.VOIDED, vendor_status="Voided"), POSTED, told_on)
    assert (fact.key, fact.reverses, fact.reversed_on) == (POSTED.key.reversal, POSTED.key, told_on)
    assert fact.reason == "the payment was voided before settlement (the gateway says: Voided)"


def test_a_payment_that_stands_takes_nothing_back() -> None:
    with pytest.raises(FactError, match="takes nothing back"):
        reversal_fact(a_payment(), POSTED, date(2026, 11, 3))
