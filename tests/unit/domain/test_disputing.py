from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.dispute import Dispute, DisputeStage
from counterfoil.domain.disputed_receipt import PaidBy
from counterfoil.domain.disputing import (
    CaseBooks,
    DisputePolicy,
    InTheBooks,
    StageFact,
    case_key,
    decide_dispute,
)
from counterfoil.domain.facts.chargeback import (
    ChargebackFact,
    ChargebackFeeFact,
    ChargebackOutcomeFact,
    DisputeOutcome,
)
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.invoice import ItemKind, ReceiptEntry
from counterfoil.domain.money import Money
from counterfoil.domain.review import Hold, ReviewKind
from tests.support.samples import an_invoice, usd
from tests.unit.domain.test_refunding import DISCOUNTED, a_receipt

OPENED, WON, LOST, FEE = DisputeStage.OPENED, DisputeStage.WON, DisputeStage.LOST, DisputeStage.FEE
LINEAGE = "gateway/shop/105968"
TOLD_ON, ENDED_ON = date(2026, 11, 21), date(2026, 12, 9)
PAID = a_receipt({"1001": "120.00"})
ON_ACCOUNT = a_receipt({}, "50.00")
OVERPAID = a_receipt({"1001": "100.00"}, "20.00")
SURCHARGED = a_receipt({"1001": "100.00"}, amount=usd("103.00"), surcharge=usd("3.00"))


def told(stage: DisputeStage = OPENED, amount: str = "120.00", **changes: Any) -> Dispute:
    on = TOLD_ON if stage in {OPENED, FEE} else ENDED_ON
    values: dict[str, Any] = {"case": "CB-2", "stage": stage, "on": on, "amount": usd(amount)}
    return Dispute(**(values | changes))


def by(receipt: ReceiptFact = PAID, held: str = "", **changes: Any) -> PaidBy:
    """A receipt as it stands; `held` is what is left of its open credit."""
    number = InvoiceNumber("C1") if receipt.on_account.is_positive else InvoiceNumber(receipt.reference)
    item = an_invoice(
        "C1", f"-{held or 0}", customer=receipt.customer, kind=ItemKind.OPEN_CREDIT, total=-receipt.on_account
    )
    values: dict[str, Any] = {"fact": receipt, "document": number, "item": item if held else None}
    values["invoices"] = [
        an_invoice(part.invoice, "0.00", total=part.amount) for part in receipt.applications
    ]
    return PaidBy(**(values | changes))


def decide(dispute: Dispute, policy: DisputePolicy = DisputePolicy.POST, **books: Any) -> Any:
    return decide_dispute(dispute, LINEAGE, CaseBooks(**({"paid": by()} | books)), policy)


def opened(amount: str = "120.00") -> ChargebackFact:
    fact = decide(told(OPENED, amount, paid_amount=usd("120.00")))
    assert isinstance(fact, ChargebackFact)
    return fact


def ended(outcome: DisputeOutcome) -> ChargebackOutcomeFact:
    fact = decide(told(DisputeStage(outcome.value)), opened=opened())
    assert isinstance(fact, ChargebackOutcomeFact)
    return fact


def parts(fact: object) -> dict[str, str]:
    assert isinstance(fact, ChargebackFact), fact
    return {part.document: str(part.amount.amount) for part in fact.parts}


def asked(decided: object) -> Hold:
    assert isinstance(decided, Hold), decided
    return decided


def entry(
    amount: str, document: str = "1001", reference: str = "", on: date | None = TOLD_ON
) -> ReceiptEntry:
    return ReceiptEntry(
        document=InvoiceNumber(document),
        customer=CustomerNumber("ABC"),
        paid_on=on,
        amount=usd(amount),
        discount=usd("0.00"),
        reference=reference,
        entered_by="SUE",
    )


@pytest.mark.parametrize(
    ("paid", "amount", "taken"),
    [
        (by(), "120.00", {"1001": "120.00"}),
        (by(a_receipt({"1001": "60.00", "1002": "60.00"})), "120.00", {"1001": "60.00", "1002": "60.00"}),
        (by(OVERPAID, "20.00"), "120.00", {"1001": "100.00", "C1": "20.00"}),
        (by(ON_ACCOUNT, "50.00"), "50.00", {"C1": "50.00"}),
        (by(SURCHARGED), "103.00", {"1001": "100.00"}),
    ],
)
def test_the_whole_payment_goes_back_from_where_it_lies(
    paid: PaidBy, amount: str, taken: dict[str, str]
) -> None:
    fact = decide(told(OPENED, amount), paid=paid)
    assert parts(fact) == taken
    assert fact.surcharge == paid.fact.surcharge
    assert (fact.key, fact.payment) == (case_key(LINEAGE, "CB-2", Effect.CHARGEBACK), paid.fact.key)
    assert str(fact.key) == "gateway/shop/dispute-CB-2/chargeback#1"


@pytest.mark.parametrize(
    ("paid", "taken"), [(by(), {"1001": "20.00"}), (by(ON_ACCOUNT, "20.00"), {"C1": "20.00"})]
)
def test_a_part_goes_back_where_the_whole_amount_is_told_beside_it(
    paid: PaidBy, taken: dict[str, str]
) -> None:
    assert parts(decide(told(OPENED, "20.00", paid_amount=paid.fact.amount), paid=paid)) == taken
    assert asked(decide(told(OPENED, "20.00"), paid=paid)).kind is ReviewKind.AMOUNT


ODD = a_receipt({"1001": "60.00", "1002": "60.00"})


@pytest.mark.parametrize(
    ("dispute", "paid", "why"),
    [
        (told(OPENED, "120.01"), by(), "it brought 120.00 USD"),
        (told(OPENED, "120.00", paid_amount=usd("130.00")), by(), "it brought 120.00 USD"),
        (told(OPENED, "20.00", paid_amount=usd("120.00")), by(ODD), "say of which of them"),
        (told(OPENED, "20.00", paid_amount=usd("120.00")), by(OVERPAID, "20.00"), "say of which of them"),
        (told(OPENED, "3.00", paid_amount=usd("103.00")), by(SURCHARGED), "charged on top"),
        (told(OPENED, "98.00"), by(DISCOUNTED), "discount or a write-off"),
        (told(OPENED, "50.00"), by(ON_ACCOUNT, "49.99"), "49.99 USD of it are left on account"),
        (told(OPENED, "50.00"), by(ON_ACCOUNT), "do not stand there as they did"),
        (told(OPENED), by(item=an_invoice("105968")), "keyed on 105968"),
        (told(OPENED, on=date(2026, 10, 31)), by(), "after it is told as disputed"),
        (told(OPENED), by(entries=(entry("-1.00"),)), "-1.00 USD stands on 1001 by SUE"),
        (told(OPENED), by(entries=(entry("-1.00", on=None),)), "-1.00 USD stands on 1001 by SUE"),
        (told(OPENED), by(entries=(entry("120.00", reference="7"),)), "does not stand on 1001 as it was"),
        (
            told(OPENED),
            by(entries=(entry("119.00", reference="105968"),)),
            "does not stand on 1001 as it was",
        ),
        (told(OPENED), by(invoices=()), "1001 does not stand as it did"),
        (
            told(OPENED),
            by(invoices=[an_invoice(open_amount="0.00", void=True)]),
            "1001 does not stand as it did",
        ),
        (
            told(OPENED),
            by(invoices=[an_invoice(open_amount="0.00", customer="X")]),
            "1001 does not stand as it",
        ),
        (told(OPENED), by(invoices=[an_invoice(open_amount="0.01")]), "119.99 USD of 1001 are paid now"),
        (told(OPENED), by(is_taken_back=True), "was taken back in the books"),
        (told(OPENED), None, "no receipt of it"),
    ],
)
def test_what_is_not_clear_is_a_persons(dispute: Dispute, paid: PaidBy | None, why: str) -> None:
    assert why in asked(decide(dispute, paid=paid)).why


@pytest.mark.parametrize("dispute", [told(OPENED), told(FEE, "15.00"), told(WON), told(LOST)])
@pytest.mark.parametrize(
    ("books", "kind"),
    [
        ({"asked": True}, ReviewKind.DISPUTE),
        ({"today": date(2026, 11, 19)}, ReviewKind.DISPUTE),
        ({"told_back": "returned"}, ReviewKind.TAKEN_BACK),
        ({"paid": by(is_taken_back=True)}, ReviewKind.TAKEN_BACK),
        ({"paid": None}, ReviewKind.DISPUTE),
        ({"undone": (case_key(LINEAGE, "CB-2", Effect.CHARGEBACK),)}, ReviewKind.DISPUTE),
    ],
)
def test_what_speaks_against_a_case_speaks_against_each_of_its_stages(
    dispute: Dispute, books: dict[str, Any], kind: ReviewKind
) -> None:
    before = {} if dispute.stage is OPENED else {"opened": opened()}
    assert asked(decide(dispute, **(before | books))).kind is kind
    assert asked(decide(dispute, DisputePolicy.ASK, **before)).kind is ReviewKind.DISPUTE


def test_a_second_dispute_of_a_payment_may_be_the_first_under_another_number() -> None:
    assert "under another number" in asked(decide(told(), disputed_before=True)).why
    for stage, amount in ((WON, "120.00"), (FEE, "15.00")):
        assert not isinstance(decide(told(stage, amount), opened=opened(), disputed_before=True), Hold)


def test_a_day_ahead_is_the_processor_s_zone() -> None:
    assert isinstance(decide(told(), today=date(2026, 11, 20)), ChargebackFact)


def test_money_that_we_give_back_ourselves_is_not_charged_back_as_well() -> None:
    assert "answer the bank with the refund" in asked(decide(told(), is_given_back=True)).why


def test_what_our_own_entries_and_older_ones_took_off_is_no_doubt() -> None:
    ours = entry("120.00", reference="105968", on=date(2026, 11, 1))
    older = entry("-5.00", on=date(2026, 10, 31))
    elsewhere = entry("-5.00", document="1002")
    assert parts(decide(told(), paid=by(entries=(older, ours, elsewhere)))) == {"1001": "120.00"}


def test_another_currency_is_a_persons() -> None:
    for stage in DisputeStage:
        dispute = replace(told(stage), amount=Money.of("120.00", "EUR"))
        before = None if stage is OPENED else opened()
        assert asked(decide(dispute, opened=before)).kind is ReviewKind.CURRENCY


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "0.001"])
def test_what_cannot_be_posted_is_a_persons(amount: str) -> None:
    assert asked(decide(told(FEE, amount), opened=opened())).kind is ReviewKind.AMOUNT


def test_the_end_of_a_dispute_builds_on_its_chargeback() -> None:
    for stage in (WON, LOST):
        assert "was opened does not stand" in asked(decide(told(stage))).why
        fact = decide(told(stage), opened=opened())
        assert isinstance(fact, ChargebackOutcomeFact)
        assert (fact.outcome.value, fact.chargeback) == (stage.value, opened().key)
        assert "went back when it was opened" in asked(decide(told(stage, "119.99"), opened=opened())).why
        early = replace(told(stage), on=date(2026, 11, 20))
        assert "as opened on 2026-11-21" in asked(decide(early, opened=opened())).why


def test_a_fee_builds_on_its_chargeback_and_comes_before_the_win() -> None:
    fee = told(FEE, "15.00")
    assert "was opened does not stand" in asked(decide(fee)).why
    assert isinstance(decide(fee, opened=opened()), ChargebackFeeFact)
    lost, won = ended(DisputeOutcome.LOST), ended(DisputeOutcome.WON)
    assert isinstance(decide(fee, opened=opened(), outcome=lost), ChargebackFeeFact)
    assert "nobody told whether its fee is kept" in asked(decide(fee, opened=opened(), outcome=won)).why


def test_a_fee_of_more_than_the_connection_posts_is_a_persons() -> None:
    books = CaseBooks(paid=by(), opened=opened())

    def of(amount: str, limit: str = "25") -> Any:
        return decide_dispute(told(FEE, amount), LINEAGE, books, DisputePolicy.POST, Decimal(limit))

    assert isinstance(of("25.00"), ChargebackFeeFact)
    assert "more than 25, up to which" in asked(of("25.01")).why
    assert isinstance(decide(told(FEE, "100.00"), opened=opened()), ChargebackFeeFact)
    assert asked(decide(told(FEE, "100.01"), opened=opened())).kind is ReviewKind.AMOUNT


def test_a_chargeback_waits_for_a_person_while_a_refund_may_be_of_its_payment() -> None:
    refund = "refund 7 of 120.00 USD"
    assert refund in asked(decide(told(), given_back_unposted=refund)).why
    assert isinstance(decide(told(WON), given_back_unposted=refund, opened=opened()), ChargebackOutcomeFact)


def test_a_stage_of_another_payment_is_a_persons() -> None:
    other = replace(opened(), payment=PostingKey("gateway/shop/7", Effect.RECEIPT))
    for dispute in (told(WON), told(LOST), told(FEE, "15.00")):
        assert "as one of gateway/shop/7/receipt#1" in asked(decide(dispute, opened=other)).why


def test_told_again_with_another_content_is_a_persons() -> None:
    fee = decide(told(FEE, "15.00"), opened=opened())
    won = ended(DisputeOutcome.WON)
    books = {"opened": opened(), "fee": fee, "outcome": won}
    for dispute in (told(OPENED), told(FEE, "15.00"), told(WON)):
        assert isinstance(decide(dispute, **books), InTheBooks)
        assert isinstance(decide(dispute, DisputePolicy.ASK, **books), InTheBooks)
        for change in ({"amount": usd("1.00")}, {"on": date(2026, 12, 24)}):
            other = replace(dispute, **change)
            assert asked(decide(other, **books)).kind is ReviewKind.CHANGED_AFTER_POSTING
    assert asked(decide(told(LOST), **books)).kind is ReviewKind.CHANGED_AFTER_POSTING


@given(st.lists(st.sampled_from(DisputeStage), max_size=12))
def test_in_whatever_order_stages_come_each_is_posted_once_and_the_last_counts(
    order: Sequence[DisputeStage],
) -> None:
    """Where what stands is not what the last stage means, a person was asked."""
    books, posted = CaseBooks(paid=by()), list[StageFact]()
    for stage in order:
        amount = "15.00" if stage is FEE else "120.00"
        decided = decide_dispute(told(stage, amount), LINEAGE, books, DisputePolicy.POST)
        if isinstance(decided, Hold):
            books = replace(books, asked=True)
        elif not isinstance(decided, InTheBooks):
            posted.append(decided)
            books = with_posted(books, decided)
    assert len({fact.key for fact in posted}) == len(posted)
    told_stages = [stage for stage in order if stage is not FEE]
    if not books.asked:
        first = {stage: order.index(stage) for stage in order}
        last = max(first, key=lambda stage: -1 if stage is FEE else first[stage], default=None)
        assert standing(books) == (last.value if last and told_stages else "")
        assert (books.fee is not None) is (FEE in order)


def with_posted(books: CaseBooks, fact: StageFact) -> CaseBooks:
    match fact:
        case ChargebackFact():
            return replace(books, opened=fact)
        case ChargebackFeeFact():
            return replace(books, fee=fact)
        case ChargebackOutcomeFact():
            return replace(books, outcome=fact)


def standing(books: CaseBooks) -> str:
    if books.outcome is not None:
        return books.outcome.outcome.value
    return "opened" if books.opened else ""


def test_a_case_is_known_by_its_number_beside_the_payments_of_its_account() -> None:
    assert case_key("paytrace/m 1/105968", "CB.2", Effect.CHARGEBACK_FEE) == PostingKey(
        "paytrace/m 1/dispute-CB.2", Effect.CHARGEBACK_FEE
    )
    assert opened().reference == TransactionId("CB-2")
