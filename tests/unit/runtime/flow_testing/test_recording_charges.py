"""Runs that charged, and those that told which invoices are due, become tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import yaml

from counterfoil.domain.identifiers import InvoiceNumber, TransactionId
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import DUE_INVOICES
from counterfoil.runtime.flow_testing.looking_ahead import look_ahead
from counterfoil.runtime.flow_testing.recording import NotRecordableError
from counterfoil.runtime.flow_testing.replaying import Version
from tests.support.flow_recordings import memory_of, record, recorded_of, told
from tests.support.flows import Flows
from tests.support.hub import NOW
from tests.support.samples import a_payment
from tests.unit.runtime.test_due_operations import METHOD, lower, pay, scene, tell


def charged_and_posted(flows: Flows) -> str:
    """A run that charged, and the receipt that came of it."""
    run = tell(flows)
    assert flows.carried(run)["decision"] == "charged"
    told(flows, a_payment(transaction=TransactionId("C00001"), invoice_reference="1001"))
    return run


def test_a_run_that_charged_becomes_a_test_that_charges_as_it_was_before_its_receipt() -> None:
    flows = scene()
    test = record(flows, charged_and_posted(flows))
    tree = yaml.safe_load(test)
    (event,) = tree["events"]
    assert event["expect"]["way"] == [{"judge": "charge"}, {"charge": "charged"}]
    assert event["expect"]["charges"][0]["amount"] == "120.00 USD"
    assert tree["books"]["methods"][0]["reference"] == "method-1"
    assert "charges" not in tree["books"]
    assert not {"vault-7", "Ann", "ABC"} & set(test.replace(",", " ").split())


@pytest.mark.parametrize(("answer", "ends"), [("declined", "declined"), ("other", "refused")])
def test_what_the_gateway_answered_is_part_of_the_test(answer: str, ends: str) -> None:
    flows = scene()
    flows.cashier.script[:] = [answer]
    run = tell(flows)
    flows.carried(run)
    test = record(flows, run)
    assert f"gateway_answers: [{answer}]" in test
    assert f"charge: {ends}" in test


def test_a_charge_of_another_day_before_it_stays_and_one_after_it_is_gone() -> None:
    flows = scene()
    flows.cashier.script[:] = ["declined"]
    first = tell(flows)
    flows.carried(first)
    (refused,) = flows.cashier.charges[InvoiceNumber("1001")]
    later = replace(refused, number=2, on=refused.on.replace(month=12))
    flows.cashier.charges[InvoiceNumber("1001")].append(later)
    tree = yaml.safe_load(record(flows, first))
    assert "charges" not in tree["books"]
    left = tell(flows)
    flows.cashier.charges[InvoiceNumber("1001")] = [replace(refused, on=NOW.date())]
    assert flows.carried(left)["decision"] == "left_alone"
    tree = yaml.safe_load(record(flows, left))
    assert [each["state"] for each in tree["books"]["charges"]] == ["declined"]


def test_a_test_plays_on_the_day_of_the_charge() -> None:
    flows = scene()
    run = charged_and_posted(flows)
    (made,) = flows.cashier.charges[InvoiceNumber("1001")]
    flows.cashier.charges[InvoiceNumber("1001")] = [replace(made, on=date(2026, 11, 5))]
    assert yaml.safe_load(record(flows, run))["now"] == "2026-11-05T12:00:00+00:00"


def test_an_invoice_that_others_paid_since_is_told_apart() -> None:
    flows = scene()
    run = tell(flows)
    assert flows.carried(run)["decision"] == "charged"
    lower(flows, "50.00")
    with pytest.raises(NotRecordableError, match="the books have moved on since"):
        record(flows, run)


def test_a_morning_on_which_invoices_were_told_becomes_a_test() -> None:
    flows = scene()
    run = flows.accept(
        DUE_INVOICES, "schedule.due_invoices", "schedule/due", {"company": "01", "due_at": NOW.isoformat()}
    )
    assert flows.carried(run)["result"] == "done"
    item = {"invoice": "1001", "customer": "ABC", "open": "120.00 USD", "due_on": str(NOW.date())}
    charge = flows.accept("invoice_due_charged", "item.invoice_due", "item/1001", {"item": item, "run": run})
    assert flows.carried(charge)["decision"] == "charged"
    told(flows, a_payment(transaction=TransactionId("C00001"), invoice_reference="1001"))
    tree = yaml.safe_load(record(flows, run))
    (event,) = tree["events"]
    assert event["expect"]["told"][0]["invoice"] == "1001"
    assert event["expect"]["told"][0]["customer"] == "CUST1"


def test_a_plan_tells_a_charge_that_would_come_otherwise() -> None:
    flows = scene()
    recorded = recorded_of(flows, charged_and_posted(flows))
    text = flows.store.flows[recorded.run.flow_version]
    texts = (text, text.replace("charge: charge\n", "charge: review\n"))
    before, after = (Version(flow=parse_flow(each), text=each) for each in texts)
    effect = look_ahead(recorded, before, after, flows.site, memory_of(flows))
    assert effect is not None
    assert effect.before == "invoice 1001 is charged: 120.00 USD"
    assert "a person is asked" in effect.after


def test_a_payment_that_names_the_invoice_is_kept_unless_it_came_of_the_charge() -> None:
    flows = scene()
    pay(flows, invoice_reference="1001")
    run = tell(flows)
    assert flows.carried(run)["decision"] == "left_alone"
    test = record(flows, run)
    assert "transaction: '7'" in test
    assert METHOD.reference not in test
