from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import SHIPPED, read_library_flow
from counterfoil.flows.overlap import overlaps, unlike_items
from counterfoil.flows.triggers.event import EventTrigger
from tests.unit.flows.samples import FLOW


@pytest.mark.parametrize(
    ("one", "other", "event"),
    [
        ("payment.*", "payment.*", "payment.*"),
        ("payment.*", "payment.captured", "payment.captured"),
        ("payment.captured", "payment.*", "payment.captured"),
        ("payment.*", "payment.capt*", "payment.capt*"),
        ("refund.*, payment.captured", "chargeback.*, payment.captured", "payment.captured"),
        ("payment.*", "payment.captured, payment.settled", "payment.captured"),
        ("payment.*", "refund.*", None),
        ("payment.captured", "payment.settled", None),
        ("payment.captured", "payment.capture", None),
    ],
)
def test_an_event_starts_one_flow(one: str, other: str, event: str | None) -> None:
    flow = parse_flow(FLOW)
    found = list(
        overlaps(
            [
                replace(flow, name=name, trigger=EventTrigger(event=event))
                for name, event in (("a", one), ("b", other))
            ]
        )
    )
    assert len(found) == (event is not None)
    assert event is None or f"a and b would both be started by {event}:" in found[0]


TELLS = """\
flow: tells
title: Each invoice that is due
trigger: { schedule: "0 7 * * *", zone: UTC }
order_key: lineage
start: find
nodes:
  find: { do: invoice.find_due, then: { found: each, none: done } }
  each: { each: invoice_due, with: { items: find }, then: { told: done, nothing: done } }
"""
ASKS = """\
flow: asks
title: One of them
trigger: { event: item.invoice_due, items_of: invoice.find_due }
order_key: lineage
start: look
nodes:
  look: { do: invoice.judge_due, then: { charge: done, left_alone: done, hold: review } }
"""


def test_a_flow_asks_the_items_that_others_tell() -> None:
    tells, asks = parse_flow(TELLS), parse_flow(ASKS)
    assert list(unlike_items([tells, asks])) == []
    other = parse_flow(ASKS.replace("invoice.find_due", "gateway.compare_day"))
    assert list(unlike_items([tells, other])) == [
        "asks asks the items of gateway.compare_day, and tells tells item.invoice_due of invoice.find_due"
    ]
    elsewhere = parse_flow(
        ASKS.replace(
            "item.invoice_due, items_of: invoice.find_due", "item.difference, items_of: gateway.compare_day"
        )
    )
    assert list(unlike_items([tells, elsewhere])) == []


def test_the_shipped_flows_do_not_meet() -> None:
    assert list(overlaps([parse_flow(read_library_flow(name)) for name in SHIPPED])) == []
