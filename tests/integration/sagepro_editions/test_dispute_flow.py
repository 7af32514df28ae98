"""Disputes that a processor tells, through their shipped flow into real books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.dispute import Dispute, DisputeStage
from counterfoil.domain.disputing import DisputePolicy, case_key
from counterfoil.domain.facts.chargeback import ChargebackOutcomeFact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.ports.erp import Posted
from tests.integration.sagepro_editions.test_refund_flow import REOPENS, open_on, payment, refund
from tests.support.flows import Flows
from tests.support.outgoing import chargeback
from tests.support.outgoing import refund as refund_fact
from tests.support.sagepro_books import receipt, usd
from tests.support.sagepro_site import Site

POSTS = DisputePolicy.POST
OPENED, WON, LOST, FEE = DisputeStage.OPENED, DisputeStage.WON, DisputeStage.LOST, DisputeStage.FEE
DAYS = {
    OPENED: date(2026, 11, 21),
    FEE: date(2026, 11, 21),
    WON: date(2026, 11, 22),
    LOST: date(2026, 11, 22),
}
LINEAGE = "paytrace/m1/4053461"
ORDERS = (
    *permutations((OPENED, FEE, WON)),
    *permutations((OPENED, FEE, LOST)),
    (OPENED, WON, LOST),
    (OPENED, LOST, WON),
)


@pytest.fixture(params=["folders", pytest.param("database", marks=pytest.mark.soak)])
def edition(request: pytest.FixtureRequest) -> str:
    """Decisions are the same in both: a database has all of them in the soak, and here those of BOTH."""
    return str(request.param)


BOTH = pytest.mark.parametrize("edition", ["folders", "database"])


def told(stage: DisputeStage, amount: str = "100.00", case: str = "CB-2", **changes: Any) -> Dispute:
    values: dict[str, Any] = {"case": case, "stage": stage, "on": DAYS[stage], "amount": usd(amount)}
    return Dispute(**(values | changes))


def paid(company: SageProCompany, amount: str = "100.00", **site: Any) -> Flows:
    flows = Flows(company, **({"disputes": POSTS} | site))
    assert flows.carried(flows.tell(payment(amount)))["posting"] == "posted"
    return flows


def carry(flows: Flows, *disputes: Dispute, lineage: str = LINEAGE) -> list[dict[str, Any]]:
    return [flows.carried(flows.tell_dispute(each, lineage)) for each in disputes]


def fee(amount: str = "15.00", case: str = "CB-2") -> Dispute:
    return told(FEE, amount, case)


def of_case(case: str, *effects: Effect) -> list[PostingKey]:
    return [case_key(LINEAGE, case, effect) for effect in effects]


def owed(site: Site) -> Decimal:
    return Decimal(str(site.one(TableName.CUSTOMERS, custno="ABC")["balance"]))


@BOTH
def test_a_dispute_that_is_won_leaves_the_books_as_they_were_but_for_its_fee(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company)
    before = open_on(site), owed(site)
    opened, charged = carry(flows, told(OPENED), fee())
    assert (opened["decision"], opened["posting"], opened["result"]) == ("opened", "posted", "done")
    assert opened["stands"] == "100.00 USD are with the customer's bank"
    assert (charged["decision"], charged["posting"]) == ("fee", "posted")
    assert (open_on(site), owed(site)) == (before[0] + 100, before[1] + 100)
    (won,) = carry(flows, told(WON))
    assert (won["decision"], won["posting"]) == ("won", "posted")
    assert (open_on(site), owed(site)) == before
    assert flows.asked == []


@BOTH
def test_a_dispute_that_is_lost_is_given_up(site: Site, company: SageProCompany) -> None:
    flows = paid(company)
    before = open_on(site), owed(site)
    carry(flows, told(OPENED), told(LOST))
    assert (open_on(site), owed(site)) == before
    outcome = company.find_posting(case_key(LINEAGE, "CB-2", Effect.CHARGEBACK_OUTCOME))
    assert outcome is not None
    assert sum(row.added for row in outcome.rows) >= 3
    assert flows.asked == []


@BOTH
def test_each_stage_is_posted_once_however_often_it_is_told_and_killed(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company)
    before = open_on(site)
    for stage in (told(OPENED), fee(), told(WON)):
        summary = flows.carried_though_killed(flows.tell_dispute(stage, LINEAGE))
        assert summary["result"] == "done"
        (again,) = carry(flows, stage)
        assert (again["result"], again["decision"]) == ("done", "in_the_books")
        (elsewhere,) = carry(Flows(company, disputes=POSTS), stage)
        assert elsewhere["decision"] == "in_the_books"
    assert open_on(site) == before
    assert flows.asked == []


def test_in_whatever_order_the_stages_come_nothing_is_posted_twice_or_guessed(
    site: Site, company: SageProCompany
) -> None:
    """A payment of a dollar for each order, all on one invoice; the books are looked at after each stage."""
    flows = Flows(company, disputes=POSTS)
    for number, order in enumerate(ORDERS, start=100):
        paid_by = payment("1.00", transaction=TransactionId(str(number)))
        flows.carried(flows.tell(paid_by))
        before, asked = open_on(site), len(flows.asked)
        stages = [told(stage, "1.00", f"CB-{number}") for stage in order]
        for length, stage in enumerate(stages, start=1):
            carry(flows, stage, lineage=paid_by.lineage)
            found = standing(company, paid_by.lineage, f"CB-{number}")
            assert open_on(site) == before + (1 if found == "opened" else 0), order
            if len(flows.asked) == asked:
                assert found == meant(order[:length]), order
            else:
                assert is_unclear(order[:length]), order
        left = open_on(site)
        carry(flows, *stages, lineage=paid_by.lineage)
        assert open_on(site) == left


def standing(company: SageProCompany, lineage: str, case: str) -> str:
    """How the case stands in the books."""
    ended = company.find_posting(case_key(lineage, case, Effect.CHARGEBACK_OUTCOME))
    if ended is not None:
        assert isinstance(ended.fact, ChargebackOutcomeFact)
        return ended.fact.outcome.value
    return "opened" if company.find_posting(case_key(lineage, case, Effect.CHARGEBACK)) else ""


def meant(order: Sequence[DisputeStage]) -> str:
    """What the last stage means; a fee changes nothing of it."""
    return [stage.value for stage in order if stage is not FEE][-1]


def is_unclear(order: Sequence[DisputeStage]) -> bool:
    """An order that cannot be, or that leaves open what becomes of the fee."""
    is_fee_late = {FEE, WON} <= set(order) and order.index(FEE) > order.index(WON)
    return order[0] is not OPENED or {WON, LOST} <= set(order) or is_fee_late


def test_where_the_connection_does_not_say_so_every_stage_is_a_persons(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company, disputes=DisputePolicy.ASK)
    before = open_on(site), owed(site)
    for summary in carry(flows, told(OPENED), fee(), told(WON)):
        assert summary["result"] == "held"
        assert "this connection posts no disputes" in summary["why"]
    assert flows.asked == ["dispute"] * 3
    assert (open_on(site), owed(site)) == before


def test_what_a_person_was_asked_about_stays_that_person_s_when_the_connection_changes(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company, disputes=DisputePolicy.ASK)
    before = open_on(site)
    carry(flows, told(OPENED))
    flows.site = replace(flows.site, disputes=POSTS)
    for stage in (fee(), told(WON), told(OPENED, "100.00", "CB-3")):
        (summary,) = carry(flows, stage)
        assert "somebody was asked about a dispute of it before" in summary["why"]
    assert open_on(site) == before


@pytest.mark.parametrize(
    ("dispute", "kind"),
    [
        (told(OPENED, "100.01"), "amount"),
        (told(OPENED, "40.00"), "amount"),
        (told(OPENED, "40.00", paid_amount=usd("99.00")), "amount"),
        (replace(told(OPENED), amount=Money.of("100.00", "EUR")), "currency"),
        (told(OPENED, on=date(2026, 11, 19)), "dispute"),
    ],
)
def test_a_dispute_that_does_not_fit_its_payment_is_a_persons(
    dispute: Dispute, kind: str, site: Site, company: SageProCompany
) -> None:
    flows = paid(company)
    before = open_on(site)
    (summary,) = carry(flows, dispute)
    assert (summary["result"], flows.asked) == ("held", [kind])
    assert open_on(site) == before


def test_a_part_is_taken_back_and_a_second_dispute_of_the_payment_is_a_persons(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company)
    before = open_on(site)
    carry(flows, told(OPENED, "60.00", paid_amount=usd("100.00")))
    assert open_on(site) == before + 60
    (second,) = carry(flows, told(OPENED, "40.00", "CB-3", paid_amount=usd("100.00")))
    assert second["result"] == "held"
    assert "may be the same dispute under another number" in second["why"]
    assert open_on(site) == before + 60


def test_more_than_the_payment_brought_never_goes_back(site: Site, company: SageProCompany) -> None:
    """Another hub knows nothing of the first dispute; the posting ledger does."""
    carry(paid(company), told(OPENED, "60.00", paid_amount=usd("100.00")))
    before = open_on(site)
    other = Flows(company, disputes=POSTS)
    (second,) = carry(other, told(OPENED, "40.01", "CB-3", paid_amount=usd("100.00")))
    assert second["result"] == "held"
    assert "went back already" in second["why"]
    assert open_on(site) == before


def test_a_day_that_has_not_come_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = paid(company)
    before = open_on(site)
    run = flows.tell_dispute(told(OPENED), LINEAGE)
    early = replace(flows.store.runs[run].event, received_at=datetime(2026, 11, 19, 12, tzinfo=UTC))
    flows.store.runs[run] = replace(flows.store.runs[run], event=early)
    assert "a day that has not come" in flows.carried(run)["why"]
    assert open_on(site) == before


def test_an_overpayment_goes_back_from_invoice_and_credit(site: Site, company: SageProCompany) -> None:
    flows = Flows(company, disputes=POSTS)
    credit = flows.carried(flows.tell(payment("130.00")))["document"]
    before = open_on(site), open_on(site, credit), owed(site)
    carry(flows, told(OPENED, "130.00"))
    assert (open_on(site), open_on(site, credit)) == (Decimal(100), Decimal(0))
    carry(flows, told(WON, "130.00"))
    assert (open_on(site), open_on(site, credit), owed(site)) == before


def test_money_on_account_that_paid_something_since_is_a_person_s(
    site: Site, company: SageProCompany
) -> None:
    flows = Flows(company, disputes=POSTS)
    flows.store.cross_references["shop", "vault_customer", "v9"] = "ABC"
    on_account = payment("33.33", invoice_reference="", vault_customer="v9")
    credit = flows.carried(flows.tell(on_account))["document"]
    stands = company.find_posting(PostingKey(LINEAGE, Effect.RECEIPT))
    assert stands is not None
    assert isinstance(stands.fact, ReceiptFact)
    company.post([refund_fact(stands.fact, {credit: "3.33"}, RefundMeaning.OPEN_CREDIT)])
    (summary,) = carry(flows, told(OPENED, "33.33"))
    assert "30.00 USD of it are left on account" in summary["why"]
    assert open_on(site, credit) == -30


def test_a_chargeback_after_a_refund_and_a_refund_after_a_chargeback_are_a_persons(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company, refunds=REOPENS)
    flows.carried(flows.tell(refund("30.00")))
    before = open_on(site)
    (after,) = carry(flows, told(OPENED, "70.00", paid_amount=usd("100.00")))
    assert after["result"] == "held"
    assert "70.00 USD of 1001 are paid now, 100.00 USD were by this payment" in after["why"]
    assert open_on(site) == before


def test_a_refund_after_a_chargeback_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = paid(company, refunds=REOPENS)
    carry(flows, told(OPENED, "30.00", paid_amount=usd("100.00")))
    before = open_on(site)
    assert "do not refund it as well" in flows.carried(flows.tell(refund("20.00")))["why"]
    assert open_on(site) == before


def test_money_that_somebody_took_off_the_invoice_may_be_the_same(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company)
    keyed = chargeback(receipt("ABC", {"1001": "100"}), {"1001": "10"}, "77")
    company.post([replace(keyed, key=replace(keyed.key, lineage="elsewhere/m9/77"))])
    before = open_on(site)
    (summary,) = carry(flows, told(OPENED))
    assert "90.00 USD of 1001 are paid now" in summary["why"]
    assert open_on(site) == before


def test_a_case_that_somebody_took_back_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = paid(company)
    before = open_on(site)
    carry(flows, told(OPENED))
    (opened,) = of_case("CB-2", Effect.CHARGEBACK)
    undoing = ReversalFact(
        key=opened.reversal, reverses=opened, reversed_on=date(2026, 11, 23), reason="not ours"
    )
    assert isinstance(company.post([undoing])[0], Posted)
    for stage in (told(WON), told(OPENED)):
        (summary,) = carry(flows, stage)
        assert "was taken back" in summary["why"]
    assert open_on(site) == before


def test_what_was_paid_again_meanwhile_is_neither_given_up_nor_taken_back(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company)
    carry(flows, told(OPENED))
    again = payment("60.00", transaction=TransactionId("4053470"))
    assert flows.carried(flows.tell(again))["posting"] == "posted"
    before = open_on(site)
    (lost,) = carry(flows, told(LOST))
    assert (lost["result"], lost["posting"]) == ("held", "changed")
    assert flows.asked == ["books_changed"]
    assert open_on(site) == before


def test_a_win_over_what_was_paid_again_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = paid(company)
    carry(flows, told(OPENED))
    flows.carried(flows.tell(payment("60.00", transaction=TransactionId("4053470"))))
    before = open_on(site)
    (won,) = carry(flows, told(WON))
    assert (won["result"], won["posting"]) == ("held", "refused")
    assert open_on(site) == before


def test_a_case_is_about_one_payment(site: Site, company: SageProCompany) -> None:
    flows = paid(company, "40.00")
    other = payment("40.00", transaction=TransactionId("4053470"))
    flows.carried(flows.tell(other))
    carry(flows, told(OPENED, "40.00"))
    before = open_on(site)
    for stage in (told(WON, "40.00"), fee()):
        (summary,) = carry(Flows(company, disputes=POSTS), stage, lineage=other.lineage)
        assert "stands in the books as one of paytrace/m1/4053461/receipt#1" in summary["why"]
    assert open_on(site) == before


def test_a_win_of_another_amount_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = paid(company)
    carry(flows, told(OPENED))
    before = open_on(site)
    (summary,) = carry(flows, told(WON, "99.99"))
    assert "100.00 USD went back when it was opened" in summary["why"]
    assert open_on(site) == before


def test_a_payment_that_is_not_in_the_books_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = Flows(company, disputes=POSTS, refunds=REOPENS)
    before = open_on(site)
    flows.site = replace(flows.site, start=datetime(2026, 11, 21, tzinfo=UTC))
    assert flows.carried(flows.tell(payment()))["decision"] == "no_money"
    (summary,) = carry(flows, told(OPENED))
    assert "no receipt of it stands in the books" in summary["why"]
    assert open_on(site) == before
