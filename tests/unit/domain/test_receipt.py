from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from counterfoil.domain.cash_application import Applied
from counterfoil.domain.facts.keys import FactError
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.payment import PaymentKind, PaymentStatus, Tender
from counterfoil.domain.receipt import NoMoney, judge, judge_repeat, receipt_fact, reversal_fact
from counterfoil.domain.review import Hold, ReviewKind
from tests.support.samples import a_payment, usd

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
