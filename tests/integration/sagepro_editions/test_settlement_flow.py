"""Batches that the gateway closed, through their shipped flow into real books."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import MerchantId
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus
from counterfoil.domain.receipt import receipt_key
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.settling import SettlementPolicy, settlement_key
from counterfoil.ports.engine import Parked
from counterfoil.ports.erp import Posted
from tests.integration.sagepro_editions.test_refund_flow import REOPENS, payment, refund
from tests.support.flow_recordings import record
from tests.support.flows import Flows
from tests.support.outgoing import reversal
from tests.support.sagepro_books import usd
from tests.support.sagepro_site import Site

WHOLE = SettlementPolicy.WHOLE
PAID, BACK = payment(), refund("40.00")


@pytest.fixture(params=["folders", pytest.param("database", marks=pytest.mark.soak)])
def edition(request: pytest.FixtureRequest) -> str:
    """Decisions are the same in both: a database has all of them in the soak, and here those of BOTH."""
    return str(request.param)


BOTH = pytest.mark.parametrize("edition", ["folders", "database"])


def batch(**changes: Any) -> Settlement:
    values: dict[str, Any] = {
        "merchant": MerchantId("paytrace/m1"),
        "number": "571",
        "settled_at": datetime(2026, 11, 23, 5, tzinfo=UTC),
        "payments": 1,
        "payments_total": usd("100.00"),
        "refunds": 1,
        "refunds_total": usd("40.00"),
    }
    return Settlement(**(values | changes))


def settled(*payments: Payment) -> list[Payment]:
    return [replace(each, status=PaymentStatus.SETTLED) for each in payments]


def booked(company: SageProCompany, policy: SettlementPolicy = WHOLE) -> Flows:
    """A payment and its refund stand in the books."""
    flows = Flows(company, refunds=REOPENS, settlements=policy)
    for told in (PAID, BACK):
        assert flows.carried(flows.tell(told))["posting"] == "posted"
    return flows


def deposit(company: SageProCompany) -> Posted | None:
    return company.find_posting(settlement_key(batch()))


def journals(site: Site) -> list[str]:
    folder = site.own_folder / "journals"
    return [path.read_text("utf-8") for path in sorted(folder.iterdir())] if folder.exists() else []


@BOTH
def test_a_whole_batch_is_one_journal_entry_however_often_it_is_told_and_killed(
    site: Site, company: SageProCompany
) -> None:
    flows = booked(company)
    summary = flows.carried_though_killed(flows.tell_batch(batch(), *settled(PAID, BACK)))
    assert (summary["result"], summary["decision"], summary["posting_key"]) == (
        "done",
        "deposit",
        "paytrace/m1/batch-571/settlement#1",
    )
    again = Flows(company, settlements=WHOLE)
    told = again.carried(again.tell_batch(batch(), *settled(PAID, BACK)))
    assert (told["result"], told["decision"]) == ("done", "in_the_books")
    (entry,) = journals(site)
    rows = [line.split(",")[3:7] for line in entry.splitlines()[1:]]
    assert rows == [
        ["1010-000", "deposit batch 571", "60.00", ""],
        ["1050-000", "payments batch 571", "", "100.00"],
        ["1050-000", "refunds batch 571", "40.00", ""],
    ]
    assert flows.asked == []


def test_other_numbers_after_the_deposit_are_a_persons(site: Site, company: SageProCompany) -> None:
    flows = booked(company)
    flows.carried(flows.tell_batch(batch(), *settled(PAID, BACK)))
    more = batch(payments_total=usd("101.00"))
    summary = flows.carried(flows.tell_batch(more, *settled(PAID, BACK), changed=True))
    assert (summary["result"], flows.asked) == ("held", ["changed_after_posting"])
    assert len(journals(site)) == 1


def test_a_deposit_that_a_person_took_back_is_not_posted_again(site: Site, company: SageProCompany) -> None:
    flows = booked(company)
    flows.carried(flows.tell_batch(batch(), *settled(PAID, BACK)))
    posted = deposit(company)
    assert posted is not None
    company.post([reversal(posted.fact)])
    more = batch(payments_total=usd("101.00"))
    summary = flows.carried(flows.tell_batch(more, *settled(PAID, BACK), changed=True))
    assert (summary["result"], summary["decision"]) == ("done", "superseded")
    assert len(journals(site)) == 2


def test_without_a_word_of_the_connection_a_person_gets_the_sums(company: SageProCompany) -> None:
    flows = booked(company, SettlementPolicy.ASK)
    summary = flows.carried(flows.tell_batch(batch(), *settled(PAID, BACK)))
    assert summary["result"] == "held"
    assert "1 payment of 100.00 USD, 1 refund of 40.00 USD, all in the books" in summary["why"]
    assert deposit(company) is None


def test_what_is_posted_a_little_later_is_waited_for(company: SageProCompany) -> None:
    flows = Flows(company, settlements=WHOLE)
    alone = batch(refunds=0, refunds_total=usd("0"))
    run = flows.tell_batch(alone, *settled(PAID))
    assert isinstance(flows.carry(run), Parked)
    flows.carried(flows.tell(PAID))
    assert flows.carried(run)["posting"] == "posted"


def test_what_never_comes_is_told_a_person_by_name(company: SageProCompany) -> None:
    flows = Flows(company, settlements=WHOLE)
    flows.carried(flows.tell(PAID))
    summary = flows.carried(flows.tell_batch(batch(), *settled(PAID, BACK)), attempts=4)
    assert summary["result"] == "held"
    assert "refund 4053999 of 40.00 USD is not in the books" in summary["why"]
    assert deposit(company) is None


def test_a_receipt_that_was_taken_back_does_not_stand_and_its_next_generation_does(
    company: SageProCompany,
) -> None:
    flows = Flows(company, settlements=WHOLE)
    alone = batch(refunds=0, refunds_total=usd("0"))
    flows.carried(flows.tell(PAID))
    receipt = company.find_posting(receipt_key(PAID))
    assert receipt is not None
    assert isinstance(receipt.fact, ReceiptFact)
    company.post([reversal(receipt.fact)])
    run = flows.tell_batch(alone, *settled(PAID))
    assert isinstance(flows.carry(run), Parked)
    anew = replace(receipt.fact, key=replace(receipt.fact.key, generation=2))
    assert isinstance(company.post([anew])[0], Posted)
    assert flows.carried(run)["posting"] == "posted"


def test_a_batch_told_with_other_numbers_while_its_run_waits_is_decided_by_the_newer_ones(
    company: SageProCompany,
) -> None:
    flows = booked(company)
    first = flows.tell_batch(batch(payments=2), *settled(PAID, BACK))
    assert isinstance(flows.carry(first), Parked)
    second = flows.tell_batch(batch(), *settled(PAID, BACK), changed=True)
    assert flows.carried(first)["decision"] == "superseded"
    assert flows.carried(second)["posting"] == "posted"


def test_a_period_that_is_locked_makes_the_deposit_a_persons(site: Site) -> None:
    locked = site.profile.model_copy(update={"locked_through": batch().settled_at.date()})
    with site.open() as company:
        booked(company)
    with site.open(locked) as company:
        flows = Flows(company, settlements=WHOLE)
        summary = flows.carried(flows.tell_batch(batch(), *settled(PAID, BACK)))
    assert (summary["result"], summary["posting"]) == ("held", "refused")


def test_a_run_becomes_a_flow_test_that_posts(company: SageProCompany) -> None:
    flows = booked(company)
    run = flows.tell_batch(batch(), *settled(PAID, BACK))
    flows.carried(run)
    test = record(flows, run)
    assert "settlements: whole" in test
    assert "gather: whole" in test
    assert "deposit: 60.00 USD" in test


@pytest.mark.parametrize("kind", [PaymentKind.PAYMENT, PaymentKind.REFUND])
def test_an_amount_that_is_another_in_the_books_is_a_persons_at_once(
    company: SageProCompany, kind: PaymentKind
) -> None:
    flows = booked(company)
    other = [
        replace(each, amount=each.amount + usd("1.00")) if each.kind is kind else each
        for each in settled(PAID, BACK)
    ]
    summary = flows.carried(flows.tell_batch(batch(), *other))
    assert summary["result"] == "held"
    assert "stands in the books with" in summary["why"]
