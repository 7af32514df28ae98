"""A run goes through the flows that its flow calls."""

from __future__ import annotations

from counterfoil.flows.definition import parse_flow
from counterfoil.ports.engine import Finished
from tests.support.hub import Hub
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice, usd
from tests.unit.flows.test_calling import whole


def calling_hub(amount: str) -> Hub:
    hub = Hub(MemoryErp(an_invoice(open=usd("5000.00"))))
    text = whole()
    hub.version = parse_flow(text).version
    hub.store.flows[hub.version] = text
    hub.accept(a_payment(amount, invoice_reference="1001"))
    return hub


def test_a_run_posts_by_the_called_flow_and_goes_on_behind_the_call() -> None:
    hub = calling_hub("120.00")
    assert hub.carry() == Finished()
    assert hub.summary()["result"] == "done"
    assert len(hub.erp.ledger) == 1
    assert ("run-1", "book.post#1") in hub.store.results


def test_the_called_flow_s_question_is_the_run_s() -> None:
    hub = calling_hub("500.01")
    hub.carry()
    assert hub.summary()["result"] == "held"
    assert hub.store.reviews[0].why.startswith("node book.size: money.amount.more_than")
    assert not hub.erp.ledger


def test_a_worker_that_is_killed_in_a_called_flow_posts_once() -> None:
    hub = calling_hub("120.00")
    for kill in range(8):
        for before in (True, False):
            hub.store.kill_at_commit, hub.store.kill_before = kill, before
            try:
                hub.carry()
            except Killed:
                continue
    hub.store.kill_at_commit = None
    if "run-1" not in hub.store.closed:
        hub.carry()
    assert hub.summary()["result"] == "done"
    assert len(hub.erp.ledger) == 1
