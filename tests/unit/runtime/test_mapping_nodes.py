"""Nodes that map and look up, carried out."""

from __future__ import annotations

from typing import Any

import pytest

from counterfoil.domain.payment import Tender
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.linking import link
from counterfoil.ports.engine import Finished
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.nodes.making import node_operations
from counterfoil.runtime.nodes.means import Bench, Means
from counterfoil.runtime.step import Step
from tests.support.hub import Hub
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment
from tests.unit.flows.samples import MAPPED_FILES, MAPPED_FLOW

TABLE = "tables/tenders.csv"
DATED = "tender,account,valid_from\ncard,11000-100,2026-01-01\ncard,11000-200,2026-11-01\n"


def mapped_hub(files: dict[str, str] | None = None, flow: str = MAPPED_FLOW, **payment: Any) -> Hub:
    hub = Hub(MemoryErp())
    text = link(flow, files or MAPPED_FILES)
    hub.version = parse_flow(text).version
    hub.store.flows[hub.version] = text
    hub.accept(a_payment("120.00", **payment))
    return hub


def test_a_payment_is_mapped_and_its_row_found() -> None:
    hub = mapped_hub(transaction="abcdefghijkl", invoice_reference="INV-1")
    values: dict[str, Any] = {}
    means = Means(operations=hub.operations, events=MemoryOwnEvents())
    bench = Bench(means=means, store=hub.store, clock=hub.clock)
    operations = node_operations(parse_flow(hub.store.flows[hub.version]), bench)
    step = Step(name="read#1", run=hub.store.read_run("run-1"), inputs={})
    payment = operations["read"].act(step).value
    given = Step(name="translate#1", run=step.run, inputs={"payment": payment})
    values = {name: operations[name].act(given).value for name in ("translate", "account")}
    assert values == {
        "translate": {
            "number": "CDEFGHIJKL",
            "state": "Paid",
            "amount": {"amount": "120.00", "currency": "USD"},
            "invoice": "INV-1",
        },
        "account": {"tender": "card", "account": "11000-100"},
    }
    assert hub.carry() == Finished()
    assert hub.summary()["result"] == "done"


def test_later_conditions_ask_what_was_mapped_and_looked_up() -> None:
    large = mapped_hub()
    large.store.runs.clear()
    large.accept(a_payment("500.01"))
    large.carry()
    assert large.summary()["branch"] == "large: large"
    wired = mapped_hub(tender=Tender.ACH)
    wired.carry()
    assert wired.summary()["branch"] == "large: wired"


@pytest.mark.parametrize(("tender", "branch"), [(Tender.CARD, "large: large"), (Tender.ACH, "large: wired")])
def test_a_flag_that_was_mapped_is_yes_or_no_to_later_conditions(tender: Tender, branch: str) -> None:
    words = MAPPED_FILES["mappings/words.yaml"].replace("  number: text", "  is_card: flag\n  number: text")
    words = words.replace("  payment.status:", "  payment.tender: text 20\n  payment.status:")
    words += "  is_card: { from: payment.tender, then: { flag: { yes: card, no: ach } } }\n"
    flow = MAPPED_FLOW.replace('words.amount.more_than(money("500.00 USD"))', "words.is_card")
    hub = mapped_hub({**MAPPED_FILES, "mappings/words.yaml": words}, flow, tender=tender)
    hub.carry()
    assert hub.summary()["branch"] == branch


def test_a_value_that_does_not_fit_is_a_question_that_names_every_target() -> None:
    files = MAPPED_FILES | {
        "mappings/words.yaml": MAPPED_FILES["mappings/words.yaml"].replace("text 60", "text 3")
    }
    files["tables/words_of_status.csv"] = "ours,theirs\nsettled,Paid\n"
    hub = mapped_hub(files, invoice_reference="INVOICE 1")
    hub.carry()
    (task,) = hub.store.reviews
    assert task.title == "Mapping words has no value for 2 of its targets"
    assert "state: table words_of_status has no row for ours 'captured'" in task.why
    assert "invoice: payment.invoice_reference: 'INVOICE 1' has 9 characters, more than 3" in task.why


def test_a_key_without_a_row_is_a_question() -> None:
    hub = mapped_hub(MAPPED_FILES | {TABLE: "tender,account\nach,11000-300\n"})
    hub.carry()
    (task,) = hub.store.reviews
    assert task.title == "Table tenders says nothing of it"
    assert task.why == "node account: table tenders has no row for tender 'card'; choose one of: ach"
