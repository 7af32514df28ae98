from __future__ import annotations

import pytest

from counterfoil.domain.giving_back import (
    GiveBack,
    Impossible,
    IsBack,
    RefundIt,
    VoidAll,
    Wait,
    Way,
    choose_way,
)
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import PaymentKind, PaymentStatus
from tests.support.samples import a_payment, usd

WHOLE: dict[PaymentStatus, type[Way]] = {
    PaymentStatus.PENDING: Wait,
    PaymentStatus.AUTHORISED: VoidAll,
    PaymentStatus.CAPTURED: VoidAll,
    PaymentStatus.SETTLED: RefundIt,
    PaymentStatus.VOIDED: IsBack,
    PaymentStatus.FAILED: Impossible,
    PaymentStatus.EXPIRED: Impossible,
    PaymentStatus.RETURNED: Impossible,
}
PART: dict[PaymentStatus, type[Way]] = WHOLE | {
    PaymentStatus.AUTHORISED: Impossible,
    PaymentStatus.CAPTURED: Wait,
    PaymentStatus.VOIDED: Impossible,
}


def back(amount: str) -> GiveBack:
    return GiveBack(transaction=TransactionId("105968"), amount=usd(amount))


@pytest.mark.parametrize("status", PaymentStatus)
def test_a_whole_payment_goes_back_by_void_until_it_settled_and_by_refund_then(status: PaymentStatus) -> None:
    way = choose_way(back("120.00"), a_payment(status=status), usd("0.00"))
    assert type(way) is WHOLE[status]


@pytest.mark.parametrize("status", PaymentStatus)
def test_a_part_of_a_payment_waits_until_it_settled(status: PaymentStatus) -> None:
    way = choose_way(back("20.00"), a_payment(status=status), usd("0.00"))
    assert type(way) is PART[status]


@pytest.mark.parametrize("amount", ["120.01", "0.00", "-1.00"])
def test_no_more_goes_back_than_was_paid_and_no_less_than_something(amount: str) -> None:
    settled = a_payment(status=PaymentStatus.SETTLED)
    assert isinstance(choose_way(back(amount), settled, usd("0.00")), Impossible)


def test_what_went_back_before_counts() -> None:
    settled = a_payment(status=PaymentStatus.SETTLED)
    assert choose_way(back("20.00"), settled, usd("100.00")) == RefundIt()
    assert isinstance(choose_way(back("20.01"), settled, usd("100.00")), Impossible)


def test_a_refund_is_not_given_back() -> None:
    refund = a_payment(kind=PaymentKind.REFUND, status=PaymentStatus.SETTLED)
    assert isinstance(choose_way(back("120.00"), refund, usd("0.00")), Impossible)
