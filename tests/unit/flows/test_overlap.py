from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import SHIPPED, read_library_flow
from counterfoil.flows.overlap import overlaps
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


def test_the_shipped_flows_do_not_meet() -> None:
    assert list(overlaps([parse_flow(read_library_flow(name)) for name in SHIPPED])) == []
