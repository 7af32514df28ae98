"""Runs over real books become flow tests that pass at once, and recording leaves the books as they are."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.domain.payment import PaymentStatus
from tests.integration.sagepro_editions.test_dispute_flow import FEE, LINEAGE, OPENED, POSTS, WON, told
from tests.integration.sagepro_editions.test_refund_flow import REOPENS, open_on, paid, payment, refund
from tests.support.flow_recordings import record
from tests.support.flows import Flows
from tests.support.sagepro_site import Site


def test_a_payment_and_the_refund_that_reopened_its_invoice(site: Site, company: SageProCompany) -> None:
    flows = paid(company)
    run = flows.tell(refund())
    flows.carried(run)
    before = open_on(site)
    test = record(flows, run)
    assert "meaning: reopen" in test
    assert "decide: refund" in test
    assert open_on(site) == before
    assert site.findings() == []


def test_a_payment_that_paid_an_invoice_and_left_money_on_account(
    company: SageProCompany,
) -> None:
    flows = Flows(company)
    run = flows.tell(payment("1000.00"))
    flows.carried(run)
    test = record(flows, run)
    assert "post: posted" in test
    assert "kind: open_credit" not in test


def test_money_on_account_that_went_back(company: SageProCompany) -> None:
    flows = Flows(company)
    flows.store.cross_references["shop", "vault_customer", "v9"] = "ABC"
    told = payment("33.33", invoice_reference="", vault_customer="v9")
    flows.carried(flows.tell(told))
    back = refund("33.33", invoice_reference="")
    flows.known.refunded[back.transaction] = told.transaction
    run = flows.tell(back)
    flows.carried(run)
    test = record(flows, run)
    assert "meaning: open_credit" in test
    assert "own_refunds:" in test


def test_a_refund_that_is_a_persons_and_news_of_what_is_posted(company: SageProCompany) -> None:
    flows = paid(company, replace(REOPENS, reopens=False))
    asked = flows.tell(refund())
    flows.carried(asked)
    assert "decide: hold" in record(flows, asked)
    settled = flows.tell(payment(status=PaymentStatus.SETTLED))
    flows.carried(settled)
    assert "look: in_the_books" in record(flows, settled)


def test_the_stages_of_a_dispute(site: Site, company: SageProCompany) -> None:
    flows = Flows(company, disputes=POSTS)
    credit = flows.carried(flows.tell(payment("130.00")))["document"]
    stages = (told(OPENED, "130.00"), told(FEE, "15.00"), told(WON, "130.00"))
    runs = [flows.tell_dispute(stage, LINEAGE) for stage in stages]
    for run in runs:
        assert flows.carried(run)["posting"] == "posted"
    before = open_on(site), open_on(site, credit)
    first, second, third = (record(flows, run) for run in runs)
    assert "disputes: post" in first
    assert "fact: chargeback" in first
    assert "fact: chargeback_fee" in second
    assert "outcome: won" in third
    assert (open_on(site), open_on(site, credit)) == before
