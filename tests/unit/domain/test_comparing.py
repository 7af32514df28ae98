from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.comparing import Comparison, DifferenceKind, Question, Sighting, Terms, compare_day
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Payment, PaymentStatus, Tender
from counterfoil.domain.review import LISTED_MAX
from tests.support.samples import a_payment, usd

DAY = date(2026, 11, 3)
START = datetime(2026, 1, 1, tzinfo=UTC)
TERMS = Terms(zone=UTC, start=START)
PAID = a_payment("120.00")


def seen(payment: Payment = PAID, posted: str | None = "120.00", **more: Any) -> Sighting:
    amount = None if posted is None else usd(posted)
    values: dict[str, Any] = {"payment": payment, "is_reported": True, "posted": amount}
    return Sighting(**(values | more))


def compared(*sightings: Sighting, unread: tuple[str, ...] = (), terms: Terms = TERMS) -> Comparison:
    return compare_day(DAY, sightings, unread, terms)


def test_what_stands_as_it_is_told_is_no_difference() -> None:
    found = compared(seen(), seen(replace(PAID, transaction=TransactionId("2"))))
    assert (found.in_books, found.differences) == (2, ())
    assert found.summary == "2026-11-03: 2 payments and refunds in the books, no difference"


@pytest.mark.parametrize(
    ("sighting", "kind", "amount"),
    [
        (seen(posted=None), DifferenceKind.NOT_IN_BOOKS, "120.00"),
        (seen(posted=None, question=Question.OPEN), DifferenceKind.ASKED, "120.00"),
        (seen(posted="119.00"), DifferenceKind.OTHER_AMOUNT, "1.00"),
        (seen(posted="121.00"), DifferenceKind.OTHER_AMOUNT, "1.00"),
        (seen(is_reported=False), DifferenceKind.NOT_AT_GATEWAY, "120.00"),
        (seen(replace(PAID, status=PaymentStatus.VOIDED)), DifferenceKind.NOT_AT_GATEWAY, "120.00"),
    ],
)
def test_each_way_to_differ_is_told_with_its_amount(
    sighting: Sighting, kind: DifferenceKind, amount: str
) -> None:
    (one,) = compared(sighting).differences
    assert (one.transaction, one.kind, one.amount) == ("105968", kind, usd(amount))
    assert one.why.startswith("payment 105968 of 120.00 USD ")


def test_a_receipt_in_another_currency_differs_by_what_nobody_can_say() -> None:
    (one,) = compared(replace(seen(), posted=Money.of("120", "CAD"))).differences
    assert (one.kind, one.amount) == (DifferenceKind.OTHER_AMOUNT, None)


@pytest.mark.parametrize(
    "payment",
    [
        replace(PAID, status=PaymentStatus.FAILED),
        replace(PAID, status=PaymentStatus.AUTHORISED),
        replace(PAID, tender=Tender.ACH),
        replace(PAID, amount=usd("0.00")),
        replace(PAID, created_at=START - timedelta(seconds=1)),
    ],
)
def test_what_does_not_count_needs_nothing_in_the_books(payment: Payment) -> None:
    assert compared(seen(payment, None)).differences == ()


def test_a_bank_payment_counts_when_the_connection_says_so() -> None:
    early = replace(TERMS, ach_when_captured=True)
    assert compared(seen(replace(PAID, tender=Tender.ACH), None), terms=early).differences


def test_what_a_person_dealt_with_is_counted_apart() -> None:
    found = compared(seen(posted=None, question=Question.CLOSED))
    assert (found.in_books, found.by_hand, found.differences) == (0, 1, ())
    assert found.summary.endswith("in the books, 1 dealt with by a person, no difference")


def test_a_record_that_cannot_be_read_is_a_difference_without_an_amount() -> None:
    found = compared(unread=("7",))
    assert found.question.title == "2026-11-03: 1 difference between gateway and books"


def test_many_differences_are_one_question_with_a_bounded_list_and_the_sum_of_all() -> None:
    many = [seen(replace(PAID, transaction=TransactionId(str(number))), None) for number in range(200)]
    question = compared(*many).question
    assert question.title == "2026-11-03: 200 differences between gateway and books of 24,000.00 USD"
    assert question.why.count("is not in the books") == LISTED_MAX
    assert f"and {200 - LISTED_MAX} more" in question.why


amounts = st.integers(min_value=1, max_value=1_000_000).map(lambda cents: Money.of(cents, "USD"))


@given(st.lists(st.tuples(amounts, st.none() | amounts, st.booleans()), max_size=20))
def test_every_payment_is_in_the_books_or_a_difference(
    drawn: list[tuple[Money, Money | None, bool]],
) -> None:
    sightings = [
        Sighting(payment=replace(PAID, amount=told), is_reported=reported, posted=posted)
        for told, posted, reported in drawn
    ]
    found = compared(*sightings)
    assert found.in_books + len(found.differences) == len(drawn)
    same = [told for told, posted, reported in drawn if told == posted and reported]
    assert found.in_books == len(same)
    missing = [told for told, posted, _ in drawn if posted is None]
    told_missing = [
        one.amount for one in found.differences if one.kind is DifferenceKind.NOT_IN_BOOKS and one.amount
    ]
    assert total(told_missing, "USD") == total(missing, "USD")
