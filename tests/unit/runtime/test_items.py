"""Flows that an item starts ask the item's fields."""

from __future__ import annotations

from typing import Any

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.errors import FlowError
from counterfoil.flows.validate import read_flow
from counterfoil.ports.run_store import Run, StoredEvent
from counterfoil.runtime.catalogue import shipped_catalogue
from tests.support.hub import NOW, Hub
from tests.support.memory_erp import MemoryErp

LARGE = 'invoice.open.more_than(money("500.00 USD"))'
FLOW = f"""\
flow: large_due
title: Large invoices that are due
trigger: {{ event: item.invoice_due, items_of: invoice.find_due }}
order_key: lineage
start: size
nodes:
  size:
    decide:
      large: {LARGE}
      ours: invoice.customer == "ABC" && invoice.due_on == "2026-03-31"
    with: {{ invoice: trigger }}
    then: {{ large: review, ours: done, otherwise: done }}
"""
ITEM = {
    "invoice": "1001",
    "customer": "ABC",
    "open": {"amount": "120.00", "currency": "USD"},
    "due_on": "2026-03-31",
}


def summary(**item: Any) -> dict[str, Any]:
    """What became of the run that the item starts."""
    hub = Hub(MemoryErp())
    version = parse_flow(FLOW).version
    hub.store.flows[version] = FLOW
    event = StoredEvent(
        id="event-1",
        key="item/run-0/invoice_due/1001",
        connection="shop",
        kind="item.invoice_due",
        source="flow",
        occurred_at=NOW,
        received_at=NOW,
        body={"item": {**ITEM, **item}, "company": "01", "run": "run-0"},
    )
    hub.store.runs["run-1"] = Run(
        id="run-1",
        event=event,
        flow="large_due",
        flow_version=version,
        environment="dev",
        company="01",
        order_key="item/invoice_due/01/1001",
        attempt=0,
    )
    hub.carry()
    return hub.summary()


@pytest.mark.parametrize(
    ("item", "branch"),
    [
        ({}, "size: ours"),
        ({"open": {"amount": "500.01", "currency": "USD"}}, "size: large"),
        ({"customer": "XYZ"}, "size: otherwise"),
    ],
)
def test_a_condition_asks_the_fields_of_the_item(item: dict[str, Any], branch: str) -> None:
    assert summary(**item)["branch"] == branch


@pytest.mark.parametrize(
    "told",
    [
        "120.00 USD",
        None,
        {"amount": "120.00", "currency": "EUR"},
        {"amount": "much", "currency": "USD"},
        {"amount": 120, "currency": "USD"},
    ],
)
def test_an_item_that_another_release_told_is_no_silent_no(told: object) -> None:
    assert summary(open=told)["result"] == "held"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("invoice.open.more", "invoice.opened.more", "line 9: size: large: no 'invoice.opened"),
        (LARGE, 'invoice.open == "500.00 USD"', "'==' does not go with money and text"),
        ("invoice.find_due", "invoice.find_deu", "did you mean 'invoice.find_due'?"),
        ("invoice.find_due", "payment.normalise", "'payment.normalise' gives no list of items"),
        (
            "item.invoice_due,",
            "order.changed,",
            "'order.changed' is no item: items_of belongs to item.<name>",
        ),
        (", items_of: invoice.find_due", "", "line 9: size: large: no 'invoice.open"),
    ],
)
def test_what_an_item_lacks_is_told_before_anything_runs(old: str, new: str, message: str) -> None:
    assert old in FLOW
    with pytest.raises(FlowError) as caught:
        read_flow(FLOW.replace(old, new, 1), shipped_catalogue())
    assert message in str(caught.value)


def test_the_operation_is_part_of_the_version() -> None:
    other = FLOW.replace("invoice.find_due", "gateway.compare_day")
    assert parse_flow(other).version != parse_flow(FLOW).version
