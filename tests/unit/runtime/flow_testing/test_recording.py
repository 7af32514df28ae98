from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.domain.identifiers import InvoiceNumber, TransactionId
from counterfoil.domain.payment import PaymentKind, PaymentStatus, Tender
from counterfoil.domain.refunding import RefundPolicy
from counterfoil.domain.taking_back import Returns
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import VAULT_SYNC
from counterfoil.ports.changes import Change, Happened, Subject
from counterfoil.ports.erp import FieldChange
from counterfoil.runtime.books_news import event_of
from counterfoil.runtime.flow_testing.masking import Mask, mask_reference
from counterfoil.runtime.flow_testing.recording import NotRecordableError, record_run
from tests.support.flow_recordings import memory_of, record, recorded_of, told
from tests.support.flows import Flows
from tests.support.hub import NOW
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment, an_invoice, an_order, usd

NAMED = "Smith & Sons, Elm Street 5, ann@example.com"


def test_a_run_that_posted_becomes_a_test_that_posts() -> None:
    flows = Flows(MemoryErp(an_invoice("1001"), an_invoice("1002")))
    run = told(flows, a_payment(invoice_reference="Inv 1001", payer_name=NAMED, last_four="4242"))
    test = record(flows, run)
    assert "- {number: '1001', customer: CUST1" in test
    assert "open: 120.00 USD" in test
    assert "post: posted" in test
    assert not {"Smith", "4242"} & set(test.replace(",", " ").split())
    assert "number: R00001" not in test, "what the run itself left in the books was not there before"


def test_money_on_account_is_undone_too() -> None:
    flows = Flows(MemoryErp(an_invoice("1001")))
    test = record(flows, told(flows, a_payment("150.00", invoice_reference="1001")))
    assert "on_account: 30.00 USD" in test
    assert "open_credit" not in test


def test_news_that_find_the_receipt_in_the_books_become_a_test_with_that_posting() -> None:
    flows = Flows(MemoryErp(an_invoice("1001")))
    payment = a_payment(invoice_reference="1001")
    told(flows, payment)
    test = record(flows, told(flows, replace(payment, status=PaymentStatus.SETTLED)))
    assert "look: in_the_books" in test
    assert "postings:" in test.partition("events:")[0]


def test_what_the_payment_posted_after_the_run_is_undone_too() -> None:
    flows = Flows(MemoryErp(an_invoice("1001")))
    payment = a_payment(invoice_reference="1001", status=PaymentStatus.AUTHORISED)
    run = told(flows, payment)
    told(flows, replace(payment, status=PaymentStatus.CAPTURED))
    test = record(flows, run)
    assert "match: no_money" in test
    assert "postings" not in test


def test_a_question_becomes_a_test_that_asks_it() -> None:
    flows = Flows(MemoryErp(an_invoice("1001")))
    assert "kind: unidentified_receipt" in record(flows, told(flows, a_payment()))


def test_an_order_and_a_stored_payment_method_that_told_the_customer_are_kept() -> None:
    flows = Flows(MemoryErp(an_invoice("1001"), orders=[an_order("5521", "ABC")]))
    flows.store.cross_references["shop", "vault_customer", "smith-7"] = "ABC"
    test = record(flows, told(flows, a_payment(order_reference="5521", vault_customer="smith-7")))
    assert "vault-1: CUST1" in test
    assert "smith" not in test


def test_a_refund_becomes_a_test_with_the_payment_that_it_gave_back() -> None:
    flows = Flows(MemoryErp(an_invoice("1001")), refunds=RefundPolicy(reopens=True))
    payment = a_payment(invoice_reference="1001", last_four="4242")
    told(flows, payment)
    refund = replace(
        payment, kind=PaymentKind.REFUND, transaction=TransactionId("105999"), amount=usd("20.00")
    )
    test = record(flows, told(flows, refund))
    assert "refunds_of_invoices: reopen" in test
    assert "meaning: reopen" in test
    assert "4242" not in test


def test_a_run_whose_books_have_moved_on_is_refused_with_the_difference() -> None:
    erp = MemoryErp(an_invoice("1001"))
    flows = Flows(erp)
    run = told(flows, a_payment(order_reference="none", invoice_reference="1001"))
    del erp.invoices[InvoiceNumber("1001")]
    with pytest.raises(NotRecordableError, match="the books have moved on since: the run ended as done"):
        record(flows, run)


def returned(flows: Flows, amount: str) -> str:
    """The run of a bank payment that came back after it was posted."""
    payment = a_payment(
        amount, tender=Tender.ACH, status=PaymentStatus.SETTLED, invoice_reference="1001", last_four="4242"
    )
    told(flows, payment)
    return told(flows, replace(payment, status=PaymentStatus.RETURNED))


@pytest.mark.parametrize("amount", ["120.00", "150.00"], ids=["on an invoice", "some on account"])
def test_a_return_that_took_its_receipt_back_becomes_a_test_with_that_receipt(amount: str) -> None:
    flows = Flows(MemoryErp(an_invoice("1001")), returns=Returns.POST)
    test = record(flows, returned(flows, amount))
    assert "returns: post" in test
    assert "back: posted" in test
    assert "fact: receipt" in test.partition("events:")[0]


def test_a_run_that_has_not_ended_is_refused() -> None:
    flows = Flows(MemoryErp(an_invoice("1001")))
    run = told(flows, a_payment(invoice_reference="1001"))
    recorded = replace(recorded_of(flows, run), status="parked")
    text = flows.store.flows[recorded.run.flow_version]
    with pytest.raises(NotRecordableError, match="the run is parked"):
        record_run(recorded, parse_flow(text), text, flows.site, memory_of(flows))


def test_what_the_books_told_becomes_no_test() -> None:
    flows = Flows(MemoryErp())
    change = Change(
        subject=Subject.CUSTOMER,
        happened=Happened.CHANGED,
        number="ABC",
        customer="ABC",
        fields=(FieldChange(field="name", before="Smith", after="Jones"),),
        seen_at=NOW,
    )
    news = event_of("01", change)
    run = flows.accept(VAULT_SYNC, news.kind, news.order_key, news.body)
    assert flows.carried(run)["result"] == "done"
    recorded = recorded_of(flows, run)
    text = flows.store.flows[recorded.run.flow_version]
    with pytest.raises(NotRecordableError, match="that the books told of"):
        record_run(recorded, parse_flow(text), text, flows.site, memory_of(flows))


def test_nothing_is_written_to_the_books() -> None:
    erp = MemoryErp(an_invoice("1001"))
    flows = Flows(erp)
    run = told(flows, a_payment(invoice_reference="1001"))
    before = (dict(erp.ledger), dict(erp.invoices))
    record(flows, run)
    assert (erp.ledger, erp.invoices) == before


def test_names_that_people_wrote_are_masked_and_numbers_stay() -> None:
    assert mask_reference("Inv #1001 for Smith ann@x1.com") == "Inv #1001 word word word"
    mask = Mask("paytrace/m1")
    tree = {
        "customer": "SMITH",
        "payer_name": NAMED,
        "reason": f"paid by {NAMED}",
        "address": NAMED,
        "merchant": "paytrace/m1",
        "key": "paytrace/m1/7/receipt#1",
        "amount": "1.00 USD",
        "parts": [{"customer": "SMITH"}, {"customer": "JONES"}],
    }
    assert mask.tree(tree) == {
        "customer": "CUST1",
        "payer_name": "Payer 1",
        "reason": "as recorded",
        "address": "as recorded",
        "key": "gateway/shop/7/receipt#1",
        "amount": "1.00 USD",
        "parts": [{"customer": "CUST1"}, {"customer": "CUST2"}],
    }
