"""Refunds that the gateway tells, through their shipped flow into real books."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus
from counterfoil.domain.refunding import RefundPolicy
from counterfoil.ports.engine import Parked
from tests.support.flows import Flows
from tests.support.outgoing import refund as refund_fact
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site
from tests.support.samples import a_payment

REOPENS = RefundPolicy(reopens=True)
PAID_AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
REFUNDED_AT = datetime(2026, 11, 22, 15, tzinfo=UTC)


def payment(amount: str = "100.00", **changes: Any) -> Payment:
    values = {
        "merchant": MerchantId("paytrace/m1"),
        "transaction": TransactionId("4053461"),
        "invoice_reference": "1001",
        "last_four": "5439",
        "created_at": PAID_AT,
    }
    return a_payment(amount, **(values | changes))


def refund(amount: str = "100.00", **changes: Any) -> Payment:
    values = {
        "transaction": TransactionId("4053999"),
        "kind": PaymentKind.REFUND,
        "created_at": REFUNDED_AT,
    }
    return payment(amount, **(values | changes))


def paid(company: SageProCompany, policy: RefundPolicy = REOPENS, amount: str = "100.00") -> Flows:
    flows = Flows(company, refunds=policy)
    assert flows.carried(flows.tell(payment(amount)))["posting"] == "posted"
    return flows


def open_on(site: Site, number: str = "1001") -> Decimal:
    return Decimal(str(site.one(TableName.DOCUMENTS, invno=number)["balance"]))


def test_a_refund_reopens_its_invoice_once_however_often_it_is_told_and_killed(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company)
    before = open_on(site)
    summary = flows.carried_though_killed(flows.tell(refund()))
    assert (summary["result"], summary["decision"], summary["payment"]) == (
        "done",
        "reopen",
        "paytrace/m1/4053461",
    )
    assert open_on(site) == before + 100
    settled = flows.carried(flows.tell(refund(status=PaymentStatus.SETTLED)))
    assert (settled["result"], settled["decision"]) == ("done", "in_the_books")
    again = Flows(company, refunds=REOPENS)
    again.known.refunded[TransactionId("4053999")] = TransactionId("4053461")
    assert again.carried(again.tell(refund()))["decision"] == "in_the_books"
    assert open_on(site) == before + 100
    assert flows.asked == []


def test_parts_are_refunded_until_nothing_is_left(site: Site, company: SageProCompany) -> None:
    flows = paid(company)
    before = open_on(site)
    for number, amount in (("1", "60.00"), ("2", "40.00")):
        flows.carried(flows.tell(refund(amount, transaction=TransactionId(number))))
    assert open_on(site) == before + 100
    third = flows.carried(flows.tell(refund("1.00", transaction=TransactionId("3"))))
    assert (third["result"], third["posting"]) == ("held", "refused")
    assert open_on(site) == before + 100


def test_without_a_rule_a_person_says_what_the_refund_of_an_invoice_means(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company, RefundPolicy())
    before = open_on(site)
    summary = flows.carried(flows.tell(refund()))
    assert summary["result"] == "held"
    assert "does the sale stand" in summary["why"]
    assert flows.asked == ["refund"]
    later = flows.carried(flows.tell(refund(status=PaymentStatus.SETTLED)))
    assert (later["result"], later["decision"]) == ("done", "superseded")
    assert open_on(site) == before


def test_money_on_account_goes_back_as_what_it_is(site: Site, company: SageProCompany) -> None:
    flows = Flows(company)
    flows.store.cross_references["shop", "vault_customer", "v9"] = "ABC"
    told = payment("33.33", invoice_reference="", vault_customer="v9")
    document = flows.carried(flows.tell(told))["document"]
    flows.known.refunded[TransactionId("4053999")] = told.transaction
    summary = flows.carried(flows.tell(refund("33.33", invoice_reference="")))
    assert (summary["result"], summary["decision"]) == ("done", "open_credit")
    assert open_on(site, document) == 0


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"last_four": "0001"}, "no payment in the books"),
        ({"invoice_reference": ""}, "no document is named"),
        ({"created_at": datetime(2026, 11, 19, tzinfo=UTC)}, "no payment in the books"),
    ],
)
def test_a_refund_of_an_unknown_payment_waits_a_little_then_for_a_person(
    changes: dict[str, Any], why: str, site: Site, company: SageProCompany
) -> None:
    flows = paid(company)
    before = open_on(site)
    run = flows.tell(refund(**changes))
    for _ in range(3):
        assert isinstance(flows.carry(run), Parked)
    summary = flows.carried(run)
    assert summary["result"] == "held"
    assert why in summary["why"]
    assert open_on(site) == before


def test_a_receipt_that_comes_a_little_later_is_waited_for(site: Site, company: SageProCompany) -> None:
    flows = Flows(company, refunds=REOPENS)
    before = open_on(site)
    run = flows.tell(refund())
    assert isinstance(flows.carry(run), Parked)
    flows.carried(flows.tell(payment()))
    assert flows.carried(run)["decision"] == "reopen"
    assert open_on(site) == before


def test_a_large_refund_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = paid(company, replace(REOPENS, limit=Decimal("99.99")))
    before = open_on(site)
    assert "larger than 99.99" in flows.carried(flows.tell(refund()))["why"]
    assert open_on(site) == before


def test_a_refund_that_was_voided_is_not_posted_and_one_in_the_books_is_a_persons(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company)
    before = open_on(site)
    first = flows.tell(refund())
    flows.tell(refund(status=PaymentStatus.VOIDED))
    assert flows.carried(first)["decision"] == "superseded"
    assert open_on(site) == before
    flows.carried(flows.tell(refund("10.00", transaction=TransactionId("8"))))
    voided = flows.tell(refund("10.00", transaction=TransactionId("8"), status=PaymentStatus.VOIDED))
    assert flows.carried(voided)["result"] == "held"
    assert flows.asked == ["taken_back"]
    assert open_on(site) == before + 10


def test_a_refund_that_seems_to_be_keyed_already_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = paid(company)
    keyed = refund_fact(receipt("ABC", {"1001": "100"}), {"1001": "100"}, RefundMeaning.REOPEN)
    other = replace(keyed, key=replace(keyed.key, lineage="elsewhere/m9/77"), reference=TransactionId("77"))
    company.post([other])
    before = open_on(site)
    assert flows.carried(flows.tell(refund()))["result"] == "held"
    assert "keyed by hand already" in flows.store.reviews[0].title
    assert open_on(site) == before


def test_a_refund_of_what_a_clerk_made_two_payments_of_is_a_persons(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company, amount="40.00")
    flows.carried(flows.tell(payment("40.00", transaction=TransactionId("4053462"))))
    run = flows.tell(refund("40.00"))
    summary = flows.carried(run, attempts=4)
    assert "2 payments of at least" in summary["why"]
    assert "4053461, 4053462" in summary["why"]
    assert site.findings() == []


def test_a_refund_of_an_invoice_paid_twice_by_one_card_is_a_persons_to_place(
    site: Site, company: SageProCompany
) -> None:
    flows = Flows(company, refunds=REOPENS)
    whole = f"{open_on(site):.2f}"
    assert flows.carried(flows.tell(payment(whole)))["posting"] == "posted"
    twice = flows.carried(flows.tell(payment(whole, transaction=TransactionId("4053462"))))
    assert twice["on_account"] == f"{whole} USD"
    before = open_on(site)
    summary = flows.carried(flows.tell(refund(whole)), attempts=4)
    assert "2 payments of at least" in summary["why"]
    assert open_on(site) == before


def test_a_receipt_whose_payment_the_hub_no_longer_knows_may_be_the_one_that_was_refunded(
    site: Site, company: SageProCompany
) -> None:
    flows = paid(company, amount="40.00")
    forgotten = flows.tell(payment("40.00", transaction=TransactionId("4053462")))
    flows.carried(forgotten)
    flows.store.runs[forgotten] = replace(flows.store.runs[forgotten], order_key="gone")
    before = open_on(site)
    summary = flows.carried(flows.tell(refund("40.00", transaction=TransactionId("9"))), attempts=4)
    assert "of paytrace/m1/4053462, whose receipt it may concern, no record is at hand" in summary["why"]
    assert open_on(site) == before
