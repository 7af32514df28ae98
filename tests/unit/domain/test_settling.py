from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.facts.settlement import SettlementFact
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.domain.review import LISTED_MAX, Hold, listed
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.settling import (
    BatchNews,
    Content,
    Incomplete,
    Member,
    NothingPaidOut,
    SettlementPolicy,
    decide_deposit,
    examine,
    judge_batch_news,
    judge_batch_repeat,
    judge_batch_start,
)
from tests.support.samples import a_payment, usd

START = datetime(2026, 1, 1, tzinfo=UTC)
CLOSED_AT = datetime(2026, 11, 4, 5, tzinfo=UTC)
WHOLE = SettlementPolicy.WHOLE


def settled(number: str, amount: str, kind: PaymentKind = PaymentKind.PAYMENT, **changes: Any) -> Payment:
    words = {"transaction": TransactionId(number), "kind": kind, "status": PaymentStatus.SETTLED}
    return a_payment(amount, **(words | changes))


def refunded(number: str, amount: str) -> Payment:
    return settled(number, amount, PaymentKind.REFUND)


def in_books(*payments: Payment) -> list[Member]:
    return [Member(payment=payment, posted=payment.amount, asked=False) for payment in payments]


def batch(*payments: Payment, **changes: Any) -> Settlement:
    of = {kind: [each.amount for each in payments if each.kind is kind] for kind in PaymentKind}
    values: dict[str, Any] = {
        "merchant": MerchantId("gateway/shop"),
        "number": "571",
        "settled_at": CLOSED_AT,
        "payments": len(of[PaymentKind.PAYMENT]),
        "payments_total": total(of[PaymentKind.PAYMENT], "USD"),
        "refunds": len(of[PaymentKind.REFUND]),
        "refunds_total": total(of[PaymentKind.REFUND], "USD"),
    }
    return Settlement(**(values | changes))


def posted(*payments: Payment, zone: Any = UTC) -> SettlementFact:
    found = examine(batch(*payments), in_books(*payments), (), START)
    assert isinstance(found, Content)
    decided = decide_deposit(batch(*payments), found, WHOLE, zone)
    assert isinstance(decided, SettlementFact)
    return decided


def lacks(told: Settlement, *members: Member, unread: tuple[str, ...] = ()) -> Incomplete:
    found = examine(told, members, unread, START)
    assert isinstance(found, Incomplete)
    return found


PAID, CHECK, BACK = settled("1", "120.00"), settled("2", "10.00", tender=Tender.ACH), refunded("3", "30.00")


def test_a_whole_batch_is_one_deposit_with_a_line_for_each_tender_and_kind() -> None:
    fact = posted(PAID, CHECK, BACK)
    assert str(fact.key) == "gateway/shop/batch-571/settlement#1"
    assert (fact.deposit, fact.difference) == (usd("100.00"), usd("0.00"))
    lines = [(line.tender, line.description, line.amount) for line in fact.lines]
    assert lines == [
        (Tender.CARD, "payments", usd("120.00")),
        (Tender.CARD, "refunds", usd("-30.00")),
        (Tender.ACH, "payments", usd("10.00")),
    ]


def test_the_deposit_bears_the_day_on_which_the_batch_closed_in_the_connections_zone() -> None:
    assert posted(PAID, zone=ZoneInfo("America/Los_Angeles")).deposited_on == date(2026, 11, 3)
    assert posted(PAID).deposited_on == date(2026, 11, 4)


def test_a_batch_of_refunds_takes_money_from_the_bank() -> None:
    assert posted(BACK).deposit == usd("-30.00")


def test_a_batch_that_comes_to_nothing_is_not_posted() -> None:
    even = (settled("1", "30.00"), BACK)
    found = examine(batch(*even), in_books(*even), (), START)
    assert isinstance(found, Content)
    assert isinstance(decide_deposit(batch(*even), found, WHOLE, UTC), NothingPaidOut)


def test_without_a_word_of_the_connection_a_person_decides() -> None:
    found = examine(batch(PAID, BACK), in_books(PAID, BACK), (), START)
    assert isinstance(found, Content)
    question = decide_deposit(batch(PAID, BACK), found, SettlementPolicy.ASK, UTC)
    assert isinstance(question, Hold)
    assert question.title == "Batch 571: 90.00 USD paid out?"
    assert "1 payment of 120.00 USD, 1 refund of 30.00 USD, all in the books" in question.why


@pytest.mark.parametrize(
    ("member", "why"),
    [
        (Member(payment=PAID, posted=usd("119.99"), asked=False), "stands in the books with 119.99 USD"),
        (Member(payment=PAID, posted=None, asked=True), "a person was asked about it"),
        (
            Member(payment=replace(PAID, status=PaymentStatus.RETURNED), posted=usd("120"), asked=False),
            "told as returned",
        ),
        (
            Member(payment=replace(PAID, created_at=START - timedelta(seconds=1)), posted=None, asked=False),
            "before this connection's start",
        ),
        (
            Member(payment=replace(PAID, amount=Money.of("120", "CAD")), posted=None, asked=False),
            "in another currency",
        ),
    ],
)
def test_what_only_a_person_can_mend_is_not_waited_for(member: Member, why: str) -> None:
    found = lacks(batch(PAID), member)
    assert why in found.why
    assert not found.passes


def test_what_is_not_in_the_books_yet_is_waited_for_unless_something_else_needs_a_person() -> None:
    late = Member(payment=CHECK, posted=None, asked=False)
    assert lacks(batch(PAID, CHECK), *in_books(PAID), late).passes
    found = lacks(batch(PAID, CHECK), *in_books(PAID), late, unread=("gateway/shop/9",))
    assert not found.passes
    assert "the gateway's record of gateway/shop/9 cannot be read; payment 2 of 10.00 USD is not" in found.why


@pytest.mark.parametrize(
    "changes",
    [{"payments": 2}, {"payments_total": usd("120.01")}, {"refunds": 1}, {"refunds_total": usd("1")}],
)
def test_sums_that_are_not_those_of_the_list_are_no_deposit(changes: dict[str, Any]) -> None:
    assert lacks(batch(PAID, **changes), *in_books(PAID)).passes


def test_a_transaction_that_is_listed_twice_is_no_deposit() -> None:
    assert "lists 1 2 times" in lacks(batch(PAID, PAID), *in_books(PAID, PAID)).why


def test_what_moved_no_money_needs_nothing_in_the_books() -> None:
    check = settled("7", "0.00")
    found = examine(
        batch(PAID, check), [*in_books(PAID), Member(payment=check, posted=None, asked=False)], (), START
    )
    assert isinstance(found, Content)


def test_the_batch_told_again_with_other_numbers_is_a_question() -> None:
    fact = posted(PAID, BACK)
    assert judge_batch_repeat(batch(PAID, BACK), fact) is None
    more = batch(PAID, BACK, payments_total=usd("121"), refunds_total=usd("31"))
    question = judge_batch_repeat(more, fact)
    assert question is not None
    assert "payments of 120.00 USD and refunds of 30.00 USD stand in the books" in question.why
    later = batch(PAID, BACK, settled_at=CLOSED_AT + timedelta(days=40))
    assert judge_batch_repeat(later, fact) is not None


def test_a_batch_that_a_person_was_asked_about_is_decided_again_only_with_other_numbers() -> None:
    asked, later = BatchNews(later=False, asked=True), BatchNews(later=True, asked=False)
    assert judge_batch_news([], again=False) is None
    assert judge_batch_news([asked], again=False) is not None
    assert judge_batch_news([asked], again=True) is None
    assert judge_batch_news([asked, later], again=True) is not None


def test_a_batch_that_closed_before_the_start_is_history() -> None:
    assert judge_batch_start(batch(PAID), CLOSED_AT) == ""
    assert "history" in judge_batch_start(batch(PAID), CLOSED_AT + timedelta(seconds=1))


def test_a_long_list_is_cut_and_counted() -> None:
    assert listed(["a", "b"]) == "a; b"
    assert listed(["a"] * (LISTED_MAX + 3)).endswith("a; and 3 more")


amounts = st.integers(min_value=1, max_value=10_000_000).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
kinds = st.sampled_from(PaymentKind)
tenders = st.sampled_from(Tender)


@given(st.lists(st.tuples(amounts, kinds, tenders), min_size=1, max_size=30))
def test_a_deposit_is_always_the_sum_of_its_lines_and_of_the_batch(
    drawn: list[tuple[str, PaymentKind, Tender]],
) -> None:
    payments = [
        settled(str(number), amount, kind, tender=tender)
        for number, (amount, kind, tender) in enumerate(drawn)
    ]
    told = batch(*payments)
    found = examine(told, in_books(*payments), (), START)
    assert isinstance(found, Content)
    fact = decide_deposit(told, found, WHOLE, UTC)
    assert isinstance(fact, NothingPaidOut if told.net.is_zero else SettlementFact)
    if isinstance(fact, SettlementFact):
        assert (fact.deposit, fact.difference) == (told.net, Money.zero("USD"))
        assert judge_batch_repeat(told, fact) is None
