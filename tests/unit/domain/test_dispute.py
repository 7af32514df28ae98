from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from counterfoil.domain.dispute import (
    Dispute,
    DisputeStage,
    Matched,
    Unmatched,
    match_look,
    match_transaction,
)
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import PaymentKind, PaymentStatus
from tests.support.samples import a_payment

TEN = Money.of("10.00", "USD")
PAID = replace(
    a_payment(transaction=TransactionId("7")),
    amount=TEN,
    last_four="5439",
    created_at=datetime(2026, 10, 1, 23, tzinfo=UTC),
)
DISPUTE = Dispute(case="C-1", stage=DisputeStage.OPENED, on=date(2026, 11, 2), amount=TEN)
LOOK = replace(DISPUTE, last_four="5439", paid_on=date(2026, 10, 1))


def test_the_named_transaction_is_the_one_unless_something_contradicts() -> None:
    named = replace(DISPUTE, transaction="7")
    found = match_transaction(named, PAID)
    assert isinstance(found, Matched)
    assert found.lineage == PAID.lineage
    part = replace(named, amount=Money.of("4.00", "USD"))
    assert isinstance(match_transaction(part, PAID), Matched)
    for other, why in [
        (replace(named, last_four="0057"), "ending in 5439, not 0057"),
        (replace(named, amount=Money.of("10.01", "USD")), "is of 10.00 USD, the dispute of 10.01"),
    ]:
        doubt = match_transaction(other, PAID)
        assert isinstance(doubt, Unmatched)
        assert why in doubt.why
        assert doubt.candidates == ("7",)
    assert isinstance(match_transaction(named, None), Unmatched)
    assert isinstance(match_transaction(named, replace(PAID, status=PaymentStatus.VOIDED)), Unmatched)


def test_a_fee_of_any_amount_fits_the_named_transaction() -> None:
    fee = replace(DISPUTE, stage=DisputeStage.FEE, amount=Money.of("25.00", "USD"), transaction="7")
    assert isinstance(match_transaction(fee, PAID), Matched)
    assert isinstance(match_look(replace(fee, transaction="", last_four="5439"), [PAID], UTC), Unmatched)


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_amount_last_four_and_day_name_a_payment(days: int) -> None:
    dispute = replace(LOOK, paid_on=date(2026, 10, 1 - days) if days < 1 else date(2026, 9, 30))
    found = match_look(
        dispute, [PAID, PAID, replace(PAID, transaction=TransactionId("8"), last_four="1")], UTC
    )
    assert isinstance(found, Matched)
    assert found.lineage == PAID.lineage


def test_several_that_fit_are_a_question_and_so_is_none() -> None:
    twin = replace(PAID, transaction=TransactionId("8"))
    found = match_look(LOOK, [PAID, twin], UTC)
    assert isinstance(found, Unmatched)
    assert found.candidates == ("7", "8")
    assert found.why.startswith("2 payments of 10.00 USD by a card ending in 5439")
    none = match_look(replace(LOOK, paid_on=date(2026, 9, 29)), [PAID], UTC)
    assert isinstance(none, Unmatched)
    assert none.why.startswith("no payment")


def test_a_refund_is_never_what_a_dispute_is_about() -> None:
    refund = replace(PAID, transaction=TransactionId("8"), kind=PaymentKind.REFUND)
    found = match_look(LOOK, [PAID, refund], UTC)
    assert isinstance(found, Matched)
    assert found.lineage == PAID.lineage
    assert isinstance(match_look(LOOK, [refund], UTC), Unmatched)
    named = match_transaction(replace(DISPUTE, transaction="8"), refund)
    assert isinstance(named, Unmatched)
    assert "is a refund" in named.why


def test_a_payment_that_was_voided_since_does_not_fit() -> None:
    assert isinstance(match_look(LOOK, [PAID, replace(PAID, status=PaymentStatus.VOIDED)], UTC), Unmatched)


def test_a_stage_told_in_fewer_or_other_words_is_the_same_one() -> None:
    for other in (
        replace(LOOK, reason="Not as described"),
        replace(LOOK, transaction="7"),
        replace(LOOK, last_four="", paid_on=None),
        replace(LOOK, paid_amount=TEN),
    ):
        assert LOOK.agrees_with(other)
        assert other.agrees_with(LOOK)
    for other in (
        replace(LOOK, amount=Money.of("10.01", "USD")),
        replace(LOOK, on=date(2026, 11, 3)),
        replace(LOOK, last_four="0057"),
        replace(LOOK, paid_on=date(2026, 10, 2)),
        replace(LOOK, case="C-2"),
        replace(LOOK, stage=DisputeStage.WON),
    ):
        assert not LOOK.agrees_with(other)


def test_without_day_or_digits_nothing_is_guessed() -> None:
    for less in (replace(LOOK, paid_on=None), replace(LOOK, last_four="")):
        assert isinstance(match_look(less, [PAID], UTC), Unmatched)


def test_the_payment_s_own_amount_counts_where_a_part_is_disputed() -> None:
    part = replace(LOOK, amount=Money.of("4.00", "USD"))
    assert isinstance(match_look(part, [PAID], UTC), Unmatched)
    assert isinstance(match_look(replace(part, paid_amount=TEN), [PAID], UTC), Matched)
