"""Discounts within terms and small rests, as cash application decides on them."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.domain.cash_application import Applied, apply
from counterfoil.domain.facts.keys import Effect
from counterfoil.domain.facts.unidentified import Identification
from counterfoil.domain.identification import Identified
from counterfoil.domain.identifiers import CustomerNumber, OrderNumber
from counterfoil.domain.receipt import receipt_fact, unidentified_fact
from counterfoil.domain.short_payment import Allowances, settle
from counterfoil.domain.tolerance import Tolerance
from tests.support.samples import a_payment, an_invoice, usd

UNTIL = date(2026, 10, 11)
ALLOWANCES = Allowances(
    paid_on=UNTIL, tolerance=Tolerance(amount=usd("1.00"), percent=Decimal(10)), deposits=True
)
INVOICE = an_invoice(open_amount="120.00", discount=usd("2.40"), discount_until=UNTIL)


def adjusted(paid: str, allowances: Allowances = ALLOWANCES) -> tuple[str, str]:
    """Discount and write-off of a payment."""
    part, _ = settle(usd(paid), INVOICE, allowances)
    given_up = part.write_off.amount if part.write_off else usd("0")
    return str((part.discount or usd("0")).amount), str(given_up.amount)


@pytest.mark.parametrize(
    ("paid", "discount", "given_up"),
    [
        ("120.00", "0", "0"),
        ("119.00", "1.00", "0"),
        ("117.60", "2.40", "0"),
        ("117.00", "2.40", "0.60"),
        ("116.60", "2.40", "1.00"),
        ("116.59", "0", "0"),
        ("60.00", "0", "0"),
    ],
)
def test_an_invoice_is_closed_by_discount_and_small_rest_or_stays_open(
    paid: str, discount: str, given_up: str
) -> None:
    assert adjusted(paid) == (discount, given_up)


def test_a_day_too_late_earns_no_discount() -> None:
    late = Allowances(paid_on=UNTIL + timedelta(days=1), tolerance=ALLOWANCES.tolerance)
    assert adjusted("117.60", late) == ("0", "0")
    assert adjusted("119.50", late) == ("0", "0.50")


def test_nothing_is_allowed_unless_somebody_says_so() -> None:
    assert adjusted("119.99", Allowances()) == ("0", "0")
    assert adjusted("119.99", Allowances(paid_on=UNTIL)) == ("0.01", "0")


def test_a_named_invoice_is_closed_and_the_reason_told() -> None:
    named = Identified(customer=CustomerNumber("ABC"), how="", given="", invoice=INVOICE)
    decision = apply(usd("117.00"), named, [INVOICE], ALLOWANCES)
    assert isinstance(decision, Applied)
    (part,) = decision.applications
    assert part.settled == part.assumed_open == usd("120.00")
    assert decision.why.endswith(
        "2.40 USD is the discount until 2026-10-11 and 0.60 USD is written off as a small rest"
    )


@pytest.mark.parametrize(("allowances", "order"), [(ALLOWANCES, OrderNumber("5521")), (Allowances(), None)])
def test_money_for_an_order_without_an_invoice_is_a_deposit_where_that_is_allowed(
    allowances: Allowances, order: OrderNumber | None
) -> None:
    who: dict[str, Any] = {"customer": CustomerNumber("ABC"), "how": "", "given": ""}
    decision = apply(usd("50.00"), Identified(**who, order=OrderNumber("5521")), [INVOICE], allowances)
    assert isinstance(decision, Applied)
    assert (decision.on_account, decision.deposit_on) == (usd("50.00"), order)
    assert receipt_fact(a_payment("50.00"), decision, UTC).deposit_on == order


def test_a_payment_of_nobody_and_its_receipt_are_of_one_payment() -> None:
    payment = a_payment("50.00", settled_at=a_payment().created_at + timedelta(days=1))
    unknown = unidentified_fact(payment, "no customer was named", UTC)
    assert (unknown.key.lineage, unknown.key.effect) == (payment.lineage, Effect.UNIDENTIFIED)
    assert (unknown.received_on, unknown.batched_on) == (date(2026, 11, 3), date(2026, 11, 4))
    decision = Applied(
        customer=CustomerNumber("ABC"), applications=(), on_account=usd("50.00"), why="a clerk knew"
    )
    moved = Identification(posting=unknown.key, identified_on=date(2026, 11, 9))
    fact = receipt_fact(payment, decision, UTC, moved)
    assert fact.cites == (unknown.key,)
    assert fact.received_on == unknown.received_on
