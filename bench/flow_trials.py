"""What a deployment tries before anything is live: recorded events by two versions, and flow tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import cycle, islice

from bench.results import Result
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from counterfoil.ports.recorded_runs import RecordedRun
from counterfoil.runtime.flow_testing.looking_ahead import look_ahead
from counterfoil.runtime.flow_testing.replaying import Version
from counterfoil.runtime.flow_testing.running import run_test
from tests.support.flow_recordings import memory_of, recorded_of, told
from tests.support.flows import Flows
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment, an_invoice

EVENTS = 10_000
DIFFERENT = 50
CARRIED = 20
TESTS = 300
TEST = """\
title: A captured payment pays the invoice that it names
books:
  invoices:
    - {number: "1001", customer: ABC, total: 120.00 USD, open: 120.00 USD}
events:
  - kind: payment.captured
    payment: {transaction: "105968", amount: 120.00 USD, invoice_reference: "1001"}
    expect: {end: done}
"""


def run() -> list[Result]:
    text = read_library_flow(PAYMENT_TO_RECEIPT)
    live, planned = (_version(each) for each in (text, text.replace("hold: review", "hold: record")))
    flows, recorded = _recorded()

    def ahead() -> None:
        for each in islice(cycle(recorded), EVENTS):
            look_ahead(each, live, planned, flows.site, memory_of(flows))

    floor = _seconds(lambda: [_recorded() for _ in range(CARRIED)]) * EVENTS / (CARRIED * DIFFERENT)
    tried = _seconds(ahead)
    tests = _seconds(lambda: [run_test(text, TEST) for _ in range(TESTS)])
    return [
        Result("10,000 events carried once, in memory", floor, "s"),
        Result("10,000 recorded events tried by two versions", tried, "s", f"{tried / floor:.1f} x carrying"),
        Result("flow tests, the flow read anew for each", TESTS / tests, "/s"),
    ]


def _version(text: str) -> Version:
    return Version(flow=parse_flow(text), text=text)


def _recorded() -> tuple[Flows, list[RecordedRun]]:
    """Payments of several customers, each on an invoice of its own."""
    flows = Flows(MemoryErp(*(an_invoice(f"1{number:03}") for number in range(DIFFERENT))))
    payments = [
        a_payment(transaction=f"8{number}", invoice_reference=f"1{number:03}") for number in range(DIFFERENT)
    ]
    return flows, [recorded_of(flows, told(flows, payment)) for payment in payments]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
