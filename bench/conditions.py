"""Conditions asked, beside the same comparison written in plain Python, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bench.results import Result
from counterfoil.flows.conditions.condition import Condition
from counterfoil.flows.records import listed
from counterfoil.runtime.result_records import PAYMENT

TEXT = 'payment.amount.more_than(money("500.00 USD")) && payment.tender == "card"'
ASKED = 50_000
CHECKED = 200
BODY: dict[str, Any] = {"amount": {"amount": "620.00", "currency": "USD"}, "tender": "card"}


def run() -> list[Result]:
    fields = {"payment": dict(listed(PAYMENT))}
    condition, results = Condition(TEXT, fields), {"payment": BODY}
    asked = _per_second(lambda: condition.holds(results), ASKED)
    floor = _per_second(lambda: _plain(BODY), ASKED)
    checked = 1000 / _per_second(lambda: Condition(TEXT, fields), CHECKED)
    return [
        Result("conditions asked", asked, "/s", f"{asked / floor:.2f} of plain Python"),
        Result("the same in plain Python", floor, "/s"),
        Result("a condition checked", checked, "ms", "once for each version of a flow"),
    ]


def _plain(body: dict[str, Any]) -> bool:
    amount = body["amount"]
    if amount["currency"] != "USD":
        raise ValueError("amounts of different currencies")
    return Decimal(amount["amount"]) > Decimal("500.00") and body["tender"] == "card"


def _per_second(work: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        work()
    return times / (time.perf_counter() - start)
