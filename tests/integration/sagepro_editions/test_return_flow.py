"""Bank payments that the payer's bank sends back, through their shipped flow into real books."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.dispute import DisputeStage
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.payment import Payment, PaymentStatus, Tender
from counterfoil.domain.taking_back import Returns
from tests.support.flows import Flows
from tests.support.outgoing import refund as refund_fact
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site
from tests.support.samples import a_payment

KEY = PostingKey("paytrace/m1/4053461", Effect.RECEIPT)
TOLD = (PaymentStatus.CAPTURED, PaymentStatus.SETTLED, PaymentStatus.RETURNED)


@pytest.fixture(params=["folders", pytest.param("database", marks=pytest.mark.soak)])
def edition(request: pytest.FixtureRequest) -> str:
    """Decisions are the same in both: a database has all of them in the soak, and here those of BOTH."""
    return str(request.param)


BOTH = pytest.mark.parametrize("edition", ["folders", "database"])


def paid(status: PaymentStatus, amount: str = "100.00", **changes: Any) -> Payment:
    values = {
        "merchant": MerchantId("paytrace/m1"),
        "transaction": TransactionId("4053461"),
        "tender": Tender.ACH,
        "invoice_reference": "1001",
        "created_at": datetime(2026, 11, 1, 15, tzinfo=UTC),
        "status": status,
    }
    return a_payment(amount, **(values | changes))


def posting(company: SageProCompany, returns: Returns = Returns.POST, **site: Any) -> Flows:
    return Flows(company, returns=returns, **site)


def settled(company: SageProCompany, returns: Returns = Returns.POST, amount: str = "100.00") -> Flows:
    flows = posting(company, returns)
    assert flows.carried(flows.tell(paid(PaymentStatus.SETTLED, amount)))["posting"] == "posted"
    return flows


def open_on(site: Site, number: str = "1001") -> Decimal:
    return Decimal(str(site.one(TableName.DOCUMENTS, invno=number)["balance"]))


@BOTH
def test_a_returned_payment_leaves_its_invoice_open_again_once_however_often_it_is_told_and_killed(
    site: Site, company: SageProCompany
) -> None:
    before = open_on(site)
    flows = settled(company)
    assert open_on(site) == before - 100
    summary = flows.carried_though_killed(flows.tell(paid(PaymentStatus.RETURNED)))
    assert (summary["result"], summary["decision"]) == ("done", "take_back")
    assert open_on(site) == before
    again = posting(company)
    assert again.carried(again.tell(paid(PaymentStatus.RETURNED)))["decision"] == "in_the_books"
    assert open_on(site) == before
    assert flows.asked == again.asked == []


def test_where_the_connection_says_nothing_a_person_is_asked_as_ever(
    site: Site, company: SageProCompany
) -> None:
    flows = settled(company, Returns.ASK)
    before = open_on(site)
    assert flows.carried(flows.tell(paid(PaymentStatus.RETURNED)))["result"] == "held"
    [task] = flows.store.reviews
    assert task.kind == "taken_back"
    assert task.why.endswith("a receipt for customer ABC stands in the books; reverse it there")
    assert open_on(site) == before


@pytest.mark.parametrize("status", [PaymentStatus.VOIDED, PaymentStatus.FAILED])
def test_only_a_return_is_taken_back_by_itself(
    status: PaymentStatus, site: Site, company: SageProCompany
) -> None:
    flows = settled(company)
    before = open_on(site)
    assert flows.carried(flows.tell(paid(status)))["result"] == "held"
    assert open_on(site) == before


def test_a_return_of_another_amount_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = settled(company)
    before = open_on(site)
    flows.carried(flows.tell(paid(PaymentStatus.RETURNED, "60.00")))
    assert "Not done by itself: 100.00 USD by ach was posted" in flows.store.reviews[0].why
    assert open_on(site) == before


def test_a_return_of_refunded_money_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = settled(company)
    refund = refund_fact(receipt("ABC", {"1001": "100"}), {"1001": "40"}, RefundMeaning.REOPEN)
    flows.known.refunded[TransactionId("9")] = TransactionId("4053461")
    before = open_on(site)
    flows.carried(flows.tell(paid(PaymentStatus.RETURNED)))
    assert "money of it was given back" in flows.store.reviews[0].why
    del flows.known.refunded[TransactionId("9")]
    company.post([replace(refund, payment=KEY)])
    other = posting(company)
    other.carried(other.tell(paid(PaymentStatus.RETURNED)))
    assert "stands on 1001 under" in other.store.reviews[0].why
    assert open_on(site) == before + 40


def test_a_return_of_disputed_money_is_a_persons(site: Site, company: SageProCompany) -> None:
    flows = settled(company)
    before = open_on(site)
    kind = f"chargeback.{DisputeStage.OPENED.value}"
    flows.accept("payment_to_receipt", kind, "paytrace/m1/4053461", {})
    flows.carried(flows.tell(paid(PaymentStatus.RETURNED)))
    assert "a dispute about this payment" in flows.store.reviews[0].why
    assert open_on(site) == before


def test_money_on_account_that_came_back_closes_its_open_credit(site: Site, company: SageProCompany) -> None:
    flows = posting(company)
    flows.store.cross_references["shop", "vault_customer", "v9"] = "ABC"
    told = {"invoice_reference": "", "vault_customer": "v9"}
    document = flows.carried(flows.tell(paid(PaymentStatus.SETTLED, "33.33", **told)))["document"]
    assert open_on(site, document) == Decimal("-33.33")
    assert flows.carried(flows.tell(paid(PaymentStatus.RETURNED, "33.33", **told)))["result"] == "done"
    assert open_on(site, document) == 0


@pytest.mark.parametrize("order", list(itertools.permutations(TOLD)))
@pytest.mark.parametrize("ach_when_captured", [True, False], ids=["when captured", "when settled"])
def test_in_whatever_order_it_is_told_the_books_end_right_or_a_person_is_asked(
    order: tuple[PaymentStatus, ...], ach_when_captured: bool, site: Site, company: SageProCompany
) -> None:
    before = open_on(site)
    flows = posting(company, ach_when_captured=ach_when_captured)
    for status in (*order, *order):
        flows.carried(flows.tell(paid(status)))
    receipt_stands = company.find_posting(KEY) is not None
    taken_back = company.find_posting(KEY.reversal) is not None
    assert open_on(site) == before - (100 if receipt_stands and not taken_back else 0)
    assert taken_back or not receipt_stands or flows.asked
    # A person is asked only where money is told as received after it was told as returned.
    assert flows.asked or order[-1] is PaymentStatus.RETURNED


def test_a_return_that_comes_while_its_payment_waits_leaves_nothing_in_the_books(
    site: Site, company: SageProCompany
) -> None:
    before = open_on(site)
    flows = posting(company)
    first = flows.tell(paid(PaymentStatus.SETTLED))
    back = flows.tell(paid(PaymentStatus.RETURNED))
    assert flows.carried(first)["decision"] == "superseded"
    assert flows.carried(back)["decision"] == "no_money"
    assert company.find_posting(KEY) is None
    assert (open_on(site), flows.asked) == (before, [])
